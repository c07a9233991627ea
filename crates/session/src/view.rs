//! What a page shows of its session. Derived whenever it is asked for, never stored.

use sightline_protocol::{PeerId, Role, TrackState};

use crate::diagnosis::Cause;

/// The page's state, as `data-state` on its `#status` has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Status {
    /// Nothing is shared or watched yet.
    #[default]
    Idle,
    /// All is well on this side; the other is not there.
    Waiting,
    /// The two are being connected.
    Connecting,
    /// Frames flow: a receiver has decoded one; a sender has a receiver connected; a member
    /// of a call has another one's picture, or its word that it has none.
    Live,
    /// It was connected and is being mended.
    Reconnecting,
    /// It can't go on by itself, or has tried in vain so often that a person should
    /// know; where there is hope it is still tried now and then. A [`Notice`] says why.
    Failed,
    /// Done: stopped by the person, or another page took over.
    Ended,
}

impl Status {
    /// The word for scripts; kept stable.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Waiting => "waiting",
            Self::Connecting => "connecting",
            Self::Live => "live",
            Self::Reconnecting => "reconnecting",
            Self::Failed => "failed",
            Self::Ended => "ended",
        }
    }
}

/// Something that a person should be told. The page has a sentence for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// No connection to the relay could be made; it is being tried again.
    RelayUnreachable,
    /// The connection to the relay is lost; it is being tried again.
    RelayLost,
    /// The relay has no place left; it is being tried again.
    RelayFull,
    /// The relay refused for a reason that this version does not know.
    Refused,
    /// The room's name is not one.
    InvalidRoom,
    /// Somebody else sends in this room.
    SenderPresent,
    /// The room has as many receivers as it takes.
    RoomFull,
    /// Another page of the same person took the seat.
    Replaced,
    /// The sender was there and is gone.
    SenderLeft,
    /// The two are not being connected, or were cut off, and why. It is tried again now and
    /// then while both are in the room, and at once at `Start`.
    CannotConnect(Cause),
    /// The other's camera was taken away; it is taken up again when it returns.
    CameraLost,
    /// The other's camera gives nothing for now, as the other wants it or its system does.
    CameraPaused,
    /// Connected, but no frame has come for a while.
    VideoStopped,
    /// This page was away for longer than its seat is kept, and is not live any more, or not
    /// in the call.
    WasAway,
}

impl Notice {
    /// The word for reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RelayUnreachable => "relay-unreachable",
            Self::RelayLost => "relay-lost",
            Self::RelayFull => "relay-full",
            Self::Refused => "refused",
            Self::InvalidRoom => "invalid-room",
            Self::SenderPresent => "sender-present",
            Self::RoomFull => "room-full",
            Self::Replaced => "replaced",
            Self::SenderLeft => "sender-left",
            Self::CannotConnect(cause) => cause.name(),
            Self::CameraLost => "camera-lost",
            Self::CameraPaused => "camera-paused",
            Self::VideoStopped => "picture-stopped",
            Self::WasAway => "was-away",
        }
    }
}

/// Where the connection to the relay is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum LinkStatus {
    /// Not wanted.
    #[default]
    Off,
    /// Being made, for the first time or again.
    Connecting,
    /// In the room.
    Joined,
    /// Somebody else has the place, or the room is full: it is asked for again until it is free.
    WaitingForPlace,
    /// Refused, and not tried again by itself.
    Refused,
}

/// All that a page shows of its session.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct View {
    /// The page's state.
    pub status: Status,
    /// What the person should be told, if anything.
    pub notice: Option<Notice>,
    /// Where the connection to the relay is.
    pub link: LinkStatus,
    /// How many peers are in the room beside this one, as far as the relay says.
    pub present: usize,
    /// To how many of them there is a connection.
    pub connected: usize,
    /// Whether the owner has said "Go live".
    pub live: bool,
    /// This page's number among those with its role; 0 where the relay gives none.
    pub seat: u8,
    /// The roles that somebody in the room has, this page's included, as far as the relay says.
    pub roles: Vec<Role>,
    /// The connection to the relay is lost, whatever else there is to say.
    pub relay_away: bool,
    /// The others, in the order in which they came. A page that shows one of them needs
    /// to look at the first that is `present`, or the first.
    pub peers: Vec<PeerView>,
}

/// One of the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerView {
    /// Who.
    pub peer: PeerId,
    /// Its number among those with its role, the same for everybody; 0 where the relay gives
    /// none.
    pub seat: u8,
    /// The relay says that it is in the room.
    pub present: bool,
    /// There is a connection to it.
    pub connected: bool,
    /// A picture of it has come, over this connection or one before.
    pub seen: bool,
    /// How the connection to it stands. `Waiting`: connected, and no picture yet;
    /// `Live`: its picture comes, or it has none.
    pub status: Status,
    /// What is wrong, if anything.
    pub notice: Option<Notice>,
    /// Its camera, as it says itself.
    pub video: TrackState,
    /// Its microphone.
    pub audio: TrackState,
    /// It is being heard.
    pub speaking: bool,
}
