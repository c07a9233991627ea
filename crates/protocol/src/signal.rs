//! What two peers tell each other. The relay never reads it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::IceReport;
use crate::message::{WireError, need};

/// Names one attempt of two peers to connect: one peer connection on each side.
/// The side that starts it picks the number; a message of another attempt is stale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AttemptId(pub u32);

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

/// How a camera or a microphone stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TrackState {
    /// There is none, or its owner does not share it.
    #[default]
    Off,
    /// It gives something.
    On,
    /// It gives nothing for now: the system or its owner has silenced it.
    Paused,
    /// It was on and was taken away: unplugged, or its permission withdrawn.
    Lost,
    /// A state that this version does not know.
    #[serde(other)]
    Unknown,
}

impl TrackState {
    /// Each of them.
    pub const ALL: [Self; 5] = [Self::Off, Self::On, Self::Paused, Self::Lost, Self::Unknown];

    /// How it is written in a message.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::On => "on",
            Self::Paused => "paused",
            Self::Lost => "lost",
            Self::Unknown => "unknown",
        }
    }
}

/// What one peer tells another.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", try_from = "SignalWire")]
pub enum Signal {
    /// "This is what I would send and take."
    CreateOffer {
        /// The attempt it belongs to.
        attempt: AttemptId,
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
        attempt: AttemptId,
        /// The round of the offer that it answers.
        round: u32,
        /// The session description.
        sdp: String,
    },
    /// "I may be reached here."
    IceCandidate {
        /// The attempt it belongs to.
        attempt: AttemptId,
        /// The candidate.
        candidate: Candidate,
    },
    /// "This attempt has failed here; begin another one", to the side that begins.
    ConnectionFailed {
        /// The attempt.
        attempt: AttemptId,
    },
    /// "This is what I send", first and whenever it changes.
    Media {
        /// The camera.
        video: TrackState,
        /// The microphone.
        audio: TrackState,
    },
    /// "This is what I know about our not getting through."
    IceReport {
        /// The attempt.
        attempt: AttemptId,
        /// What it knows.
        report: IceReport,
    },
    /// "I leave": what the relay is told, said to the other page itself, so that it arrives
    /// while the relay is away.
    Leave,
}

impl Signal {
    /// The attempt that this message belongs to, where it belongs to one.
    #[must_use]
    pub const fn attempt(&self) -> Option<AttemptId> {
        match self {
            Self::CreateOffer { attempt, .. }
            | Self::CreateAnswer { attempt, .. }
            | Self::IceCandidate { attempt, .. }
            | Self::ConnectionFailed { attempt }
            | Self::IceReport { attempt, .. } => Some(*attempt),
            Self::Media { .. } | Self::Leave => None,
        }
    }
}

/// A [`Signal`] as it is read: flat, like the other messages.
#[derive(Deserialize)]
pub(crate) struct SignalWire {
    #[serde(rename = "type")]
    kind: SignalKind,
    attempt: Option<AttemptId>,
    round: Option<u32>,
    sdp: Option<String>,
    candidate: Option<Candidate>,
    video: Option<TrackState>,
    audio: Option<TrackState>,
    report: Option<IceReport>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
enum SignalKind {
    CreateOffer,
    CreateAnswer,
    IceCandidate,
    ConnectionFailed,
    Media,
    IceReport,
    Leave,
    /// Of a later version.
    #[serde(other)]
    Unknown,
}

impl SignalWire {
    /// Whether this version knows what it is.
    pub(crate) fn is_known(&self) -> bool {
        !matches!(self.kind, SignalKind::Unknown)
    }
}

impl TryFrom<SignalWire> for Signal {
    type Error = WireError;

    fn try_from(wire: SignalWire) -> Result<Self, WireError> {
        let attempt = need(wire.attempt, "attempt");
        Ok(match wire.kind {
            SignalKind::CreateOffer => Self::CreateOffer {
                attempt: attempt?,
                round: need(wire.round, "round")?,
                sdp: need(wire.sdp, "sdp")?,
            },
            SignalKind::CreateAnswer => Self::CreateAnswer {
                attempt: attempt?,
                round: need(wire.round, "round")?,
                sdp: need(wire.sdp, "sdp")?,
            },
            SignalKind::IceCandidate => Self::IceCandidate {
                attempt: attempt?,
                candidate: need(wire.candidate, "candidate")?,
            },
            SignalKind::ConnectionFailed => Self::ConnectionFailed { attempt: attempt? },
            SignalKind::Media => {
                Self::Media { video: need(wire.video, "video")?, audio: need(wire.audio, "audio")? }
            }
            SignalKind::IceReport => {
                Self::IceReport { attempt: attempt?, report: need(wire.report, "report")? }
            }
            SignalKind::Leave => Self::Leave,
            SignalKind::Unknown => return Err(WireError::Unknown),
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
            Self::CreateOffer { attempt, round, sdp } => {
                write!(f, "createOffer({attempt:?}, round {round}, {} bytes)", sdp.len())
            }
            Self::CreateAnswer { attempt, round, sdp } => {
                write!(f, "createAnswer({attempt:?}, round {round}, {} bytes)", sdp.len())
            }
            Self::IceCandidate { attempt, candidate } => {
                write!(f, "iceCandidate({attempt:?}, {candidate:?})")
            }
            Self::ConnectionFailed { attempt } => {
                write!(f, "connectionFailed({attempt:?})")
            }
            Self::Media { video, audio } => {
                write!(f, "media(video {video:?}, audio {audio:?})")
            }
            Self::IceReport { attempt, report } => {
                write!(f, "iceReport({attempt:?}, {report:?})")
            }
            Self::Leave => f.write_str("leave"),
        }
    }
}
