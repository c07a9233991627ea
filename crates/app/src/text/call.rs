//! The names and states of participants in a call.

use sightline_protocol::TrackState;
use sightline_session::{PeerView, Status};

/// The name of a participant. The number is 0 if it is unknown.
pub(crate) fn guest(number: u8) -> String {
    match number {
        0 => "A guest".into(),
        _ => format!("Guest {number}"),
    }
}

/// The label of the user's own video, with the number that others see.
pub(crate) fn you(number: u8, muted: bool) -> String {
    match (number, muted) {
        (0, false) => "You".into(),
        (0, true) => "You, muted".into(),
        (_, false) => format!("You (Guest {number})"),
        (_, true) => format!("You (Guest {number}), muted"),
    }
}

/// The text in a participant's tile while there is no video or the video is frozen.
pub(crate) const fn tile(peer: &PeerView) -> &'static str {
    match (peer.status, peer.video) {
        (Status::Connecting | Status::Idle, _) => "Connecting…",
        (Status::Reconnecting, _) => "Reconnecting…",
        (Status::Failed, _) => "Not connected",
        (Status::Ended, _) => "Left",
        (Status::Waiting | Status::Live, TrackState::Off) => "No camera",
        (Status::Waiting | Status::Live, TrackState::Paused) => "Camera off",
        (Status::Waiting | Status::Live, TrackState::Lost) => "Camera disconnected",
        (Status::Waiting, _) if !peer.present => "Connection lost",
        (Status::Waiting, TrackState::On | TrackState::Unknown) => "Waiting for video…",
        (Status::Live, TrackState::On | TrackState::Unknown) => "",
    }
}

/// The state of a participant's microphone. Empty if it is on or unknown.
pub(crate) const fn microphone(state: TrackState) -> &'static str {
    match state {
        TrackState::Off => "no microphone",
        TrackState::Paused => "microphone off",
        TrackState::Lost => "microphone disconnected",
        TrackState::On | TrackState::Unknown => "",
    }
}

/// The announcement that somebody has joined.
pub(crate) fn came(number: u8) -> String {
    format!("{} has joined.", guest(number))
}

/// The announcement that somebody has left.
pub(crate) fn went(number: u8) -> String {
    format!("{} has left.", guest(number))
}
