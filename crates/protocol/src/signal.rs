//! The handshake that two peers make through the relay. The relay never reads it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::message::{WireError, need};

/// Names one attempt of two peers to connect: one peer connection on each side.
/// The side that starts it picks the number; a message of another attempt is stale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConnectionId(pub u32);

/// An ICE candidate as JSEP trickles it (RFC 8829, section 3.5; the W3C's
/// `RTCIceCandidateInit`). An empty `candidate` says that there are no more.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Candidate {
    /// The candidate line, `candidate:…`.
    pub candidate: String,
    /// The id of the media description it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sdp_mid: Option<String>,
    /// The index of the media description, from 0.
    #[serde(default, rename = "sdpMLineIndex", skip_serializing_if = "Option::is_none")]
    pub sdp_m_line_index: Option<u16>,
    /// The ICE generation it belongs to (RFC 8839, section 5.4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username_fragment: Option<String>,
}

/// What one peer tells another through the relay.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", try_from = "SignalWire")]
pub enum Signal {
    /// "This is what I would send and take."
    CreateOffer {
        /// The attempt it belongs to.
        connection: ConnectionId,
        /// Higher than every round that this side has used or taken part in within
        /// the attempt; 1 begins an attempt. By it an offer that comes twice is
        /// known, an older one is told from a newer, and an answer finds its offer.
        round: u32,
        /// The session description (RFC 8866).
        sdp: String,
    },
    /// "Agreed, like this."
    CreateAnswer {
        /// The attempt it belongs to.
        connection: ConnectionId,
        /// The round of the offer that it answers.
        round: u32,
        /// The session description.
        sdp: String,
    },
    /// "I may be reached here."
    IceCandidate {
        /// The attempt it belongs to.
        connection: ConnectionId,
        /// The candidate.
        candidate: Candidate,
    },
}

impl Signal {
    /// The attempt that this message belongs to.
    #[must_use]
    pub const fn connection(&self) -> ConnectionId {
        match self {
            Self::CreateOffer { connection, .. }
            | Self::CreateAnswer { connection, .. }
            | Self::IceCandidate { connection, .. } => *connection,
        }
    }
}

/// A [`Signal`] as it is read: flat, like the other messages.
#[derive(Deserialize)]
struct SignalWire {
    #[serde(rename = "type")]
    kind: SignalKind,
    connection: ConnectionId,
    round: Option<u32>,
    sdp: Option<String>,
    candidate: Option<Candidate>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
enum SignalKind {
    CreateOffer,
    CreateAnswer,
    IceCandidate,
}

impl TryFrom<SignalWire> for Signal {
    type Error = WireError;

    fn try_from(wire: SignalWire) -> Result<Self, WireError> {
        let connection = wire.connection;
        Ok(match wire.kind {
            SignalKind::CreateOffer => Self::CreateOffer {
                connection,
                round: need(wire.round, "round")?,
                sdp: need(wire.sdp, "sdp")?,
            },
            SignalKind::CreateAnswer => Self::CreateAnswer {
                connection,
                round: need(wire.round, "round")?,
                sdp: need(wire.sdp, "sdp")?,
            },
            SignalKind::IceCandidate => {
                Self::IceCandidate { connection, candidate: need(wire.candidate, "candidate")? }
            }
        })
    }
}

/// Leaves addresses out, so that no log has them.
impl fmt::Debug for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Candidate({} bytes)", self.candidate.len())
    }
}

/// Leaves descriptions and addresses out, so that no log has them.
impl fmt::Debug for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CreateOffer { connection, round, sdp } => {
                write!(f, "createOffer({connection:?}, round {round}, {} bytes)", sdp.len())
            }
            Self::CreateAnswer { connection, round, sdp } => {
                write!(f, "createAnswer({connection:?}, round {round}, {} bytes)", sdp.len())
            }
            Self::IceCandidate { connection, candidate } => {
                write!(f, "iceCandidate({connection:?}, {candidate:?})")
            }
        }
    }
}
