//! All status texts and messages for users: what happened, and what to do.

mod call;
mod devices;
mod notice;

use sightline_client::{DeviceState, RoomState};
use sightline_protocol::{Role, TrackState};
use sightline_session::{LinkStatus, Status, View};

pub(crate) use call::{came, guest, microphone, tile, went, you};
pub(crate) use devices::{DeviceProblem, in_call, own_picture, shares, sharing};
pub(crate) use notice::{RELAY_AWAY_IN_LOBBY, info, notice, other_kind};

/// The status line on the sender's page.
pub(crate) fn sender_status(state: &RoomState) -> String {
    match &state.camera {
        _ if state.view.status == Status::Ended => status(Role::Sender, &state.view),
        // The alert says the rest.
        _ if state.view.link == LinkStatus::Refused => status(Role::Sender, &state.view),
        DeviceState::Asking => "Waiting for the browser to allow the camera…".into(),
        DeviceState::Failed => "The camera is off".into(),
        DeviceState::On if !state.has_media() => "The camera is off".into(),
        DeviceState::Off | DeviceState::On => status(Role::Sender, &state.view),
    }
}

/// The status line on the call page.
pub(crate) fn call_status(state: &RoomState) -> String {
    match &state.camera {
        DeviceState::Asking if state.view.status == Status::Idle => {
            "Waiting for the browser to allow camera and microphone…".into()
        }
        _ => status(Role::Member, &state.view),
    }
}

/// How many people have the room's link open. Empty if this page can't know.
pub(crate) fn opened(view: &View) -> String {
    match view.present {
        0 if view.link != LinkStatus::Joined => String::new(),
        0 => "Nobody has the link open.".into(),
        1 => "1 person has the link open.".into(),
        count => format!("{count} people have the link open."),
    }
}

/// The status line for a role.
pub(crate) fn status(role: Role, view: &View) -> String {
    let line = match (role, view.status) {
        (Role::Sender, Status::Idle) => "Only you see this",
        (Role::Sender, Status::Waiting) => "Live, nobody is watching",
        (Role::Sender, Status::Connecting) if view.live => "Live, somebody is connecting…",
        (Role::Sender, Status::Live) => return format!("Live, {}", watching(view.connected)),
        (Role::Receiver, Status::Idle) => "Which room do you want to watch?",
        // An alert says why.
        (Role::Receiver, Status::Waiting) if view.connected > 0 && view.notice.is_some() => {
            if is_heard(view) {
                "Sound only at the moment"
            } else {
                "No video at the moment"
            }
        }
        (Role::Receiver, Status::Waiting) if view.present > 0 => "The sender is about to go live",
        (Role::Receiver, Status::Waiting) => "Waiting for the sender",
        (Role::Receiver, Status::Connecting) if view.link != LinkStatus::Joined => {
            "Looking for the room…"
        }
        (Role::Receiver, Status::Connecting) => "Connecting to the sender…",
        (Role::Receiver, Status::Live) if !sightline_client::has_video(view) => "Live, sound only",
        (Role::Receiver, Status::Live) => "Live",
        (Role::Member, Status::Idle) => "Ready to join",
        (Role::Member, Status::Waiting) if view.present + view.connected > 0 => "Connecting…",
        (Role::Member, Status::Waiting) => "Nobody else is here",
        (Role::Member, Status::Connecting) if view.link != LinkStatus::Joined => "Joining…",
        (Role::Member, Status::Live) if view.connected == 1 => "In a call with 1 other person",
        (Role::Member, Status::Live) => {
            return format!("In a call with {} other people", view.connected);
        }
        (_, Status::Connecting) => "Connecting…",
        (_, Status::Reconnecting) => "Reconnecting…",
        (_, Status::Failed) => "Not connected",
        (Role::Sender, Status::Ended) => "Stopped. Your camera is off",
        (Role::Receiver, Status::Ended) => "You have stopped watching",
        (Role::Member, Status::Ended) => "You have left the call",
    };
    line.into()
}

/// Whether audio arrives from a connected peer.
fn is_heard(view: &View) -> bool {
    view.peers.iter().any(|peer| peer.connected && peer.audio == TrackState::On)
}

/// The title of the browser's tab: the page's purpose, and whether it is live.
pub(crate) fn title(role: Role, state: &RoomState) -> String {
    let View { status, live, .. } = state.view;
    let title = match (role, status) {
        (Role::Sender, _) if live => "● Live",
        (Role::Sender, _) => "Share a camera",
        (Role::Receiver, Status::Live) => "● Live",
        (Role::Receiver, _) => "Watch",
        (Role::Member, Status::Live) => "● In a call",
        (Role::Member, _) => "Call",
    };
    format!("{title} · Sightline")
}

/// The number of viewers.
pub(crate) fn watching(count: usize) -> String {
    match count {
        0 => "nobody is watching".into(),
        1 => "1 person is watching".into(),
        _ => format!("{count} people are watching"),
    }
}

/// Asserts that a sentence ends with a period and is short enough.
#[cfg(test)]
pub(crate) fn check_sentence(sentence: &str) {
    assert!(sentence.ends_with('.'), "{sentence}");
    assert!(sentence.len() < 200, "{}: {sentence}", sentence.len());
    assert!(!sentence.contains("  "), "{sentence}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts() {
        assert_eq!(watching(0), "nobody is watching");
        assert_eq!(watching(1), "1 person is watching");
        assert_eq!(watching(8), "8 people are watching");
        for (connected, line) in
            [(1, "In a call with 1 other person"), (3, "In a call with 3 other people")]
        {
            let view = View { status: Status::Live, connected, ..View::default() };
            assert_eq!(status(Role::Member, &view), line);
        }
    }

    #[test]
    fn who_has_left_the_room_claims_nothing_about_it() {
        for (link, present, said) in [
            (LinkStatus::Joined, 0, "Nobody has the link open."),
            (LinkStatus::Joined, 1, "1 person has the link open."),
            (LinkStatus::Connecting, 2, "2 people have the link open."),
            (LinkStatus::Connecting, 0, ""),
            (LinkStatus::Off, 0, ""),
        ] {
            assert_eq!(opened(&View { link, present, ..View::default() }), said, "{link:?}");
        }
    }

    #[test]
    fn the_title_follows() {
        for (role, status, live, said) in [
            (Role::Sender, Status::Idle, false, "Share a camera · Sightline"),
            (Role::Sender, Status::Waiting, true, "● Live · Sightline"),
            (Role::Sender, Status::Reconnecting, true, "● Live · Sightline"),
            (Role::Sender, Status::Ended, false, "Share a camera · Sightline"),
            (Role::Receiver, Status::Waiting, false, "Watch · Sightline"),
            (Role::Receiver, Status::Live, false, "● Live · Sightline"),
            (Role::Member, Status::Idle, true, "Call · Sightline"),
            (Role::Member, Status::Live, true, "● In a call · Sightline"),
        ] {
            let view = View { status, live, ..View::default() };
            let state = RoomState { view, ..RoomState::default() };
            assert_eq!(title(role, &state), said, "{role:?} {status:?}");
        }
    }
}
