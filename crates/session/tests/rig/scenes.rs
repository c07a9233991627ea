//! Where most cases begin.

use sightline_protocol::{Role, TrackState};
use sightline_session::ConnectionState::{Connected, Connecting};

use super::{In, OURS, Rig, Script};

const ON: TrackState = TrackState::On;

pub fn sender(what: &str, script: Script<'_>) -> Rig {
    let mut rig = Rig::new(Role::Sender);
    rig.run(what, script);
    rig
}

pub fn receiver(what: &str, script: Script<'_>) -> Rig {
    let mut rig = Rig::new(Role::Receiver);
    rig.run(what, script);
    rig
}

/// A member of a call with that number.
pub fn member(me: u8, what: &str, script: Script<'_>) -> Rig {
    let mut rig = Rig::numbered(Role::Member, me);
    rig.run(what, script);
    rig
}

/// A receiver that watches; its connection is 0, the attempt 9, the last frame at 1 s.
pub fn watching() -> Rig {
    receiver(
        "watching",
        &[
            (0, In::Start, "open", "connecting"),
            (0, In::Opened, "join", "connecting"),
            (10, In::Welcome(&[]), "", "waiting"),
            (20, In::Joined(1), "", "waiting"),
            (25, In::Says(1, ON, ON), "", "waiting"),
            (30, In::Offer(1, 9, 1), "create 0, set offer 0", "connecting"),
            (40, In::RemoteSet(0), "set local 0", "connecting"),
            (50, In::LocalAnswer(0), "send answer 1", "connecting"),
            (60, In::Found(0), "send candidate", "connecting"),
            (70, In::Candidate(1, 9), "add 0", "connecting"),
            (80, In::State(0, Connecting), "", "connecting"),
            (90, In::State(0, Connected), "", "waiting"),
            (95, In::Frames(0, 0), "", "waiting"),
            (1_000, In::Frames(0, 1), "", "live"),
        ],
    )
}

/// A sender whose receiver watches; its connection is 0.
pub fn sending() -> Rig {
    sender(
        "sending",
        &[
            (0, In::Start, "open", "idle"),
            (0, In::Opened, "join", "idle"),
            (10, In::Welcome(&[1]), "", "idle"),
            (20, In::Camera, "create 0", "idle"),
            (30, In::Needed(0), "set local 0", "idle"),
            (40, In::LocalOffer(0), "send offer 1", "idle"),
            (50, In::Answer(1, OURS, 1), "set answer 0", "idle"),
            (60, In::RemoteSet(0), "", "idle"),
            (70, In::State(0, Connected), "", "idle"),
            (80, In::GoLive, "publish 0, send media on on", "live"),
        ],
    )
}

/// Member 2 in a call with 1, who offers to it (connection 0, attempt 9), and 3, to whom it offers
/// (connection 1). All have camera and microphone, and their pictures come; the last frames at 1 s.
pub fn calling() -> Rig {
    let mut rig = Rig::numbered(Role::Member, 2);
    rig.play(&[
        (0, In::Start),
        (0, In::Camera),
        (0, In::Opened),
        (10, In::Welcome(&[1])),
        (20, In::Says(1, ON, ON)),
        (30, In::Offer(1, 9, 1)),
        (40, In::RemoteSet(0)),
        (50, In::LocalAnswer(0)),
        (60, In::State(0, Connected)),
        (70, In::Frames(0, 1)),
        (80, In::Joined(3)),
        (85, In::Says(3, ON, ON)),
        (90, In::Needed(1)),
        (95, In::LocalOffer(1)),
        (110, In::Answer(3, OURS, 1)),
        (120, In::RemoteSet(1)),
        (130, In::State(1, Connected)),
        (500, In::Frames(1, 1)),
        (1_000, In::Frames(0, 2)),
        (1_000, In::Frames(1, 2)),
    ]);
    assert_eq!(rig.shows_each(), "1 live, 3 live");
    rig
}
