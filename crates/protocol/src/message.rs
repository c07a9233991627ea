//! The messages themselves.
//!
//! Each is serialized as what it is, a tagged enum, and read by way of a flat
//! struct with optional fields ([`ClientWire`], [`RelayWire`]): that takes the
//! fields in any order, lets a payload pass through as the bytes that came (a
//! tagged enum would have to take it apart), says which field is missing, and is
//! less code in the browser. Fields that a version does not know are ignored, so
//! that later versions can add some.

use serde::{Deserialize, Serialize};

use crate::{ErrorCode, InstanceId, Payload, PeerId, PeerSecret, Role, RoomName, RoomNameError};

/// From a page to the relay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    try_from = "ClientWire<P>",
    bound(deserialize = "P: Deserialize<'de>")
)]
pub enum ClientMessage<P = Payload> {
    /// The first message: which room, as what, and the secret that the peer's id
    /// is made from.
    Join {
        /// The room.
        room: RoomName,
        /// What the peer does in it.
        role: Role,
        /// Proves the seat; told to nobody else.
        secret: PeerSecret,
        /// Which load of the page this is. The others are told, and by it know
        /// whether what they agreed on with this peer still holds.
        instance: InstanceId,
        /// The seat number that the page had before ([`PeerInfo::seat`]): granted where it is
        /// free, so that a relay that was restarted numbers everybody as before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seat: Option<u8>,
    },
    /// An envelope for another peer of the room.
    Signal {
        /// Whom it is for.
        to: PeerId,
        /// What the relay does not look into.
        payload: P,
    },
    /// "I leave", before the connection closes.
    Leave {
        /// The page is put away or loaded again, and may be back in a moment: its seat
        /// is kept as if the connection had broken. Otherwise it is free at once.
        #[serde(default, skip_serializing_if = "is_false")]
        keep_seat: bool,
    },
    /// "Are you there?" Answered with [`RelayMessage::Pong`].
    Ping,
}

/// From the relay to a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    try_from = "RelayWire<P>",
    bound(deserialize = "P: Deserialize<'de>")
)]
pub enum RelayMessage<P = Payload> {
    /// The answer to `join`.
    Welcome {
        /// The id of the one who joined.
        peer: PeerId,
        /// Its seat number, as others are told it ([`PeerInfo::seat`]).
        #[serde(default)]
        seat: u8,
        /// Who else is there.
        peers: Vec<PeerInfo>,
        /// The roles that somebody in the room has, as in [`RelayMessage::Room`].
        #[serde(default)]
        roles: Vec<Role>,
        /// The STUN and TURN servers to use.
        ice_servers: Vec<IceServer>,
        /// How both sides notice that the other is gone.
        heartbeat: Heartbeat,
    },
    /// Somebody came, or came back: a peer that is known already has a new connection to
    /// the relay.
    PeerJoined {
        /// Who.
        #[serde(flatten)]
        peer: PeerInfo,
    },
    /// Somebody is gone.
    PeerLeft {
        /// Who.
        peer: PeerId,
        /// How.
        reason: LeaveReason,
    },
    /// Which roles somebody in the room has has changed. It also tells of those whom a peer
    /// doesn't see, so that a receiver knows that it waits in a room that holds a call.
    Room {
        /// Each role that at least one connected peer has, once.
        roles: Vec<Role>,
    },
    /// An envelope from another peer of the room.
    Signal {
        /// Whom it is from: the relay vouches for it.
        from: PeerId,
        /// What the relay did not look into.
        payload: P,
    },
    /// Something that was sent could not be done.
    Error {
        /// What went wrong, for programs.
        code: ErrorCode,
        /// What went wrong and what to do, for people.
        message: String,
        /// When to connect again, in milliseconds, where the relay asks for a certain
        /// time: one that stops spreads its pages, so that they don't come back all at once.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after_ms: Option<u32>,
    },
    /// The answer to `ping`.
    Pong,
}

/// A peer as others see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerInfo {
    /// Its id.
    pub peer: PeerId,
    /// What it does in the room.
    pub role: Role,
    /// Which load of its page.
    pub instance: InstanceId,
    /// Its number among those with the same role, from 1: everybody calls it by the same one.
    /// It keeps the number for as long as it keeps its seat. 0 where a relay gives none.
    #[serde(default)]
    pub seat: u8,
}

/// How a peer went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LeaveReason {
    /// It said so (`leave`), or its page was closed (close code 1001).
    Left,
    /// Its connection broke. It may come back, its seat is kept for a while, and its
    /// media may go on. Also what a page takes a reason for that it doesn't know.
    #[serde(other)]
    Lost,
}

/// A STUN or TURN server, as the W3C's `RTCIceServer` has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IceServer {
    /// Its addresses: `stun:host:port`.
    pub urls: Vec<String>,
}

/// How to notice that the other end is gone. Any message counts as a sign of life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Heartbeat {
    /// After so much silence from the relay a page sends `ping`, in milliseconds.
    pub ping_after_ms: u32,
    /// After so much silence from the relay a page takes the connection for dead,
    /// in milliseconds.
    pub dead_after_ms: u32,
}

/// Why a JSON object is not a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// A field that this type of message has is not there.
    #[error("the field `{0}` is missing")]
    Missing(&'static str),
    /// A type of message that this version doesn't know.
    #[error("the type is unknown")]
    Unknown,
    /// The room's name is not one.
    #[error(transparent)]
    Room(#[from] RoomNameError),
}

/// A [`ClientMessage`] as it is read: every field optional, checked afterwards.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", bound(deserialize = "P: Deserialize<'de>"))]
pub struct ClientWire<P> {
    #[serde(rename = "type")]
    kind: ClientKind,
    // Text here, so that a bad name can be told from a malformed message.
    room: Option<String>,
    role: Option<Role>,
    secret: Option<PeerSecret>,
    instance: Option<InstanceId>,
    seat: Option<u8>,
    to: Option<PeerId>,
    payload: Option<P>,
    keep_seat: Option<bool>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
enum ClientKind {
    Join,
    Signal,
    Leave,
    Ping,
}

impl<P> TryFrom<ClientWire<P>> for ClientMessage<P> {
    type Error = WireError;

    fn try_from(wire: ClientWire<P>) -> Result<Self, WireError> {
        Ok(match wire.kind {
            ClientKind::Join => Self::Join {
                room: RoomName::parse(&need(wire.room, "room")?)?,
                role: need(wire.role, "role")?,
                secret: need(wire.secret, "secret")?,
                instance: need(wire.instance, "instance")?,
                seat: wire.seat,
            },
            ClientKind::Signal => {
                Self::Signal { to: need(wire.to, "to")?, payload: need(wire.payload, "payload")? }
            }
            ClientKind::Leave => Self::Leave { keep_seat: wire.keep_seat == Some(true) },
            ClientKind::Ping => Self::Ping,
        })
    }
}

/// A [`RelayMessage`] as it is read: every field optional, checked afterwards.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", bound(deserialize = "P: Deserialize<'de>"))]
pub struct RelayWire<P> {
    #[serde(rename = "type")]
    kind: RelayKind,
    peer: Option<PeerId>,
    role: Option<Role>,
    instance: Option<InstanceId>,
    seat: Option<u8>,
    peers: Option<Vec<PeerInfo>>,
    roles: Option<Vec<Role>>,
    ice_servers: Option<Vec<IceServer>>,
    heartbeat: Option<Heartbeat>,
    reason: Option<LeaveReason>,
    from: Option<PeerId>,
    payload: Option<P>,
    code: Option<ErrorCode>,
    message: Option<String>,
    retry_after_ms: Option<u32>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
enum RelayKind {
    Welcome,
    PeerJoined,
    PeerLeft,
    Room,
    Signal,
    Error,
    Pong,
}

impl<P> TryFrom<RelayWire<P>> for RelayMessage<P> {
    type Error = WireError;

    fn try_from(wire: RelayWire<P>) -> Result<Self, WireError> {
        Ok(match wire.kind {
            RelayKind::Welcome => Self::Welcome {
                peer: need(wire.peer, "peer")?,
                seat: wire.seat.unwrap_or_default(),
                peers: need(wire.peers, "peers")?,
                roles: wire.roles.unwrap_or_default(),
                ice_servers: need(wire.ice_servers, "iceServers")?,
                heartbeat: need(wire.heartbeat, "heartbeat")?,
            },
            RelayKind::PeerJoined => Self::PeerJoined {
                peer: PeerInfo {
                    peer: need(wire.peer, "peer")?,
                    role: need(wire.role, "role")?,
                    instance: need(wire.instance, "instance")?,
                    seat: wire.seat.unwrap_or_default(),
                },
            },
            RelayKind::PeerLeft => Self::PeerLeft {
                peer: need(wire.peer, "peer")?,
                reason: need(wire.reason, "reason")?,
            },
            RelayKind::Room => Self::Room { roles: need(wire.roles, "roles")? },
            RelayKind::Signal => Self::Signal {
                from: need(wire.from, "from")?,
                payload: need(wire.payload, "payload")?,
            },
            RelayKind::Error => Self::Error {
                code: need(wire.code, "code")?,
                message: need(wire.message, "message")?,
                retry_after_ms: wire.retry_after_ms,
            },
            RelayKind::Pong => Self::Pong,
        })
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants a reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}

pub(crate) fn need<T>(field: Option<T>, name: &'static str) -> Result<T, WireError> {
    field.ok_or(WireError::Missing(name))
}
