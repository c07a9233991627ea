//! What the relay and the peers can do to a session: nothing.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails panics"
)]

mod rig;

use std::collections::BTreeSet;

use proptest::prelude::*;
use rig::In::{
    Answer, Candidate, Error, Found, Frames, Garbage, Joined, JoinedAlike, Left, LocalAnswer,
    LocalOffer, Lost, Needed, Offer, Opened, Pong, RemoteFails, RemoteSet, Start, State, Time,
    Welcome,
};
use rig::{In, Rig, candidate, receiver, sending, signal, watching};
use sightline_protocol::limits::{MAX_CANDIDATES, MAX_SDP_BYTES};
use sightline_protocol::{ConnectionId, ErrorCode, Role, Signal};
use sightline_session::ConnectionState::Failed;
use sightline_session::{ConnectionState, Event};

#[test]
fn messages_from_nowhere_change_nothing() {
    let strays = [
        Joined(1),
        JoinedAlike(5),
        Left(7),
        Lost(7),
        Pong,
        Garbage,
        Opened,
        Welcome(&[1, 2, 3]),
        Offer(7, 9, 2),
        Offer(1, 8, 2),
        Answer(1, 9, 4),
        Answer(1, 8, 1),
        Candidate(7, 9),
        Candidate(1, 8),
        Error(ErrorCode::Unknown),
        Error(ErrorCode::NoSuchPeer),
        State(77, Failed),
        Needed(77),
        LocalOffer(77),
        RemoteSet(77),
        RemoteFails(77),
        Found(77),
        Frames(77, 1),
    ];
    for input in strays {
        watching().run("receiver", &[(1_001, input, "", "live")]);
        sending().run("sender", &[(101, input, "", "live")]);
    }
}

#[test]
fn a_flood_of_peers_is_bounded() {
    let mut rig = sending();
    for number in 2..=255 {
        rig.feed(100, Joined(number));
    }
    assert_eq!(rig.view().present, 8);
    rig.run(
        "the ninth is not there",
        &[(100, Joined(200), "", "live"), (100, Left(200), "", "live")],
    );

    let mut rig = sending();
    for number in 2..=8 {
        rig.feed(100, Joined(number));
    }
    rig.run(
        "a ghost gives its place to somebody who is there",
        &[(100, Lost(1), "", "live"), (100, Joined(9), "end 0, create 8, publish 8", "connecting")],
    );

    let mut rig = watching();
    for number in 2..=255 {
        rig.feed(1_100, Joined(number));
        rig.feed(1_100, Offer(number, 1, 1));
    }
    assert_eq!(rig.view().present, 8);
}

#[test]
fn what_a_peer_sends_is_bounded() {
    let offer = |connection, bytes| {
        let connection = ConnectionId(connection);
        let sdp = "x".repeat(bytes);
        Event::SocketMessage(signal(1, Signal::CreateOffer { connection, round: 1, sdp }))
    };
    let mut rig = watching();
    assert_eq!(rig.handle(1_100, offer(10, MAX_SDP_BYTES + 1)), "", "nothing is closed for it");
    assert_eq!(rig.handle(1_100, offer(10, MAX_SDP_BYTES)), "end 0, create 1, set offer 1");

    let mut rig = watching();
    let added = (0..1_000).filter(|_| rig.feed(1_100, Candidate(1, 9)) == "add 0").count();
    assert_eq!(added, MAX_CANDIDATES - 1, "one was there before");

    let long = |mid: &str, text: &str| {
        let mut candidate = candidate(text);
        candidate.sdp_mid = Some(mid.to_owned());
        let connection = ConnectionId(9);
        Event::SocketMessage(signal(1, Signal::IceCandidate { connection, candidate }))
    };
    let mut rig = watching();
    let huge = "x".repeat(1_025);
    assert_eq!(rig.handle(1_100, long("0", &huge)), "");
    assert_eq!(rig.handle(1_100, long(&huge, "c")), "");
    assert_eq!(rig.handle(1_100, long("0", &huge[..1_024])), "add 0");
}

#[test]
fn early_candidates_wait_for_their_offer() {
    let mut rig = receiver(
        "they come first",
        &[
            (0, Start, "open", "connecting"),
            (0, Opened, "join", "connecting"),
            (0, Welcome(&[1]), "", "waiting"),
        ],
    );
    for _ in 0..1_000 {
        assert_eq!(rig.feed(0, Candidate(1, 8)), "", "of an attempt that never comes");
    }
    rig.run(
        "and are not driven out",
        &[
            (0, Candidate(1, 9), "", "waiting"),
            (0, Candidate(1, 9), "", "waiting"),
            (0, Offer(1, 9, 1), "create 0, set offer 0", "connecting"),
            (0, RemoteSet(0), "set local 0", "connecting"),
            (0, LocalAnswer(0), "add 0, add 0, send answer 1", "connecting"),
        ],
    );
}

#[test]
fn time_does_not_go_back() {
    let mut rig = watching();
    rig.run(
        "an event that comes late",
        &[(10, Frames(0, 50), "", "live"), (3_999, Time, "", "live")],
    );
}

/// Anything at all, mostly about a few peers, attempts and pairs.
fn anything() -> impl Strategy<Value = In> {
    let peer = || 0_u8..4;
    let attempt = || 0_u32..4;
    let round = || prop_oneof![0_u32..4, Just(u32::MAX)];
    let pair = || 0_u32..6;
    let state = prop_oneof![
        Just(ConnectionState::Connecting),
        Just(ConnectionState::Connected),
        Just(ConnectionState::Disconnected),
        Just(ConnectionState::Failed),
        Just(ConnectionState::Closed),
    ];
    let code = prop_oneof![
        Just(ErrorCode::Malformed),
        Just(ErrorCode::SenderPresent),
        Just(ErrorCode::RelayFull),
        Just(ErrorCode::Restarting),
    ];
    let page = prop_oneof![
        Just(Start),
        Just(In::Stop),
        Just(In::Camera),
        Just(In::CameraGone),
        Just(In::GoLive),
        Just(In::Wake),
        Just(Time),
    ];
    let relay = prop_oneof![
        4 => Just(Opened),
        1 => Just(Garbage),
        1 => prop_oneof![Just(1006_u16), Just(4409), Just(4503)].prop_map(In::Closed),
        4 => Just(Welcome(&[1, 2])),
        4 => peer().prop_map(Joined),
        1 => peer().prop_map(JoinedAlike),
        1 => peer().prop_map(Left),
        1 => peer().prop_map(Lost),
        1 => code.prop_map(Error),
        1 => Just(Pong),
        8 => (peer(), attempt(), round()).prop_map(|(peer, attempt, round)| Offer(peer, attempt, round)),
        2 => (peer(), attempt(), round()).prop_map(|(peer, attempt, round)| Answer(peer, attempt, round)),
        2 => (peer(), attempt()).prop_map(|(peer, attempt)| Candidate(peer, attempt)),
    ];
    let browser = prop_oneof![
        pair().prop_map(Needed),
        pair().prop_map(LocalOffer),
        pair().prop_map(LocalAnswer),
        pair().prop_map(In::LocalFails),
        pair().prop_map(RemoteSet),
        pair().prop_map(RemoteFails),
        pair().prop_map(Found),
        (pair(), state).prop_map(|(pair, state)| State(pair, state)),
        (pair(), any::<u64>()).prop_map(|(pair, frames)| Frames(pair, frames)),
    ];
    prop_oneof![2 => page, 3 => relay, 3 => browser]
}

/// Whether every command is one that its driver can carry out.
fn check_commands(words: &str, open: &mut BTreeSet<u32>, socket: &mut bool) {
    for word in words.split(", ").filter(|word| !word.is_empty()) {
        match word.rsplit_once(' ') {
            Some(("create", id)) => {
                let id = id.parse().unwrap();
                assert!(open.last().is_none_or(|last| *last < id), "{word}");
                open.insert(id);
            }
            Some(("end", id)) => assert!(open.remove(&id.parse().unwrap()), "{word}"),
            Some(("send" | "send offer" | "send answer", _)) => assert!(*socket, "{word}"),
            Some((_, id)) => assert!(open.contains(&id.parse().unwrap()), "{word}"),
            None if word == "open" => assert!(!std::mem::replace(socket, true), "{word}"),
            None if word == "close" => assert!(std::mem::replace(socket, false), "{word}"),
            None => assert!(*socket, "{word}"),
        }
    }
}

proptest! {
    #[test]
    fn no_order_of_events_is_too_much(
        sends in any::<bool>(),
        events in prop::collection::vec((0_u64..8_000, anything()), 1..200),
    ) {
        let mut rig = Rig::new(if sends { Role::Sender } else { Role::Receiver });
        let (mut open, mut socket, mut now) = (BTreeSet::new(), false, 0);
        for (delay, input) in events {
            now += delay;
            if matches!(input, In::Closed(_)) {
                socket = false;
            }
            let words = rig.feed(now, input);
            check_commands(&words, &mut open, &mut socket);
            prop_assert!(open.len() <= 8);
            rig.view();
        }
        let words = rig.feed(now, In::Stop);
        check_commands(&words, &mut open, &mut socket);
        prop_assert!(open.is_empty() && !socket, "left open: {open:?}");
    }
}
