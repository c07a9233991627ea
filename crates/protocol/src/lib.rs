//! What Sightline's pages and its relay say to each other.
//!
//! A page opens one WebSocket to the relay's [`PATH`] with the sub-protocol
//! [`SUBPROTOCOL`] and sends [`ClientMessage`]s; the relay answers with
//! [`RelayMessage`]s. Each is a JSON object in a text frame with a field `type`.
//! `docs/protocol.md` shows every one of them.
//!
//! An envelope (`signal`) is addressed to a peer and carries a payload that the
//! relay does not look into. Both message types are generic over it: a page uses
//! [`Payload`], which carries a [`Signal`], the relay the raw bytes as they came.
//!
//! This crate holds types only. It does no IO, reads no clock and knows no browser.

mod ice_report;
mod ids;
mod message;
mod payload;
mod probe;
mod refusal;
mod signal;

pub mod limits;

pub use ice_report::{IceReport, Paths};
pub use ids::{IdError, InstanceId, PeerId, PeerSecret, Role, RoomName, RoomNameError};
pub use message::{
    ClientMessage, ClientWire, Heartbeat, IceServer, LeaveReason, PeerInfo, RelayMessage,
    RelayWire, WireError,
};
pub use payload::{Payload, Unread};
pub use probe::ProbeReport;
pub use refusal::{CloseCode, ErrorCode};
pub use signal::{AttemptId, Candidate, Signal, TrackState};

/// The path of the relay's WebSocket.
pub const PATH: &str = "/ws";

/// The WebSocket sub-protocol that both sides name (RFC 6455, section 1.9). Its
/// number changes when a message changes in a way that an older page can't read.
pub const SUBPROTOCOL: &str = "sightline.v1";
