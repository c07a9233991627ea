//! Whatever the relay says, and whatever other peers say through it, the pages live on
//! and do their work afterwards.

use sightline_protocol::{
    AttemptId, Candidate, ClientMessage, Heartbeat, IceServer, LeaveReason, RelayMessage, Role,
    Signal,
};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::Page;
use crate::relay::{Relay, info, peer};
use crate::support::{Connections, Devices, SETTLE, throughout, until};

const TEXTS: [&str; 18] = [
    "",
    "hello",
    "{",
    "[]",
    "null",
    "7",
    "\"pong\"",
    "{}",
    r#"{"type":null}"#,
    r#"{"type":"welcome"}"#,
    r#"{"type":"welcome","peer":7,"peers":{},"iceServers":[],"heartbeat":[]}"#,
    r#"{"type":"peerJoined","peer":"me","role":"sender"}"#,
    r#"{"type":"peerLeft"}"#,
    r#"{"type":"signal","from":"01010101010101010101010101010101","payload":{"type":"createOffer"}}"#,
    r#"{"type":"error","code":{"a":1},"message":7}"#,
    r#"{"type":"of tomorrow","data":[[[[[]]]]]}"#,
    r#"{"__proto__":{"type":"pong"},"constructor":{"prototype":[]}}"#,
    "\u{0}\u{ffff}\u{1F3A5}",
];

fn candidate(line: String) -> Candidate {
    Candidate {
        candidate: line,
        sdp_mid: Some("0".into()),
        sdp_m_line_index: Some(0),
        username_fragment: None,
    }
}

/// Envelopes of one attempt that are well-formed and senseless.
fn envelopes(attempt: AttemptId) -> Vec<Signal> {
    let long = "a=x\r\n".repeat(2_000);
    let mut all = Vec::new();
    for sdp in [String::new(), "v=0".into(), "\0".into(), long] {
        for round in [0, 1, 2, u32::MAX] {
            all.push(Signal::CreateAnswer { attempt, round, sdp: sdp.clone() });
            all.push(Signal::CreateOffer { attempt, round, sdp: sdp.clone() });
        }
    }
    for line in ["", "candidate:", "nonsense", "candidate:1 1 udp 1 127.0.0.1 9 typ host"] {
        all.push(Signal::IceCandidate { attempt, candidate: candidate(line.into()) });
    }
    let flood = (0..200).map(|n| candidate(format!("candidate:{n} 1 udp 1 127.0.0.1 9 typ host")));
    all.extend(flood.map(|candidate| Signal::IceCandidate { attempt, candidate }));
    all
}

/// From the one it should come from, from a stranger, and from the page itself.
fn bombard(relay: &Relay, connections: &[u32]) {
    for attempt in connections {
        for signal in envelopes(AttemptId(*attempt)) {
            for from in [7, 99, 0] {
                relay.tell(0, from, signal.clone());
            }
        }
    }
}

#[wasm_bindgen_test]
async fn before_it_lets_us_in() {
    for path in ["/sender?room=demo", "/receiver?room=demo"] {
        let (relay, _devices) = (Relay::new(), Devices::new());
        let page = Page::open(path);
        relay.joins(0).await;
        TEXTS.iter().for_each(|text| relay.sockets.say(0, text));
        relay.sockets.say_bytes(0);
        bombard(&relay, &[0, 1]);
        let sender = info(7, Role::Sender);
        relay.say(0, &RelayMessage::PeerJoined { peer: sender });
        relay.say(0, &RelayMessage::PeerLeft { peer: peer(7), reason: LeaveReason::Left });
        throughout(SETTLE, "it waits", || page.alerts().is_empty()).await;
        relay.welcome(0, &[]);
        page.until_state(if path.starts_with("/s") { "idle" } else { "waiting" }).await;
    }
}

#[wasm_bindgen_test]
async fn a_sender_in_its_room() {
    let (relay, _devices, connections) = (Relay::new(), Devices::new(), Connections::new());
    let page = Page::open("/sender?room=demo&autostart=1");
    until("the picture is there", || page.has_video("#local-video")).await;
    relay.welcomes(0, &[(7, Role::Receiver)]).await;
    let offer = relay
        .says(0, |message| {
            matches!(message, ClientMessage::Signal { payload, .. }
                if matches!(payload.signal, Some(Signal::CreateOffer { .. })))
        })
        .await;
    let ClientMessage::Signal { payload, .. } = offer else { panic!() };
    TEXTS.iter().for_each(|text| relay.sockets.say(0, text));
    relay.sockets.say_bytes(0);
    let attempt = payload.signal.and_then(|signal| signal.attempt()).unwrap();
    bombard(&relay, &[0, attempt.0, u32::MAX]);
    // A second welcome, itself, somebody who never came, and too many.
    relay.welcome(0, &[(0, Role::Sender)]);
    relay.say(0, &RelayMessage::PeerLeft { peer: peer(98), reason: LeaveReason::Lost });
    for n in 100..300 {
        let info = info(n, Role::Receiver);
        relay.say(0, &RelayMessage::PeerJoined { peer: info });
    }
    // Twice as many as a relay lets in: those who are gone may be back.
    throughout(SETTLE, "not too many", || connections.open() <= 16).await;
    assert!(page.has_video("#local-video"));
    // It still does its work: who comes now gets an offer.
    for n in 100..300 {
        relay.say(0, &RelayMessage::PeerLeft { peer: peer(n), reason: LeaveReason::Left });
    }
    let info = info(42, Role::Receiver);
    relay.say(0, &RelayMessage::PeerJoined { peer: info });
    relay
        .says(0, |message| {
            matches!(message, ClientMessage::Signal { to, payload }
                if *to == peer(42) && matches!(payload.signal, Some(Signal::CreateOffer { .. })))
        })
        .await;
    page.click("#stop");
    page.until_state("ended").await;
    assert_eq!(connections.open(), 0);
}

#[wasm_bindgen_test]
async fn a_receiver_in_its_room() {
    let (relay, connections) = (Relay::new(), Connections::new());
    let page = Page::open("/receiver?room=demo");
    relay.welcomes(0, &[(7, Role::Sender)]).await;
    page.until_state("waiting").await;
    TEXTS.iter().for_each(|text| relay.sockets.say(0, text));
    relay.sockets.say_bytes(0);
    bombard(&relay, &[0, 1, u32::MAX]);
    for n in 100..300 {
        let info = info(n, Role::Sender);
        relay.say(0, &RelayMessage::PeerJoined { peer: info });
    }
    throughout(SETTLE, "not too many", || connections.open() <= 8).await;
    // It is still there for a person, and for a relay that comes to its senses.
    relay.sockets.end(0, 1006);
    relay.welcomes(1, &[]).await;
    page.until_state("waiting").await;
}

#[wasm_bindgen_test]
async fn servers_that_are_none() {
    for path in ["/sender?room=demo", "/receiver?room=demo"] {
        let (relay, _devices, connections) = (Relay::new(), Devices::new(), Connections::new());
        let page = Page::open(path);
        let sender = path.starts_with("/s");
        if sender {
            until("the picture is there", || page.has_video("#local-video")).await;
        }
        relay.joins(0).await;
        let other = info(7, if sender { Role::Receiver } else { Role::Sender });
        let urls = ["nonsense", "", "http://relay.example", "turn:relay.example"];
        relay.say(
            0,
            &RelayMessage::Welcome {
                peer: peer(0),
                seat: 1,
                peers: vec![other],
                roles: vec![other.role],
                ice_servers: vec![IceServer { urls: urls.map(str::to_owned).to_vec() }],
                // One that doesn't answer in time would be told of instead.
                heartbeat: Heartbeat { ping_after_ms: 0, dead_after_ms: 60_000 },
            },
        );
        // No browser makes a connection of these; the page says so in the end.
        for attempt in (1..=3).map(AttemptId) {
            let offer = Signal::CreateOffer { attempt, round: 1, sdp: "v=0".into() };
            relay.tell(0, 7, offer);
        }
        page.until_alert("does not answer").await;
        assert_eq!(connections.made(), 0);
    }
}
