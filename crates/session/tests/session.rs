//! What a session decides, case by case.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails panics"
)]

mod rig;

use rig::In::{
    Camera, CameraGone, Closed, Error, Found, Frames, GoLive, Joined, Left, LocalFails, LocalOffer,
    Lost, Needed, Offer, Opened, Pong, RemoteFails, Start, State, Stop, Time, Wake, Welcome,
};
use rig::{In, Rig, Script, receiver, sender, sending, watching};
use sightline_protocol::{ErrorCode, Role};
use sightline_session::ConnectionState::{Connected, Disconnected, Failed};
use sightline_session::LinkStatus;

#[test]
fn a_sender_publishes_nothing_before_the_click() {
    sender(
        "a pair needs the camera, a picture the click",
        &[
            (0, Start, "open", "idle"),
            (0, Opened, "join", "idle"),
            (0, Welcome(&[1]), "", "idle"),
            (0, Joined(2), "", "idle"),
            (0, Camera, "create 0, create 1", "idle"),
            (0, Joined(3), "create 2", "idle"),
            (0, State(0, Connected), "", "idle"),
            (0, GoLive, "publish 0, publish 1, publish 2", "live"),
            (0, Joined(4), "create 3, publish 3", "live"),
        ],
    );
    sender(
        "the click before the camera",
        &[
            (0, Start, "open", "idle"),
            (0, GoLive, "", "connecting"),
            (0, Opened, "join", "connecting"),
            (0, Welcome(&[]), "", "waiting"),
            (0, Joined(1), "", "waiting"),
            (0, Camera, "create 0, publish 0", "connecting"),
            (0, CameraGone, "", "connecting"),
            (0, Joined(2), "", "connecting"),
            (0, Camera, "publish 0, create 1, publish 1", "connecting"),
        ],
    );
}

#[test]
fn a_receiver_walks_from_waiting_to_live_and_back() {
    watching().run(
        "frames stop for 3 s, and come again",
        &[
            (3_999, Frames(0, 1), "", "live"),
            (4_000, Frames(0, 1), "", "reconnecting PictureStopped"),
            (4_500, Frames(0, 9), "", "live"),
        ],
    );
    watching().run(
        "the sender leaves and comes back",
        &[
            (2_000, Left(1), "end 0", "waiting SenderLeft"),
            (3_000, Joined(1), "", "waiting"),
            (3_000, Offer(1, 9, 1), "", "waiting"),
            (3_000, Offer(1, 10, 1), "create 1, set offer 1", "connecting"),
        ],
    );
    let mut rig = watching();
    assert_eq!(rig.session.next_timeout().unwrap().as_millis(), 4_000, "it looks by itself");
    assert_eq!(rig.pass(4_000), "");
    assert_eq!(rig.view().status.name(), "reconnecting");
}

#[test]
fn lost_is_not_left() {
    watching().run(
        "the relay lost the sender; its media go on until they stop",
        &[
            (2_000, Lost(1), "", "live"),
            (3_500, Frames(0, 50), "", "live"),
            (4_000, State(0, Disconnected), "", "reconnecting"),
            (13_999, Time, "ping", "reconnecting"),
            (14_000, Time, "end 0", "waiting SenderLeft"),
        ],
    );
    watching().run(
        "it comes back in time",
        &[(2_000, Lost(1), "", "live"), (3_000, Joined(1), "", "live")],
    );
    watching().run(
        "another sender takes its place",
        &[(2_000, Lost(1), "", "live"), (3_000, Joined(2), "end 0", "waiting")],
    );
    sending().run(
        "a receiver that is lost stays connected",
        &[(2_000, Lost(1), "", "live"), (3_000, Joined(1), "", "live")],
    );
    sending().run("one that leaves does not", &[(2_000, Left(1), "end 0", "waiting")]);
    sender(
        "an attempt does not outlive the receiver's link",
        &[
            (0, Start, "open", "idle"),
            (0, Opened, "join", "idle"),
            (0, Welcome(&[1]), "", "idle"),
            (0, Camera, "create 0", "idle"),
            (0, Lost(1), "end 0", "idle"),
            (0, Joined(1), "create 1", "idle"),
            (0, Joined(1), "end 1, create 2", "idle"),
        ],
    );
}

#[test]
fn a_lost_relay_disturbs_nobody_who_is_live() {
    watching().run(
        "receiver",
        &[
            (2_000, Closed(1006), "", "live RelayLost"),
            (2_000, Needed(0), "set local 0", "live RelayLost"),
            (2_000, LocalOffer(0), "", "live RelayLost"),
            (2_000, Found(0), "", "live RelayLost"),
            (2_000, Wake, "open", "live RelayLost"),
            (2_400, Opened, "join", "live RelayLost"),
            (2_500, Welcome(&[1]), "", "live"),
            (4_200, Frames(0, 99), "send offer 2", "live"),
        ],
    );
    sending().run(
        "sender",
        &[
            (2_000, Closed(1012), "", "live RelayLost"),
            (2_000, Wake, "open", "live RelayLost"),
            (2_400, Opened, "join", "live RelayLost"),
            (2_500, Welcome(&[]), "", "live"),
            (2_600, Joined(1), "", "live"),
        ],
    );
    watching().run(
        "nobody is there any more",
        &[
            (2_000, State(0, Disconnected), "", "reconnecting"),
            (2_000, Closed(1006), "", "reconnecting RelayLost"),
            (2_000, Wake, "open", "reconnecting RelayLost"),
            (2_400, Opened, "join", "reconnecting RelayLost"),
            (2_500, Welcome(&[]), "end 0", "waiting SenderLeft"),
        ],
    );
}

#[test]
fn the_relay_cannot_be_reached_or_refuses() {
    let refusals = [
        (ErrorCode::SenderPresent, "failed SenderPresent"),
        (ErrorCode::RoomFull, "failed RoomFull"),
        (ErrorCode::InvalidRoom, "failed InvalidRoom"),
        (ErrorCode::Replaced, "ended Replaced"),
        (ErrorCode::TooLarge, "failed Refused"),
    ];
    for (code, shows) in refusals {
        let mut rig = sending();
        rig.run("mid-call", &[(100, Error(code), "close, end 0", shows)]);
        rig.run("it ends there", &[(100, Closed(4400), "", shows), (200, Wake, "", shows)]);
        assert_eq!((rig.view().present, rig.session.next_timeout()), (0, None));
        rig.run(
            "try again: nothing goes live by itself",
            &[
                (300, Start, "open", "idle"),
                (300, Opened, "join", "idle"),
                (400, Welcome(&[1]), "create 1", "idle"),
                (500, GoLive, "publish 1", "connecting"),
            ],
        );
    }
    for mut rig in [Rig::new(Role::Sender), Rig::new(Role::Receiver)] {
        rig.feed(0, Start);
        rig.run("not there", &[(0, Closed(1006), "", "failed RelayUnreachable")]);
        assert_eq!(rig.view().link, LinkStatus::Connecting, "it is tried again");
    }
}

#[test]
fn stop_and_start_in_each_state() {
    let steps: [(In, bool); 6] = [
        (Start, true),
        (Opened, true),
        (Welcome(&[1]), true),
        (Camera, false),
        (GoLive, false),
        (State(0, Connected), false),
    ];
    for count in 0..=steps.len() {
        for role in [Role::Sender, Role::Receiver] {
            let mut rig = Rig::new(role);
            for (input, both) in &steps[..count] {
                if *both || role == Role::Sender {
                    rig.feed(0, *input);
                }
            }
            rig.feed(1, Stop);
            let what = format!("{role:?} stopped after {count} steps");
            assert_eq!(rig.view().status.name(), "ended", "{what}");
            assert_eq!(rig.session.next_timeout(), None, "{what}");
            let stray: Script<'_> = &[
                (2, Opened, "", "ended"),
                (2, Welcome(&[1]), "", "ended"),
                (2, Joined(1), "", "ended"),
                (2, Offer(1, 1, 1), "", "ended"),
                (2, Error(ErrorCode::InvalidRoom), "", "ended"),
                (2, Closed(4409), "", "ended"),
                (2, State(0, Failed), "", "ended"),
                (2, Needed(0), "", "ended"),
                (2, Wake, "", "ended"),
                (90_000, Time, "", "ended"),
                (90_000, Stop, "", "ended"),
            ];
            rig.run(&what, stray);
            assert_eq!(rig.feed(90_001, Start), "open", "{what}");
            assert_eq!(rig.feed(90_001, Start), "", "{what}, started twice");
            assert_eq!(rig.view().notice, None, "{what}");
        }
    }
    watching().run("everything is closed", &[(2_000, Stop, "end 0, leave, close", "ended")]);
    let mut rig = sending();
    rig.run("everything is closed", &[(2_000, Stop, "end 0, leave, close", "ended")]);
    rig.feed(3_000, Start);
    rig.feed(3_000, Opened);
    rig.feed(3_000, Welcome(&[1]));
    assert_eq!(rig.feed(3_000, Camera), "create 1", "the click counts once");
}

#[test]
fn both_sides_give_up_say_so_and_try_again() {
    let mut rig = sending();
    rig.feed(1_000, Pong);
    for attempt in 0..3 {
        assert_eq!(rig.view().notice, None);
        let id = attempt;
        assert_eq!(
            rig.feed(2_000 + u64::from(attempt) * 5_000, State(id, Failed)),
            format!("end {id}")
        );
        if attempt < 2 {
            let until = 2_000 + u64::from(attempt) * 5_000 + 4_000;
            assert!(rig.pass(until).contains(&format!("create {}", id + 1)));
        }
    }
    rig.run("it says so", &[(12_001, Time, "", "failed ConnectionFailed")]);
    let later = rig.pass(42_000);
    assert!(later.contains("create 3, publish 3"), "and goes on slowly: {later}");
    rig.run(
        "until it connects",
        &[
            (42_000, Joined(2), "create 4, publish 4", "connecting ConnectionFailed"),
            (42_100, State(3, Connected), "", "live"),
        ],
    );

    let mut rig = watching();
    for attempt in 1..=3 {
        let at = 2_000 + u64::from(attempt) * 100;
        rig.feed(at, State(attempt - 1, Failed));
        if attempt < 3 {
            rig.run("waiting for an offer", &[(at, Time, "", "reconnecting")]);
            rig.feed(at, Offer(1, 9 + attempt, 1));
        }
    }
    rig.run(
        "the receiver says so, too; its person joins anew",
        &[
            (3_000, Time, "", "failed ConnectionFailed"),
            (4_000, Offer(1, 20, 1), "create 3, set offer 3", "failed ConnectionFailed"),
            (5_000, Start, "end 3, leave, close, open", "connecting"),
            (5_000, Opened, "join", "connecting"),
            (5_000, Welcome(&[1]), "", "waiting"),
            (5_000, Offer(1, 20, 1), "", "waiting"),
            (5_000, Offer(1, 21, 1), "create 4, set offer 4", "connecting"),
        ],
    );

    let mut rig = watching();
    rig.feed(2_000, State(0, Failed));
    assert_eq!(rig.view().status.name(), "reconnecting");
    rig.pass(31_000);
    assert_eq!(rig.view().status.name(), "reconnecting", "it waits for the sender to notice");
    rig.feed(32_001, Time);
    assert_eq!(rig.view().status.name(), "failed", "which never did");
}

#[test]
fn a_sender_that_gave_up_tries_at_once_when_told_to() {
    let failed = || {
        let mut rig = sending();
        for (id, at) in [(0, 2_000), (1, 6_000), (2, 10_000)] {
            rig.feed(at, State(id, Failed));
            rig.pass(at + 3_500);
        }
        rig
    };
    for input in [Start, Wake, Joined(1)] {
        let mut rig = failed();
        let commands = rig.feed(14_000, input);
        assert!(commands.ends_with("create 3, publish 3"), "{input:?}: {commands}");
    }
    failed().run("or comes back to the room", &[(14_000, Left(1), "", "waiting")]);
}

#[test]
fn refused_descriptions_begin_anew() {
    let mut rig = sending();
    rig.feed(100, Needed(0));
    rig.run("sender", &[(100, LocalFails(0), "end 0", "reconnecting")]);
    assert!(rig.pass(2_000).contains("create 1, publish 1"));
    let mut rig = watching();
    rig.run(
        "receiver",
        &[
            (1_100, Offer(1, 9, 2), "set offer 0", "live"),
            (1_100, RemoteFails(0), "end 0", "reconnecting"),
            (1_200, Offer(1, 9, 2), "", "reconnecting"),
            (1_300, Offer(1, 10, 1), "create 1, set offer 1", "reconnecting"),
        ],
    );
}

#[test]
fn an_unanswered_offer_is_repeated_and_an_attempt_ends() {
    let mut rig = sender(
        "no answer",
        &[
            (0, Start, "open", "idle"),
            (0, Opened, "join", "idle"),
            (0, Welcome(&[1]), "", "idle"),
            (0, Camera, "create 0", "idle"),
            (0, Needed(0), "set local 0", "idle"),
            (0, LocalOffer(0), "send offer 1", "idle"),
            (1_999, Time, "", "idle"),
            (2_000, Time, "send offer 1", "idle"),
            (4_000, Pong, "send offer 1", "idle"),
        ],
    );
    for at in (6..20).step_by(2) {
        assert_eq!(rig.feed(at * 1_000, Pong), "send offer 1", "at {at} s");
    }
    assert_eq!(rig.feed(20_000, Pong), "send offer 1, end 0");
}

#[test]
fn a_stable_connection_makes_the_next_failure_a_first_one() {
    let mut rig = watching();
    for (attempt, at) in (0..10).map(|attempt| (attempt, 10_000 * (1 + u64::from(attempt)))) {
        rig.feed(at, State(attempt, Failed));
        assert_eq!(rig.view().status.name(), "reconnecting", "attempt {attempt}");
        rig.feed(at, Offer(1, 10 + attempt, 1));
        rig.feed(at, State(attempt + 1, Connected));
    }
}

#[test]
fn a_renegotiation_offer_is_for_the_page_before_the_reload() {
    receiver(
        "only a first offer begins an attempt",
        &[
            (0, Start, "open", "connecting"),
            (0, Opened, "join", "connecting"),
            (0, Welcome(&[1]), "", "waiting"),
            (0, Offer(1, 9, 3), "", "waiting"),
            (0, Offer(1, 10, 1), "create 0, set offer 0", "connecting"),
        ],
    );
}
