//! What is written is read back equal, also by others and from others.

use sightline_protocol::{
    Candidate, ClientMessage, ConnectionId, ErrorCode, Findings, Heartbeat, IceServer, LeaveReason,
    PageId, Paths, Payload, PeerId, PeerInfo, PeerSecret, RelayMessage, Role, RoomName, Signal,
    TrackState,
};
use wasm_bindgen_test::wasm_bindgen_test;

use super::{payload as read_payload, relay_message, write_message, write_payload};

fn peer(byte: u8) -> PeerId {
    PeerId::from_bytes([byte; 16])
}

fn candidate(line: &str) -> Candidate {
    let candidate = line.to_owned();
    Candidate { candidate, sdp_mid: None, sdp_m_line_index: None, username_fragment: None }
}

fn signals() -> Vec<Signal> {
    let connection = ConnectionId(u32::MAX);
    let sdp = "v=0\r\no=- 1 \"1\" \\ \u{1F3A5} \0 \u{2028} </script>\r\n".to_owned();
    let full = Candidate {
        sdp_mid: Some("0".into()),
        sdp_m_line_index: Some(u16::MAX),
        username_fragment: Some(String::new()),
        ..candidate("candidate:1 1 udp 1 127.0.0.1 9 typ host")
    };
    let findings = Findings {
        host: u16::MAX,
        gathered: true,
        errors: vec![701, 0],
        paths: Paths { tried: 1, keys_failed: true, ..Paths::default() },
        ..Findings::default()
    };
    vec![
        Signal::CreateOffer { connection, round: 1, sdp: sdp.clone() },
        Signal::CreateAnswer { connection: ConnectionId(0), round: u32::MAX, sdp },
        Signal::CreateOffer { connection, round: 0, sdp: String::new() },
        Signal::IceCandidate { connection, candidate: full },
        Signal::IceCandidate { connection, candidate: candidate("") },
        Signal::ConnectionFailed { connection },
        Signal::Media { picture: TrackState::On, sound: TrackState::Lost },
        Signal::Media { picture: TrackState::Off, sound: TrackState::Paused },
        Signal::Findings { connection, findings: Findings::default() },
        Signal::Findings { connection, findings },
    ]
}

/// Each signal as a message, one that was withdrawn, and an acknowledgement.
fn payloads() -> Vec<Payload> {
    let (page, to_page) = (PageId(0), PageId(u32::MAX));
    let with = |seq, signal| Payload { page, to_page, ack: 7, seq, signal };
    let signals = signals().into_iter().map(|signal| with(Some(u32::MAX), Some(signal)));
    signals.chain([with(Some(1), None), with(None, None)]).collect()
}

fn client_messages() -> Vec<ClientMessage> {
    let join = |role, secret| ClientMessage::Join {
        room: RoomName::from_bits(7),
        role,
        secret: PeerSecret::from_bytes(secret),
        page: PageId(u32::MAX),
    };
    let mut all = vec![
        join(Role::Sender, [0; 16]),
        join(Role::Receiver, [255; 16]),
        join(Role::Member, [7; 16]),
        ClientMessage::Leave { keep_seat: false },
        ClientMessage::Leave { keep_seat: true },
        ClientMessage::Ping,
    ];
    all.extend(
        payloads().into_iter().map(|payload| ClientMessage::Signal { to: peer(1), payload }),
    );
    all
}

pub(super) fn relay_messages() -> Vec<RelayMessage> {
    let info = |byte, role| PeerInfo { peer: peer(byte), role, page: PageId(9) };
    let heartbeat = Heartbeat { ping_after_ms: 0, dead_after_ms: u32::MAX };
    let servers = vec![
        IceServer { urls: vec![] },
        IceServer { urls: vec!["stun:a".into(), "stun:b:1".into()] },
    ];
    let welcome =
        |peers, ice_servers| RelayMessage::Welcome { peer: peer(0), peers, ice_servers, heartbeat };
    let error = |code, retry_after_ms| RelayMessage::Error {
        code,
        message: "Não \"sei\".".into(),
        retry_after_ms,
    };
    let mut all = vec![
        welcome(vec![], vec![]),
        welcome(vec![info(1, Role::Sender), info(2, Role::Receiver)], servers),
        RelayMessage::PeerJoined { peer: info(3, Role::Sender) },
        RelayMessage::PeerLeft { peer: peer(3), reason: LeaveReason::Left },
        RelayMessage::PeerLeft { peer: peer(3), reason: LeaveReason::Lost },
        error(ErrorCode::Malformed, None),
        error(ErrorCode::Restarting, Some(3120)),
        RelayMessage::Pong,
    ];
    all.extend(
        payloads().into_iter().map(|payload| RelayMessage::Signal { from: peer(1), payload }),
    );
    all
}

/// As others write it.
pub(super) fn others<T: serde::Serialize>(message: &T) -> serde_json::Value {
    serde_json::to_value(message).unwrap()
}

fn parsed(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap()
}

/// Ours and the others' agree on what a message looks like, and on what it says.
#[wasm_bindgen_test]
fn every_message_comes_back() {
    for message in client_messages() {
        assert_eq!(parsed(&write_message(&message)), others(&message));
    }
    for message in relay_messages() {
        let text = others(&message).to_string();
        assert_eq!(relay_message(&text), Some(message), "{text}");
    }
    // Alone, as over a data channel.
    for message in payloads() {
        let text = write_payload(&message);
        assert_eq!(parsed(&text), others(&message));
        assert_eq!(read_payload(&text), Some(message), "{text}");
    }
}

#[wasm_bindgen_test]
fn every_code_is_read() {
    for code in ErrorCode::ALL {
        let message =
            RelayMessage::Error { code, message: String::new(), retry_after_ms: Some(u32::MAX) };
        assert_eq!(relay_message(&others(&message).to_string()), Some(message), "{code:?}");
    }
}

/// Ours reads it as `serde_json` does, or both don't.
pub(super) fn agree(text: &str) -> bool {
    let ours = relay_message(text);
    assert_eq!(ours, serde_json::from_str(text).ok(), "{text:.200}");
    let payload = read_payload(text);
    assert_eq!(payload, serde_json::from_str(text).ok(), "{text:.200}");
    ours.is_some() || payload.is_some()
}

#[wasm_bindgen_test]
fn a_later_version_may_say_more() {
    let id = "01".repeat(16);
    for text in [
        r#"{"type":"pong"}"#,
        " \n\t{ \"type\" : \"pong\" }\r\n ",
        r#"{"type":"pong","type2":1,"__proto__":{"type":"ping"},"constructor":null,"":[]}"#,
        r#"{"type":"pong","peer":null,"peers":null,"code":null}"#,
        r#"{"type":"error","code":"of tomorrow","message":""}"#,
        r#"{"type":"error","code":"__proto__","message":"\u00e9\ud83c\udfa5"}"#,
        r#"{"code":"roomFull","message":"","type":"error"}"#,
        &format!(r#"{{"type":"peerLeft","peer":"{id}","reason":"left","why":{{"a":[1.5,-1]}}}}"#),
        &format!(r#"{{"type":"peerLeft","peer":"{id}","reason":"of tomorrow"}}"#),
        &format!(
            r#"{{"type":"signal","from":"{id}","payload":{{"page":1,"toPage":2,"ack":0,"seq":1,
            "signal":{{"type":"iceCandidate","connection":0,
            "candidate":{{"candidate":"","sdpMid":null,"sdpMLineIndex":null,"more":true}}}}}}}}"#
        ),
        r#"{"page":1,"toPage":2,"ack":0,"seq":null,"signal":null,"more":[]}"#,
        r#"{"page":1,"toPage":2,"ack":0,"seq":3,
            "signal":{"type":"media","picture":"of tomorrow","sound":"on"}}"#,
        r#"{"page":1,"toPage":2,"ack":0,"seq":3,"signal":{"type":"of tomorrow","why":[1]}}"#,
        r#"{"page":1,"toPage":2,"ack":0,"seq":3,
            "signal":{"type":"findings","connection":1,"findings":{"paths":{},"more":1}}}"#,
    ] {
        assert!(agree(text), "{text}");
    }
}
