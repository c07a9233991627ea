//! Paths that break, and how they are mended: restarts, new attempts, and what a person is
//! told where neither helps.

#![allow(clippy::unwrap_used, reason = "a test that fails panics")]

mod rig;

use rig::In::{
    Closed, Fails, Frames, Joined, LocalOffer, Lost, Needed, Offer, Online, Opened, Pong,
    RemoteSet, Sample, Says, Start, State, Time, Wake, Welcome,
};
use rig::{In, OURS, Rig, calling, sender, sending, watching};
use sightline_protocol::TrackState;
use sightline_session::ConnectionState::{Connected, Connecting, Disconnected, Failed};

const ON: TrackState = TrackState::On;
const OFF: TrackState = TrackState::Off;

/// Without the number of what is made: `create` and `publish` follow an attempt's end
/// within a quarter of a second.
fn begins_anew(passed: &str) -> bool {
    passed.contains(": create 1") && passed.contains(": publish 1")
}

#[test]
fn a_broken_path_is_restarted_by_the_sender_first() {
    let mut rig = sending();
    rig.feed(2_000, State(0, Disconnected));
    assert_eq!(rig.pass(11_999), "4500: restart 0, 8500: restart 0");
    assert_eq!(rig.shows(), "reconnecting");
    rig.run("and then made anew", &[(12_000, Pong, "end 0", "reconnecting")]);
    let passed = rig.pass(12_250);
    assert!(begins_anew(&passed), "{passed}");
}

#[test]
fn a_broken_path_is_restarted_by_the_receiver_a_little_later() {
    let mut rig = watching();
    rig.feed(2_000, State(0, Disconnected));
    assert_eq!(rig.pass(4_899), "");
    rig.run(
        "it offers",
        &[
            (4_900, Time, "restart 0", "reconnecting"),
            (4_900, Needed(0), "set local 0", "reconnecting"),
            (4_910, LocalOffer(0), "send offer 2", "reconnecting"),
            (4_950, In::Answer(1, 9, 2), "set answer 0", "reconnecting"),
            (4_960, RemoteSet(0), "", "reconnecting"),
            (8_900, Pong, "restart 0", "reconnecting"),
            (11_999, Pong, "", "reconnecting"),
            (12_000, Time, "end 0, send failed", "reconnecting"),
            (12_100, Offer(1, 10, 1), "create 1, set offer 1", "reconnecting"),
        ],
    );
}

#[test]
fn what_comes_back_by_itself_is_left_alone() {
    for mut rig in [sending(), watching()] {
        rig.play(&[(2_000, State(0, Disconnected)), (4_400, State(0, Connected))]);
        let passed = rig.pass(60_000);
        assert!(!passed.contains("restart") && !passed.contains("end"), "{passed}");
    }
    let mut rig = sending();
    rig.play(&[
        (2_000, State(0, Disconnected)),
        (4_500, Time),
        (4_600, State(0, Connecting)),
        (5_000, State(0, Connected)),
        (9_000, Pong),
        (9_000, State(0, Disconnected)),
    ]);
    assert_eq!(rig.pass(18_999), "11500: restart 0, 15500: restart 0", "a trouble of its own");
}

#[test]
fn a_failed_path_is_made_anew_at_once() {
    let mut rig = sending();
    rig.run("sender", &[(2_000, State(0, Failed), "end 0", "reconnecting")]);
    let passed = rig.pass(2_250);
    assert!(begins_anew(&passed), "{passed}");
    let mut rig = sending();
    rig.feed(2_000, State(0, Disconnected));
    rig.run("in the middle of it", &[(3_000, State(0, Failed), "end 0", "reconnecting")]);
    watching().run(
        "receiver",
        &[
            (2_000, State(0, Failed), "end 0, send failed", "reconnecting"),
            (2_100, Offer(1, 10, 1), "create 1, set offer 1", "reconnecting"),
        ],
    );
}

#[test]
fn the_one_that_begins_takes_the_others_word_for_a_failure() {
    let mut rig = sending();
    rig.run(
        "only of the attempt under way",
        &[(1_000, Fails(1, 1), "", "live"), (2_000, Fails(1, OURS), "end 0", "reconnecting")],
    );
    let passed = rig.pass(2_250);
    assert!(begins_anew(&passed), "{passed}");
    watching().run("a receiver makes none", &[(2_000, Fails(1, 9), "", "live")]);
}

#[test]
fn a_new_network_is_looked_for_on_even_while_connected() {
    for (mut rig, shows) in [(sending(), "live"), (watching(), "live")] {
        rig.run(
            "but not without end",
            &[
                (2_000, Online, "ping, restart 0", shows),
                (2_001, Pong, "", shows),
                (3_900, Frames(0, 90), "", shows),
                (5_999, Online, "ping", shows),
                (5_999, Pong, "", shows),
                (6_000, Online, "ping, restart 0", shows),
            ],
        );
    }
    let mut rig = sending();
    rig.run(
        "while it is broken, the next restart counts from there",
        &[
            (2_000, State(0, Disconnected), "", "reconnecting"),
            (3_000, Online, "ping, restart 0", "reconnecting"),
            (3_000, Pong, "", "reconnecting"),
            (6_999, Pong, "", "reconnecting"),
            (7_000, Time, "restart 0", "reconnecting"),
        ],
    );
    let mut rig = sender(
        "an attempt that has not connected is left alone",
        &[
            (0, Start, "open", "idle"),
            (0, Opened, "join", "idle"),
            (0, Welcome(&[1]), "", "idle"),
            (0, In::Camera, "create 0", "idle"),
            (500, Online, "ping", "idle"),
        ],
    );
    assert_eq!(rig.feed(600, Wake), "");
    assert_eq!(watching().feed(2_000, Wake), "ping", "waking is not a new network");
}

#[test]
fn nothing_expires_while_the_other_cannot_be_told() {
    for mut rig in [sending(), watching()] {
        rig.play(&[(2_000, Closed(1006)), (2_100, State(0, Disconnected))]);
        let mut passed = String::new();
        for at in (3_000..60_000).step_by(1_000) {
            passed += &rig.pass(at);
            if passed.ends_with("open") {
                passed += &rig.feed(at, Closed(1006));
            }
        }
        assert!(!passed.contains("restart") && !passed.contains("end"), "{passed}");
        assert_eq!(rig.shows(), "reconnecting RelayLost");
        rig.play(&[(60_000, Wake), (60_000, Opened)]);
        let words = rig.feed(60_100, Welcome(&[1]));
        assert!(words.contains("restart 0"), "the old path may be back: {words}");
        assert_eq!(rig.pass(64_099).matches("end").count(), 0);
        assert!(rig.pass(64_100).contains("end 0"), "it has had its time");
    }
    for mut rig in [sending(), watching()] {
        rig.play(&[(2_000, Lost(1)), (2_100, State(0, Disconnected))]);
        assert_eq!(rig.pass(21_999), "", "the other one has lost the relay");
        assert_eq!(rig.pass(22_000), "22000: end 0", "and is forgotten");
    }
    for mut rig in [sending(), watching()] {
        rig.play(&[(2_000, Lost(1)), (2_100, State(0, Disconnected)), (9_000, Joined(1))]);
        let passed = rig.pass(11_999);
        assert!(passed.starts_with("9000: restart 0") || passed.is_empty(), "{passed}");
    }
}

#[test]
fn the_restart_waits_for_a_way_to_tell_of_it() {
    for mut rig in [sending(), watching()] {
        rig.play(&[(2_000, State(0, Disconnected)), (2_100, Lost(1))]);
        assert_eq!(rig.pass(8_000), "");
        let words = rig.feed(8_000, Joined(1));
        assert_eq!(words, "restart 0");
    }
}

/// Samples twice a second that say the same.
fn silence(rig: &mut Rig, since: u64, until: u64) -> String {
    let mut words = Vec::new();
    for at in (since..=until).step_by(500) {
        words.push(rig.pass(at - 1));
        let word = rig.feed(at, Frames(0, 1));
        words.push(if word.is_empty() { word } else { format!("{at}: {word}") });
    }
    words.retain(|word| !word.is_empty());
    words.join(", ")
}

#[test]
fn a_picture_that_stops_is_noticed_restarted_and_made_anew() {
    let mut rig = watching();
    assert_eq!(silence(&mut rig, 1_500, 4_500), "3000: restart 0");
    assert_eq!(rig.shows(), "reconnecting VideoStopped");
    assert_eq!(silence(&mut rig, 5_000, 12_500), "7000: restart 0, 11000: restart 0");
    rig.feed(12_999, Pong);
    rig.run(
        "ten seconds on; the last picture stays on the screen until there is one again",
        &[
            (13_000, Time, "end 0, send failed", "reconnecting"),
            (13_100, Offer(1, 10, 1), "create 1, set offer 1", "reconnecting"),
            (13_200, State(1, Connected), "", "reconnecting"),
            (13_300, Frames(1, 1), "", "live"),
        ],
    );
    let mut rig = watching();
    silence(&mut rig, 1_500, 3_000);
    let stopped = "reconnecting VideoStopped";
    for state in [Connecting, Disconnected, Connected] {
        rig.feed(3_100, State(0, state));
        assert_eq!(rig.shows(), stopped, "what Firefox says of a restart: {state:?}");
    }
    let mut rig = watching();
    silence(&mut rig, 1_500, 5_000);
    rig.feed(5_500, Frames(0, 2));
    assert_eq!(rig.shows(), "live", "it comes again");
    let mut passed = String::new();
    for second in 6..40 {
        passed += &rig.pass(second * 1_000 - 1);
        passed += &rig.feed(second * 1_000, Frames(0, second));
    }
    assert!(!passed.contains("restart") && !passed.contains("end"), "{passed}");
}

#[test]
fn a_restart_that_a_browser_calls_connecting_is_not_seen() {
    let mut rig = watching();
    rig.run(
        "as Firefox has it: frames go on meanwhile",
        &[
            (2_000, Frames(0, 30), "", "live"),
            (2_000, Online, "ping, restart 0", "live"),
            (2_000, Pong, "", "live"),
            (2_001, State(0, Connecting), "", "live"),
            (3_000, Frames(0, 60), "", "live"),
            (3_500, State(0, Connected), "", "live"),
            (4_000, State(0, Connecting), "", "live"),
            (4_100, State(0, Disconnected), "", "reconnecting"),
            (4_200, State(0, Connecting), "", "reconnecting"),
            (4_300, State(0, Connected), "", "live"),
            (5_000, State(0, Connecting), "", "live"),
            (6_000, Frames(0, 90), "", "live"),
            (7_499, Pong, "", "live"),
            (7_500, Time, "", "reconnecting"),
        ],
    );
    // It doesn't hide that no picture comes, nor give it more time.
    let mut rig = watching();
    rig.play(&[(1_500, Frames(0, 1)), (2_000, State(0, Connecting)), (2_500, State(0, Connected))]);
    rig.play(&[(2_500, Frames(0, 1))]);
    assert_eq!(silence(&mut rig, 3_000, 3_000), "3000: restart 0");
}

#[test]
fn packets_without_frames_are_given_more_time() {
    let mut rig = watching();
    let mut words = String::new();
    for at in (1_500..=8_500).step_by(500) {
        words += &rig.feed(at, Sample(0, 1, at, 0)).replace("ping", "");
        rig.feed(at, Pong);
    }
    assert_eq!(words, "", "a decoder that waits for a key frame");
    assert_eq!(rig.feed(9_000, Sample(0, 1, 9_000, 0)), "restart 0");
}

#[test]
fn a_picture_that_rests_is_no_fault() {
    for (video, shows) in [
        (TrackState::Paused, "live CameraPaused"),
        // Its sound goes on.
        (OFF, "live"),
        (TrackState::Lost, "waiting CameraLost"),
    ] {
        let mut rig = watching();
        rig.feed(1_200, Says(1, video, ON));
        assert_eq!(silence(&mut rig, 1_500, 30_000), "", "{video:?}");
        assert_eq!(rig.shows(), shows);
        rig.feed(30_500, Says(1, ON, ON));
        let words = silence(&mut rig, 31_000, 33_000);
        assert_eq!(words, "32500: restart 0", "{video:?}, and then it should come");
    }
    let mut rig = sending();
    assert_eq!(silence(&mut rig, 500, 30_000), "", "nobody sends a sender a picture");
}

#[test]
fn a_path_that_breaks_under_a_stalled_picture_is_still_mended() {
    for (what, word) in [("it is paused", TrackState::Paused), ("it is switched off", OFF)] {
        let mut rig = watching();
        silence(&mut rig, 1_500, 3_500);
        rig.play(&[(4_000, State(0, Disconnected)), (4_500, Says(1, word, ON))]);
        let passed = rig.pass(14_500);
        assert!(passed.contains("end 0"), "{what}: {passed}");
    }
    let mut rig = watching();
    silence(&mut rig, 1_500, 3_500);
    rig.play(&[(4_000, State(0, Disconnected)), (4_100, Frames(0, 2))]);
    let passed = rig.pass(14_500);
    assert!(passed.contains("end 0"), "the last frames come late: {passed}");
}

#[test]
fn in_a_call_the_answering_side_is_the_first_to_see_a_stall() {
    let mut rig = calling();
    let mut words = String::new();
    for at in (1_500..=3_400).step_by(100) {
        if at % 500 == 0 {
            words += &rig.feed(at, Frames(0, 2)).replace("restart", "restarts");
            words += &rig.feed(at, Frames(1, 2)).replace("restart", "restarts");
        }
        let word = rig.feed(at, Time);
        words += &if word.is_empty() { word } else { format!(", {at}: {word}") };
    }
    assert_eq!(words, "restarts 0, 3400: restart 1");
    let shown = "1 reconnecting VideoStopped, 3 reconnecting VideoStopped";
    assert_eq!(rig.shows_each(), shown, "it is said, too");
}
