//! Calls: up to four members, each with each.

#![allow(clippy::unwrap_used, reason = "a test that fails panics")]

mod rig;

use rig::In::{
    Camera, Frames, Joined, JoinedAs, Left, LocalAnswer, LocalOffer, Lost, Media, Needed, Offer,
    Opened, Pong, Reloaded, RemoteSet, Sample, Says, Start, State, Stop, Time, Welcome,
};
use rig::{In, OURS, Rig, calling, member};
use sightline_protocol::{Role, TrackState};
use sightline_session::ConnectionState::{Connected, Disconnected, Failed};

const ON: TrackState = TrackState::On;
const OFF: TrackState = TrackState::Off;

#[test]
fn the_lower_id_offers() {
    member(
        2,
        "in the middle",
        &[
            (0, Start, "open", "connecting"),
            (0, Opened, "join", "connecting"),
            (0, Welcome(&[1, 3]), "create 0 to 3", "connecting"),
            (10, Offer(3, 9, 1), "", "connecting"),
            (20, Offer(1, 9, 1), "create 1 from 1, set offer 1", "connecting"),
            (30, Joined(4), "create 2 to 4", "connecting"),
            (40, JoinedAs(5, Role::Sender), "", "connecting"),
            (40, JoinedAs(6, Role::Receiver), "", "connecting"),
        ],
    );
}

#[test]
fn who_comes_or_goes_disturbs_nobody() {
    let mut rig = calling();
    let comes = rig.feed(1_100, Joined(4));
    assert!(comes.contains("create 2 to 4, publish 2"), "{comes}");
    assert!(!comes.contains(" 0") && !comes.contains(" 1"), "{comes}");
    assert_eq!(rig.shows_each(), "1 live, 3 live, 4 connecting");
    for (what, event, commands) in [
        ("the new one goes", Left(4), "end 2"),
        ("an old one goes", Left(1), "end 0"),
        ("nobody is left", Left(3), "end 1"),
    ] {
        assert_eq!(rig.feed(1_200, event), commands, "{what}");
    }
    assert_eq!(rig.shows(), "waiting");
    assert_eq!(rig.view().peers, []);
}

#[test]
fn one_that_breaks_disturbs_nobody_else() {
    let mut rig = calling();
    rig.run("one path", &[(1_100, State(0, Disconnected), "", "live")]);
    assert_eq!(rig.shows_each(), "1 reconnecting, 3 live");
    rig.run("one page", &[(1_200, Lost(1), "", "live")]);
    assert_eq!(rig.shows_each(), "1 gone reconnecting, 3 live");
    let words = rig.feed(1_300, Reloaded(1));
    assert!(words.contains("end 0") && !words.contains("end 1"), "{words}");
    assert_eq!(rig.shows_each(), "3 live, 1 waiting");
    rig.feed(1_400, Offer(1, 3, 1));
    assert_eq!(rig.shows_each(), "3 live, 1 connecting");
    rig.feed(1_500, State(1, Failed));
    assert_eq!(rig.shows_each(), "3 reconnecting, 1 connecting");
    assert_eq!(rig.shows(), "reconnecting");
}

#[test]
fn a_member_without_a_camera_is_live() {
    let mut rig = member(
        1,
        "it sends nothing, and the other one neither",
        &[
            (0, Start, "open", "connecting"),
            (0, Opened, "join", "connecting"),
            (0, Welcome(&[2]), "create 0 to 2", "connecting"),
            (10, Needed(0), "set local 0", "connecting"),
            (20, LocalOffer(0), "send offer 1 to 2", "connecting"),
            (30, In::Answer(2, OURS, 1), "set answer 0", "connecting"),
            (40, RemoteSet(0), "", "connecting"),
            (50, State(0, Connected), "", "live"),
        ],
    );
    for (video, shows) in [
        (ON, "waiting"),
        (TrackState::Lost, "live CameraLost"),
        (TrackState::Paused, "live CameraPaused"),
        (OFF, "live"),
    ] {
        rig.feed(100, Says(2, video, OFF));
        assert_eq!(rig.shows_each(), format!("2 {shows}"));
    }
    assert_eq!(rig.feed(200, Media(OFF, ON)), "publish 0, send media off on to 2");
    assert_eq!(rig.feed(210, Media(TrackState::Lost, ON)), "publish 0, send media lost on to 2");
    assert!(rig.view().live, "a call needs no click");
}

#[test]
fn who_speaks_is_shown() {
    let mut rig = calling();
    rig.play(&[(1_100, Sample(0, 9, 9, 90)), (1_100, Sample(1, 9, 9, 2))]);
    assert_eq!(rig.shows_each(), "1 live speaking, 3 live");
    rig.feed(1_200, Sample(0, 10, 10, 0));
    assert_eq!(rig.shows_each(), "1 live speaking, 3 live", "a pause");
    assert_eq!(rig.session.next_timeout().unwrap().as_millis(), 2_300, "shown by itself");
    rig.feed(2_300, Time);
    assert_eq!(rig.shows_each(), "1 live, 3 live");
    rig.play(&[(2_400, Sample(0, 20, 20, 90)), (2_410, Says(1, ON, OFF))]);
    assert_eq!(rig.shows_each(), "1 live, 3 live", "its microphone is off");
    rig.play(&[(2_420, Says(1, ON, ON)), (2_430, State(0, Disconnected))]);
    assert_eq!(rig.shows_each(), "1 reconnecting, 3 live");
}

#[test]
fn each_of_the_others_has_a_state() {
    let mut rig = Rig::numbered(Role::Member, 2);
    rig.play(&[(0, Start), (0, Camera), (0, Opened), (0, Welcome(&[1]))]);
    let steps: &[(u64, In, &str)] = &[
        (10, Says(1, ON, OFF), "1 waiting"),
        (20, Offer(1, 9, 1), "1 connecting"),
        (30, RemoteSet(0), "1 connecting"),
        (40, LocalAnswer(0), "1 connecting"),
        (50, State(0, Connected), "1 waiting"),
        (90, Frames(0, 1), "1 live"),
        (3_089, Pong, "1 live"),
        (3_090, Time, "1 reconnecting VideoStopped"),
        (3_100, Frames(0, 2), "1 live"),
        (3_200, Lost(1), "1 gone live"),
        (3_300, State(0, Disconnected), "1 gone reconnecting"),
        (3_400, Joined(1), "1 reconnecting"),
        (3_500, State(0, Failed), "1 reconnecting"),
        (3_600, Offer(1, 10, 1), "1 reconnecting"),
        (3_700, State(1, Failed), "1 reconnecting"),
        (3_800, Offer(1, 11, 1), "1 reconnecting"),
        (3_900, State(2, Failed), "1 failed CannotConnect(Silent)"),
        (4_000, Offer(1, 12, 1), "1 failed CannotConnect(Silent)"),
        (4_100, State(3, Connected), "1 reconnecting"),
        (4_200, Frames(3, 1), "1 live"),
        (4_300, Says(1, OFF, OFF), "1 live"),
        (4_400, Says(1, ON, OFF), "1 live"),
        (4_500, Stop, ""),
    ];
    for (step, (at, input, shows)) in steps.iter().enumerate() {
        rig.feed(*at, *input);
        assert_eq!(rig.shows_each(), *shows, "step {step}: {input:?}");
    }
}

#[test]
fn two_members_restart_one_after_the_other() {
    let mut rig = calling();
    rig.play(&[(1_000, State(0, Disconnected)), (1_000, State(1, Disconnected))]);
    let passed = rig.pass(4_000);
    assert_eq!(passed, "3500: restart 1, 3900: restart 0", "whoever offers is first");
}

#[test]
fn what_changes_is_told_to_all() {
    let mut rig = calling();
    assert_eq!(
        rig.feed(1_100, Media(TrackState::Paused, ON)),
        "publish 0, publish 1, send media paused on, send media paused on to 3"
    );
    assert_eq!(rig.feed(1_200, Media(TrackState::Paused, ON)), "", "and once");
}
