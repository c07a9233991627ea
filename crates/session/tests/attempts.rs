//! Attempts to connect: how long they take, when they are given up, and who makes another.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails panics")]

mod rig;

use rig::In::{
    Camera, Fails, Joined, Left, LocalFails, LocalOffer, Needed, Offer, Opened, Pong, Reloaded,
    RemoteFails, Start, State, Time, Wake, Welcome,
};
use rig::{In, OURS, receiver, sender, sending, watching};
use sightline_session::ConnectionState::{Connected, Disconnected, Failed};

#[test]
fn both_sides_give_up_say_so_and_try_again() {
    let mut rig = sending();
    for (attempt, at) in [(0, 2_000), (1, 7_000), (2, 12_000)] {
        assert_eq!(rig.view().notice, None);
        rig.feed(at, Pong);
        assert_eq!(rig.feed(at, State(attempt, Failed)), format!("end {attempt}"));
        if attempt < 2 {
            let passed = rig.pass(at + 1_000);
            assert!(passed.contains(&format!("create {}", attempt + 1)), "{passed}");
        }
    }
    assert_eq!(rig.view().status.name(), "failed");
    let passed = rig.pass(41_999);
    assert!(!passed.contains("create"), "not so soon: {passed}");
    assert_eq!(rig.pass(42_000), "42000: create 3, 42000: publish 3", "it goes on slowly");
    assert_eq!(rig.view().status.name(), "failed", "until it connects");
    rig.run(
        "until it connects",
        &[
            (42_100, State(3, Connected), "", "live"),
            (42_200, State(3, Disconnected), "", "reconnecting"),
        ],
    );

    let mut rig = watching();
    for attempt in 1..=3 {
        let at = 2_000 + u64::from(attempt) * 100;
        assert_eq!(
            rig.feed(at, State(attempt - 1, Failed)),
            format!("end {}, send failed", attempt - 1)
        );
        if attempt < 3 {
            rig.run("waiting for an offer", &[(at, Time, "", "reconnecting")]);
            rig.feed(at, Offer(1, 9 + attempt, 1));
        }
    }
    assert_eq!(rig.view().status.name(), "failed", "the receiver says so, too");
    assert_eq!(rig.feed(5_000, Start), "send failed", "its person asks for another one");
    assert_eq!(rig.shows(), "reconnecting");
    assert_eq!(rig.feed(6_000, Offer(1, 20, 1)), "create 3, set offer 3");

    let mut rig = watching();
    rig.feed(2_000, State(0, Failed));
    assert_eq!(rig.shows(), "reconnecting");
    rig.pass(31_999);
    assert_eq!(rig.shows(), "reconnecting", "it waits for the sender to notice");
    rig.pass(32_000);
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
        assert_eq!(rig.view().status.name(), "failed");
        rig
    };
    for input in [Start, Wake, In::Online, Joined(1), Fails(1, OURS)] {
        let mut rig = failed();
        let commands = rig.feed(14_000, input);
        assert!(commands.ends_with("create 3, publish 3"), "{input:?}: {commands}");
    }
    let mut rig = failed();
    let commands = rig.feed(14_000, In::Reloaded(1));
    assert!(commands.contains("create 3, publish 3"), "{commands}");
    failed().run("or who goes", &[(14_000, Left(1), "", "waiting")]);
}

#[test]
fn refused_descriptions_begin_anew() {
    let mut rig = sending();
    rig.feed(100, Needed(0));
    rig.run("sender", &[(100, LocalFails(0), "end 0", "reconnecting")]);
    let passed = rig.pass(1_000);
    assert!(passed.contains("create 1") && passed.contains("publish 1"), "{passed}");
    watching().run(
        "receiver",
        &[
            (1_100, Offer(1, 9, 2), "set offer 0", "live"),
            (1_100, RemoteFails(0), "end 0, send failed", "reconnecting"),
            (1_200, Offer(1, 9, 2), "send failed", "reconnecting"),
            (1_300, Offer(1, 10, 1), "create 1, set offer 1", "reconnecting"),
        ],
    );
}

#[test]
fn an_attempt_ends_after_twenty_seconds() {
    let mut rig = sender(
        "no answer",
        &[
            (0, Start, "open", "idle"),
            (0, Opened, "join", "idle"),
            (0, Welcome(&[1]), "", "idle"),
            (0, Camera, "create 0", "idle"),
            (0, Needed(0), "set local 0", "idle"),
            (0, LocalOffer(0), "send offer 1", "idle"),
        ],
    );
    assert_eq!(rig.pass(19_999), "4000: inspect 0, 7000: inspect 0");
    assert_eq!(rig.feed(20_000, Pong), "end 0");
    let passed = rig.pass(20_250);
    assert!(passed.contains("create 1"), "and the next begins: {passed}");
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
fn an_offer_that_is_out_of_date_is_told_so() {
    receiver(
        "only a first offer, of a later attempt, begins one",
        &[
            (0, Start, "open", "connecting"),
            (0, Opened, "join", "connecting"),
            (0, Welcome(&[1]), "", "waiting"),
            (0, Offer(1, 9, 3), "send failed", "waiting"),
            (0, Offer(1, 10, 1), "create 0, set offer 0", "waiting"),
            (0, Offer(1, 8, 1), "send failed", "waiting"),
            (0, In::Answer(1, 8, 1), "", "waiting"),
            (0, In::Candidate(1, 8), "", "waiting"),
        ],
    );
    sending().run("nobody offers a sender anything", &[(100, Offer(1, 77, 1), "", "live")]);
}

#[test]
fn nobody_makes_a_page_begin_without_end() {
    let mut rig = watching();
    let words: Vec<String> =
        (10..100).map(|attempt| rig.feed(2_000, Offer(1, attempt, 1))).collect();
    let begun = words.iter().filter(|word| word.contains("create")).count();
    let refused = words.iter().filter(|word| *word == "send failed").count();
    assert!(
        (10..=16).contains(&begun) && begun + refused == 90,
        "{begun} begun, {refused} refused"
    );
    let mut rig = sending();
    let mut begun = 0;
    for at in (2_000..32_000).step_by(10) {
        // Again and again, as if its person asked for it.
        for input in [Needed(begun), LocalOffer(begun), Fails(1, OURS), Fails(1, OURS)] {
            let words = rig.feed(at, input);
            begun += u32::try_from(words.matches("create").count()).unwrap();
        }
    }
    assert!((5..=15).contains(&begun), "{begun} attempts in 30 s");
    let mut rig = sending();
    let mut begun = 0;
    for at in 200..1_200 {
        begun += rig.feed(at, Reloaded(1)).matches("create").count();
    }
    assert!((10..=20).contains(&begun), "{begun} attempts in a second");
}
