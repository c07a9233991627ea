//! Who is in a call, and how each of them stands.

use sightline_protocol::TrackState;
use sightline_session::{PeerView, Status};

/// What somebody is called: nobody has to give a name. 0 for a number that isn't known.
pub(crate) fn guest(number: u8) -> String {
    match number {
        0 => "A guest".into(),
        _ => format!("Guest {number}"),
    }
}

/// What the others call the one who sits in front of this page, if they call them anything.
pub(crate) fn you(number: u8, muted: bool) -> String {
    match (number, muted) {
        (0, false) => "You".into(),
        (0, true) => "You, muted".into(),
        (_, false) => format!("You (Guest {number})"),
        (_, true) => format!("You (Guest {number}), muted"),
    }
}

/// What stands in somebody's tile while there is no picture, or beside it while it rests.
pub(crate) const fn tile(peer: &PeerView) -> &'static str {
    match (peer.status, peer.picture) {
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

/// What is to be said about somebody's microphone, if anything.
pub(crate) const fn microphone(state: TrackState) -> &'static str {
    match state {
        TrackState::Off => "no microphone",
        TrackState::Paused => "microphone off",
        TrackState::Lost => "microphone disconnected",
        TrackState::On | TrackState::Unknown => "",
    }
}

/// Somebody came.
pub(crate) fn came(number: u8) -> String {
    format!("{} has joined.", guest(number))
}

/// Somebody is gone.
pub(crate) fn went(number: u8) -> String {
    format!("{} has left.", guest(number))
}
