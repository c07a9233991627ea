//! What goes into a session and what comes out of it.

use std::time::Duration;

use sightline_protocol::{
    Candidate, ClientMessage, CloseCode, IceServer, Paths, Payload, PeerId, ProbeReport,
    RelayMessage, TrackState,
};

/// Names one peer connection of this page. Never used twice within a session, so
/// what a closed one still reports is known to be stale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConnectionId(pub u32);

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The page opened, or its person asks to try again.
    Start,
    /// Its person has had enough, or went to another page of the app.
    Stop,
    /// The page is put away, closed or loaded again, and may be back in a moment
    /// (`pagehide`): as `Stop`, but the seat is kept.
    PageHidden,
    /// The socket to the relay is open.
    SocketOpened,
    /// The relay said something.
    SocketMessage(RelayMessage),
    /// The relay said something that is no message.
    SocketMalformed,
    /// The socket is closed, or could not be opened.
    SocketClosed(CloseCode),
    /// What this page has to share, whenever that changes.
    Media {
        /// The camera.
        video: TrackState,
        /// The microphone.
        audio: TrackState,
        /// Another number than before where a track was exchanged for another one.
        revision: u32,
    },
    /// Whether the person wants no data spent that isn't needed (`navigator.connection.saveData`).
    SaveData(bool),
    /// The owner said "Go live". A member of a call shares without.
    GoLive,
    /// Something happened to a peer connection.
    Connection(ConnectionId, ConnectionEvent),
    /// The page became visible or was woken: what waits to be tried again is tried at once.
    Wake,
    /// The network came back, perhaps as another one (`online`): the same, and paths are
    /// looked for anew.
    Online,
    /// The machine slept for so long, as far as the session's clock does not have it: told
    /// before anything else that happens afterwards. Otherwise as `Wake`.
    Slept(std::time::Duration),
    /// [`crate::Session::next_timeout`] was reached.
    Timeout,
}

/// What happened to a peer connection.
#[derive(Clone, Debug, PartialEq)]
pub enum ConnectionEvent {
    /// `negotiationneeded` fired.
    NegotiationNeeded,
    /// [`Command::SetLocalDescription`] is done; this is the description.
    LocalDescription(Result<Description, SetFailed>),
    /// [`Command::SetRemoteDescription`] is done.
    RemoteDescription(Result<(), SetFailed>),
    /// A local candidate was found.
    CandidateFound(Candidate),
    /// There are no more of them (`icegatheringstate` is `complete`).
    GatheringDone,
    /// `icecandidateerror`: what a STUN or TURN server answered (RFC 8489, section 14.8);
    /// 701 where it was not reached.
    CandidateError(u16),
    /// `connectionState` changed.
    ConnectionState(ConnectionState),
    /// The data channel is open.
    ChannelOpened,
    /// The data channel is closed.
    ChannelClosed,
    /// Something came over the data channel.
    ChannelMessage(Payload),
    /// The statistics, as often as [`Command::SampleEvery`] says.
    Sample(Sample),
    /// What they say of the video that is sent, where some is.
    Outbound(Outbound),
    /// The probe's channel is open.
    ProbeOpened,
    /// Something came over the probe's channel.
    Probe(ProbeMessage),
    /// [`Command::Inspect`] is done.
    Inspected(Paths),
}

/// What has come over a peer connection so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sample {
    /// Frames of picture that were decoded (`framesDecoded`).
    pub frames: u64,
    /// Packets of picture that were received (`packetsReceived`).
    pub packets: u64,
    /// How loud the sound is, from 0 to 255 (`audioLevel`, 0 to 1).
    pub level: u8,
}

/// How video is being sent, over the last second or so (`outbound-rtp`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outbound {
    /// Frames a second (`framesPerSecond`).
    pub frames_per_second: u16,
    /// Frames a second that the camera gives (`media-source`), where the browser says.
    pub source_frames_per_second: Option<u16>,
    /// What the encoder is to keep to, in kbit/s (`targetBitrate`), where the browser says.
    pub target_kbps: Option<u32>,
    /// What the path carries for all that the browser knows, in kbit/s
    /// (`availableOutgoingBitrate` of the candidate pair in use), where it says.
    pub available_kbps: Option<u32>,
    /// Why the video is less than the camera's (`qualityLimitationReason`).
    pub limitation: Limitation,
}

/// The W3C's `RTCQualityLimitationReason`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Limitation {
    /// It isn't, or the browser doesn't say.
    #[default]
    None,
    /// The processor is too slow.
    Cpu,
    /// The path is.
    Bandwidth,
    /// Something else.
    Other,
}

/// What video gives up first where there is not enough for all of it
/// (`RTCDegradationPreference`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Degradation {
    /// Resolution, as browsers do by themselves.
    MaintainFramerate,
    /// Frames.
    MaintainResolution,
}

/// How video is to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SendSettings {
    /// What it gives up first.
    pub degradation: Degradation,
}

/// What goes over the probe's channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProbeMessage {
    /// So many bytes that mean nothing, but for the first one: the number of the train.
    Chunk {
        /// The train.
        train: u8,
        /// Its length.
        bytes: u16,
    },
    /// The answer.
    Report(ProbeReport),
}

/// The browser did not take or make a description.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the browser refused the session description")]
pub struct SetFailed;

/// The W3C's `RTCPeerConnectionState`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionState {
    /// Nothing has been tried.
    New,
    /// ICE or DTLS is at work.
    Connecting,
    /// Media can flow.
    Connected,
    /// Was connected; may come back by itself.
    Disconnected,
    /// Won't come back by itself.
    Failed,
    /// Closed by this side.
    Closed,
}

/// Offer or answer (`RTCSdpType`, without the kinds that we don't use).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DescriptionKind {
    /// An offer.
    Offer,
    /// An answer.
    Answer,
}

/// A session description.
#[derive(Clone, PartialEq, Eq)]
pub struct Description {
    /// Offer or answer.
    pub kind: DescriptionKind,
    /// The description (RFC 8866).
    pub sdp: String,
}

/// Leaves addresses out, so that no log has them.
impl std::fmt::Debug for Description {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}({} bytes)", self.kind, self.sdp.len())
    }
}

/// What the driver is to do. Commands are to be begun in order; none waits for
/// another to end.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Open a socket to the relay; report `SocketOpened` or `SocketClosed`.
    OpenSocket,
    /// Close the socket, and report nothing more from it.
    CloseSocket,
    /// Send this over the socket.
    Send(ClientMessage),
    /// Make a peer connection with these servers, and on it two data channels: one for messages
    /// (ordered, negotiated, id 0), one for the probe (unordered, no retransmits, negotiated, id 1). Where it `offers`, add a transceiver for picture and one for
    /// sound without a track: `sendonly` for a sender, `sendrecv` for a member of a call.
    /// A member that doesn't offer makes those that the first offer brings `sendrecv`.
    CreateConnection {
        /// What to call it.
        connection: ConnectionId,
        /// Who is at the other end.
        peer: PeerId,
        /// Its STUN and TURN servers.
        ice_servers: Vec<IceServer>,
        /// Whether this side makes the first offer.
        offers: bool,
    },
    /// Close the peer connection, and report nothing more from it.
    CloseConnection(ConnectionId),
    /// Call `setLocalDescription()` without argument; report `LocalDescription`.
    SetLocalDescription(ConnectionId),
    /// Call `setRemoteDescription()`; report `RemoteDescription`.
    SetRemoteDescription(ConnectionId, Description),
    /// Call `addIceCandidate()`. A refusal is no matter: a bad candidate is one
    /// path fewer.
    AddCandidate(ConnectionId, Candidate),
    /// Give the tracks that there are to the senders of this peer connection, now and
    /// when it gets senders by the first offer (`replaceTrack`; none where there is none).
    Publish(ConnectionId),
    /// Call `restartIce()`; `NegotiationNeeded` follows.
    RestartIce(ConnectionId),
    /// Send this over the data channel. It may be lost.
    SendDirect(ConnectionId, Payload),
    /// Look at the candidate pairs; report `Inspected`.
    Inspect(ConnectionId),
    /// Report a [`Sample`], and what is sent, every so often from now on; not at all where there is no time.
    SampleEvery(ConnectionId, Option<Duration>),
    /// Send video in this way from now on.
    Configure(ConnectionId, SendSettings),
    /// Send this over the probe's channel. It may be lost.
    SendProbe(ConnectionId, ProbeMessage),
}
