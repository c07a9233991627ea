//! What a person is told where two are not connected, and when.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails panics")]

mod rig;

use rig::In::{
    Candidate, CandidateError, ChannelOpened, Closed, Finds, Found, FoundAll, Inspected, Lost,
    Offer, Opened, Pong, RemoteSet, Start, State, Time, Welcome, WelcomeWith,
};
use rig::{In, Rig, Script, receiver};
use sightline_protocol::Role;
use sightline_session::ConnectionState::{Connected, Connecting, Disconnected, Failed};

/// A receiver that answered an offer; not connected.
fn connecting(url: &'static str) -> Rig {
    let mut rig = Rig::new(Role::Receiver);
    rig.play(&[(0, Start), (0, Opened), (0, WelcomeWith(&[1], url)), (0, Offer(1, 9, 1))]);
    rig.play(&[(0, RemoteSet(0)), (0, In::LocalAnswer(0))]);
    rig
}

#[test]
fn what_keeps_two_apart_is_told_after_eight_seconds() {
    let table: &[(&str, &str, &[In], &str)] = &[
        ("nothing came", "", &[Found(0)], "Silent"),
        ("nothing at all", "", &[], "NoAddresses(Here)"),
        ("networks apart", "", &[Found(0), FoundAll(0), Candidate(1, 9)], "NoServers"),
        ("nothing found here", "", &[FoundAll(0), Candidate(1, 9)], "NoAddresses(Here)"),
        ("no STUN", "stun:h", &[Found(0), FoundAll(0)], "UdpBlocked(Here)"),
        ("no TURN", "turn:h", &[Found(0), CandidateError(0, 701)], "TurnAway(Here)"),
        ("not let in", "turn:h", &[CandidateError(0, 401)], "TurnRefused(Here)"),
        ("they heard", "", &[Found(0), FoundAll(0), Finds(1, 9)], "NoServers"),
        ("they are gone", "", &[Lost(1)], "PeerAway"),
    ];
    for (what, url, events, cause) in table {
        let mut rig = connecting(url);
        events.iter().for_each(|event| drop(rig.feed(100, *event)));
        rig.feed(3_000, Pong);
        assert_eq!(rig.feed(4_000, Time), "inspect 0", "{what}");
        rig.feed(4_010, Inspected(0));
        assert_eq!(rig.feed(7_000, Pong), "inspect 0", "{what}");
        rig.feed(7_999, Inspected(0));
        assert_eq!(rig.shows(), "connecting", "{what}");
        assert_eq!(rig.session.next_timeout().unwrap().as_millis(), 8_000, "{what}");
        rig.feed(8_000, Time);
        assert_eq!(rig.shows(), format!("connecting CannotConnect({cause})"), "{what}");
        rig.feed(8_100, State(0, Connected));
        assert_eq!(rig.shows(), "waiting", "{what}");
    }
}

#[test]
fn the_other_side_is_told_what_is_known() {
    let mut rig = connecting("");
    rig.feed(4_000, Time);
    assert_eq!(rig.feed(4_010, Inspected(0)), "send report");
    rig.feed(4_500, State(0, Connected));
    assert_eq!(rig.feed(4_510, Inspected(0)), "", "which is of no use any more");
}

#[test]
fn the_cause_is_told_all_the_while_from_one_attempt_to_the_next() {
    let mut rig = connecting("");
    rig.play(&[(100, Found(0)), (100, FoundAll(0)), (100, Candidate(1, 9))]);
    rig.pass(8_000);
    let told = "connecting CannotConnect(NoServers)";
    for at in [20_000, 20_500, 22_000] {
        rig.pass(at - 1);
        rig.feed(at, Pong);
        assert_eq!(rig.shows(), told, "at {at}");
    }
    rig.feed(22_100, Offer(1, 10, 1));
    assert_eq!(rig.shows(), told, "another one is made");
    rig.feed(22_200, State(1, Connected));
    assert_eq!(rig.shows(), "waiting");
    rig.feed(22_300, State(1, Failed));
    assert_eq!(rig.shows(), "reconnecting", "it begins anew");
    // Who asks for it to be tried again sees that it is.
    let mut rig = connecting("");
    rig.pass(8_000);
    assert_eq!(rig.shows(), "connecting CannotConnect(Silent)");
    rig.pass(20_000);
    rig.feed(20_100, Start);
    assert_eq!(rig.shows(), "connecting");
}

#[test]
fn the_cause_is_still_told_after_giving_up_until_it_connects() {
    let mut rig = connecting("");
    for (pair, at) in [(0, 1_000), (1, 2_000), (2, 3_000)] {
        rig.play(&[(at, Found(pair)), (at, FoundAll(pair)), (at, Candidate(1, 9 + pair))]);
        rig.feed(at, State(pair, Failed));
        if pair < 2 {
            assert_eq!(rig.shows(), "connecting");
            rig.feed(at, Offer(1, 10 + pair, 1));
        }
    }
    let script: Script<'_> = &[
        (3_100, Pong, "", "failed CannotConnect(NoServers)"),
        (3_200, Offer(1, 12, 1), "create 3, set offer 3", "failed CannotConnect(NoServers)"),
        (3_300, State(3, Connected), "", "waiting"),
        (3_400, State(3, Disconnected), "", "reconnecting"),
    ];
    rig.run("gave up", script);
}

#[test]
fn a_relay_that_is_away_is_the_first_thing_to_tell() {
    let mut rig = connecting("");
    rig.feed(1_000, Closed(1006));
    rig.pass(8_000);
    assert_eq!(rig.shows(), "connecting RelayLost");
    assert_eq!(rig.shows_each(), "1 connecting CannotConnect(RelayAway)");
}

#[test]
fn a_receiver_says_nothing_of_causes_before_its_time() {
    receiver(
        "an attempt",
        &[
            (0, Start, "open", "connecting"),
            (0, Opened, "join", "connecting"),
            (0, Welcome(&[1]), "", "waiting"),
            (0, Offer(1, 9, 1), "create 0, set offer 0", "waiting"),
            (10, ChannelOpened(0), "", "waiting"),
            (20, State(0, Connecting), "", "waiting"),
            (90, State(0, Connected), "", "waiting"),
        ],
    );
}
