//! Every sentence that a person reads about how things stand: what happened, and
//! what to do.

use sightline_protocol::Role;
use sightline_session::{LinkStatus, Notice, Status, View};
use sightline_web::CaptureError;

use crate::camera::CameraState;
use crate::model::Model;

/// The sentence for a notice.
pub(crate) const fn notice(notice: Notice) -> &'static str {
    match notice {
        Notice::RelayUnreachable => {
            "Sightline's relay can't be reached. It is tried again by itself. Check your network; \
             if other pages load, tell whoever runs this site."
        }
        Notice::RelayLost => "The connection to the relay is lost. It is tried again by itself.",
        Notice::RelayFull => {
            "The relay has no free place at the moment. It is tried again by itself."
        }
        Notice::Refused => {
            "The relay did not let this page in. Load the page again; if that \
                            doesn't help, tell whoever runs this site."
        }
        Notice::InvalidRoom => {
            "The relay doesn't take this room's name. Choose another one with \
                                letters a to z, digits and hyphens."
        }
        Notice::SenderPresent => {
            "Somebody else is sharing in this room already. Share in a room \
                                  of your own, or ask them to stop."
        }
        Notice::RoomFull => {
            "This room has as many watchers as it can take. Try again when \
                             somebody has left."
        }
        Notice::Replaced => {
            "This room was opened in another tab or window, which has taken over. \
                             Close that one, or take over here."
        }
        Notice::SenderLeft => "The sender has left. This page stays ready for when they return.",
        Notice::ConnectionFailed => {
            "No direct connection between the two browsers came about: a \
                                     firewall or network in between may not allow it. Try \
                                     again, or from another network."
        }
        Notice::PictureStopped => {
            "The picture has stopped coming. It goes on by itself when it \
                                   can."
        }
    }
}

/// The sentence for a camera that isn't there.
pub(crate) fn capture(error: &CaptureError) -> String {
    let sentence = match error {
        CaptureError::Insecure => {
            "Browsers give the camera to secure pages only. Open this page with https://, or on \
             the machine itself with http://localhost."
        }
        CaptureError::Denied => {
            "The browser didn't allow the camera. Allow camera and microphone for this page, by \
             the icon beside its address, then try again."
        }
        CaptureError::NotFound => "No camera was found. Connect one, then try again.",
        CaptureError::Busy => {
            "The camera gives no picture: another program may be using it. Close that program, \
             then try again."
        }
        CaptureError::Other(error) => {
            return format!(
                "The camera could not be started ({}). Try again, or load the page again.",
                error.name
            );
        }
    };
    sentence.into()
}

/// The sentence for where the camera is, if there is something to say.
pub(crate) fn camera(model: &Model) -> Option<String> {
    match &model.camera {
        CameraState::On if model.silent => Some(
            "There is no sound: no microphone was found, or another program is using it. Those \
             who watch see you and don't hear you."
                .into(),
        ),
        CameraState::Failed(error) => Some(capture(error)),
        CameraState::Lost => Some(
            "The camera was disconnected, or its permission withdrawn. Connect it again, then try \
             again."
                .into(),
        ),
        CameraState::Off | CameraState::Asking | CameraState::On => None,
    }
}

/// A number for each notice, so that a page can tell when it changes; 0 for none.
pub(crate) fn notice_number(notice: Option<Notice>) -> u8 {
    notice.map_or(0, |notice| notice as u8 + 1)
}

/// The short line on the sender's page.
pub(crate) fn sender_status(model: &Model) -> String {
    match &model.camera {
        _ if model.view.status == Status::Ended => status(Role::Sender, &model.view),
        // The alert says the rest.
        _ if model.view.link == LinkStatus::Refused => status(Role::Sender, &model.view),
        CameraState::Asking => "Waiting for the browser to allow the camera…".into(),
        CameraState::Failed(_) | CameraState::Lost => "The camera is off".into(),
        CameraState::Off | CameraState::On => status(Role::Sender, &model.view),
    }
}

/// How many have opened the room's link.
pub(crate) fn opened(count: usize) -> String {
    match count {
        0 => "Nobody has opened the link yet.".into(),
        1 => "1 person has opened the link.".into(),
        _ => format!("{count} people have opened the link."),
    }
}

/// The short line that always says how things stand.
pub(crate) fn status(role: Role, view: &View) -> String {
    let line = match (role, view.status) {
        (Role::Sender, Status::Idle) => "Only you see this",
        (Role::Sender, Status::Waiting) => "Live, nobody is watching yet",
        (Role::Sender, Status::Connecting) => "Connecting…",
        (Role::Sender, Status::Live) => return format!("Live, {}", watching(view.connected)),
        (Role::Receiver, Status::Idle) => "Which room do you want to watch?",
        (Role::Receiver, Status::Waiting) if view.present > 0 => {
            "The sender is here and about to go live"
        }
        (Role::Receiver, Status::Waiting) => "Waiting for the sender",
        (Role::Receiver, Status::Connecting) if view.link != LinkStatus::Joined => {
            "Looking for the room…"
        }
        (Role::Receiver, Status::Connecting) => "Connecting to the sender…",
        (Role::Receiver, Status::Live) => "Live",
        (_, Status::Reconnecting) => "Reconnecting…",
        (_, Status::Failed) => "Not connected",
        (Role::Sender, Status::Ended) => "Stopped. Your camera is off",
        (Role::Receiver, Status::Ended) => "You have stopped watching",
    };
    line.into()
}

/// How many are watching.
pub(crate) fn watching(count: usize) -> String {
    match count {
        0 => "nobody is watching yet".into(),
        1 => "1 person is watching".into(),
        _ => format!("{count} people are watching"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sentence_ends_and_fits() {
        let notices = [
            Notice::RelayUnreachable,
            Notice::RelayLost,
            Notice::RelayFull,
            Notice::Refused,
            Notice::InvalidRoom,
            Notice::SenderPresent,
            Notice::RoomFull,
            Notice::Replaced,
            Notice::SenderLeft,
            Notice::ConnectionFailed,
            Notice::PictureStopped,
        ];
        let errors = [
            CaptureError::Insecure,
            CaptureError::Denied,
            CaptureError::NotFound,
            CaptureError::Busy,
        ];
        let sentences =
            notices.map(|n| notice(n).to_owned()).into_iter().chain(errors.iter().map(capture));
        for sentence in sentences {
            assert!(sentence.ends_with('.'), "{sentence}");
            assert!(sentence.len() < 200, "{sentence}");
            assert!(!sentence.contains("  "), "{sentence}");
        }
    }

    #[test]
    fn counts() {
        assert_eq!(watching(0), "nobody is watching yet");
        assert_eq!(watching(1), "1 person is watching");
        assert_eq!(watching(8), "8 people are watching");
    }
}
