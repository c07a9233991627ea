//! What is written is read back equal, also by others and from others; and whatever a
//! relay or a peer makes up is no message, or the one that others read in it.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;
use sightline_protocol::{
    Candidate, ClientMessage, ConnectionId, ErrorCode, Heartbeat, IceServer, LeaveReason, PeerId,
    PeerInfo, PeerSecret, RelayMessage, Role, RoomName, Signal,
};
use wasm_bindgen_test::wasm_bindgen_test;

use super::{read, write};

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
    vec![
        Signal::CreateOffer { connection, round: 1, sdp: sdp.clone() },
        Signal::CreateAnswer { connection: ConnectionId(0), round: u32::MAX, sdp },
        Signal::CreateOffer { connection, round: 0, sdp: String::new() },
        Signal::IceCandidate { connection, candidate: full },
        Signal::IceCandidate { connection, candidate: candidate("") },
    ]
}

fn client_messages() -> Vec<ClientMessage> {
    let join = |role, secret| ClientMessage::Join {
        room: RoomName::from_bits(7),
        role,
        secret: PeerSecret::from_bytes(secret),
    };
    let mut all = vec![
        join(Role::Sender, [0; 16]),
        join(Role::Receiver, [255; 16]),
        ClientMessage::Leave,
        ClientMessage::Ping,
    ];
    all.extend(signals().into_iter().map(|payload| ClientMessage::Signal { to: peer(1), payload }));
    all
}

fn relay_messages() -> Vec<RelayMessage> {
    let info = |byte, role| PeerInfo { peer: peer(byte), role };
    let heartbeat = Heartbeat { ping_after_ms: 0, dead_after_ms: u32::MAX };
    let servers = vec![
        IceServer { urls: vec![] },
        IceServer { urls: vec!["stun:a".into(), "stun:b:1".into()] },
    ];
    let welcome =
        |peers, ice_servers| RelayMessage::Welcome { peer: peer(0), peers, ice_servers, heartbeat };
    let error = |code| RelayMessage::Error { code, message: "Não \"sei\".".into() };
    let mut all = vec![
        welcome(vec![], vec![]),
        welcome(vec![info(1, Role::Sender), info(2, Role::Receiver)], servers),
        RelayMessage::PeerJoined { peer: info(3, Role::Sender) },
        RelayMessage::PeerLeft { peer: peer(3), reason: LeaveReason::Left },
        RelayMessage::PeerLeft { peer: peer(3), reason: LeaveReason::Lost },
        error(ErrorCode::Malformed),
        error(ErrorCode::SenderPresent),
        RelayMessage::Pong,
    ];
    all.extend(
        signals().into_iter().map(|payload| RelayMessage::Signal { from: peer(1), payload }),
    );
    all
}

/// Ours and the others' agree on what it looks like, and on what it says.
fn round_trip<T: Serialize + DeserializeOwned + PartialEq + Debug>(message: &T) {
    let text = write(message).unwrap();
    assert_eq!(read::<T>(&text).as_ref(), Some(message), "{text}");
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json, serde_json::to_value(message).unwrap(), "{text}");
    assert_eq!(read::<T>(&serde_json::to_string(message).unwrap()).as_ref(), Some(message));
}

#[wasm_bindgen_test]
fn every_message_comes_back() {
    client_messages().iter().for_each(round_trip);
    relay_messages().iter().for_each(round_trip);
}

/// Ours reads it as `serde_json` does, or both don't.
fn agree(text: &str) -> bool {
    let ours = read::<RelayMessage>(text);
    assert_eq!(ours, serde_json::from_str(text).ok(), "{text:.200}");
    let client = read::<ClientMessage>(text);
    assert_eq!(client, serde_json::from_str(text).ok(), "{text:.200}");
    ours.is_some() || client.is_some()
}

#[wasm_bindgen_test]
fn a_later_version_may_say_more() {
    let id = "01".repeat(16);
    for text in [
        r#"{"type":"pong"}"#,
        " \n\t{ \"type\" : \"ping\" }\r\n ",
        r#"{"type":"pong","type2":1,"__proto__":{"type":"ping"},"constructor":null,"":[]}"#,
        r#"{"type":"pong","peer":null,"peers":null,"code":null}"#,
        r#"{"type":"error","code":"of tomorrow","message":""}"#,
        r#"{"type":"error","code":"__proto__","message":"\u00e9\ud83c\udfa5"}"#,
        r#"{"code":"roomFull","message":"","type":"error"}"#,
        &format!(r#"{{"type":"peerLeft","peer":"{id}","reason":"left","why":{{"a":[1.5,-1]}}}}"#),
        &format!(
            r#"{{"type":"signal","from":"{id}","payload":{{"type":"iceCandidate","connection":0,
            "candidate":{{"candidate":"","sdpMid":null,"sdpMLineIndex":null,"more":true}}}}}}"#
        ),
    ] {
        assert!(agree(text), "{text}");
    }
}

#[wasm_bindgen_test]
fn what_is_no_message_is_none() {
    let id = "01".repeat(16);
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(5_000), close.repeat(5_000));
    let texts = [
        "",
        " ",
        "{",
        "}",
        "{}",
        "[]",
        "null",
        "true",
        "0",
        "\"pong\"",
        "undefined",
        "NaN",
        "{'a':1}",
        r#"{"type":"pong",}"#,
        r#"{"type":"pong"}x"#,
        r#"{"type":"pong"}{"type":"pong"}"#,
        "\u{feff}{}",
        r#"["pong"]"#,
        r#"[{"type":"pong"}]"#,
        r#"{"type":null}"#,
        r#"{"type":1}"#,
        r#"{"type":[]}"#,
        r#"{"type":["pong"]}"#,
        r#"{"type":{}}"#,
        r#"{"type":true}"#,
        r#"{"type":""}"#,
        r#"{"type":"Pong"}"#,
        r#"{"type":"toString"}"#,
        r#"{"type":"__proto__"}"#,
        r#"{"__proto__":{"type":"pong"}}"#,
        r#"{"constructor":{"type":"pong"}}"#,
        r#"{"length":1}"#,
        r#"{"type":"join"}"#,
        r#"{"type":"join","room":"a b","role":"sender","secret":""}"#,
        r#"{"type":"welcome"}"#,
        r#"{"type":"welcome","peers":{}}"#,
        r#"{"type":"signal"}"#,
        r#"{"type":"error","code":7,"message":""}"#,
        r#"{"type":"error","code":"idle","message":{}}"#,
        r#"{"type":"pong","role":"watcher"}"#,
        r#"{"type":"pong","peers":[null]}"#,
        r#"{"type":"pong","peers":[[[[]]]]}"#,
        r#"{"type":"pong","peers":{"length":3}}"#,
        r#"{"type":"pong","peers":"peers"}"#,
        r#"{"type":"pong","iceServers":[{"urls":[1]}]}"#,
        r#"{"type":"pong","iceServers":[{"urls":"stun:a"}]}"#,
        r#"{"type":"pong","heartbeat":5}"#,
    ];
    for text in texts {
        assert!(!agree(text), "{text}");
    }
    for text in [
        deep("[", "]"),
        format!(r#"{{"type":{}}}"#, deep("[", "]")),
        format!(r#"{{"type":"pong","peers":{}}}"#, deep("[", "]")),
        format!(
            r#"{{"type":"signal","from":"{id}","payload":{}0{}}}"#,
            "{\"a\":".repeat(5_000),
            "}".repeat(5_000)
        ),
    ] {
        assert!(read::<RelayMessage>(&text).is_none(), "{text:.50}");
    }
    let long = "9".repeat(100_000);
    let numbers = [
        "-1",
        "0.5",
        "1e-7",
        "4294967296",
        "9007199254740993",
        "1e300",
        "1e999",
        "-1e999",
        &long,
        "\"1\"",
        "true",
        "[1]",
        "{}",
        "null",
    ];
    for number in numbers {
        let offer = format!(r#"{{"type":"createOffer","connection":{number},"round":1,"sdp":""}}"#);
        let text = format!(r#"{{"type":"signal","from":"{id}","payload":{offer}}}"#);
        assert!(!agree(&text), "{text:.200}");
        let index = format!(r#"{{"candidate":"","sdpMLineIndex":{number}}}"#);
        let payload = format!(r#"{{"type":"iceCandidate","connection":1,"candidate":{index}}}"#);
        let text = format!(r#"{{"type":"signal","from":"{id}","payload":{payload}}}"#);
        assert_eq!(agree(&text), number == "null", "{text:.200}");
    }
    for id in ["", "01", &"0G".repeat(16), &"AB".repeat(16), &"01".repeat(17), &"é".repeat(16)] {
        assert!(!agree(&format!(r#"{{"type":"peerLeft","peer":"{id}","reason":"left"}}"#)), "{id}");
    }
}

/// Every message with a bit of it changed, taken away or doubled.
#[wasm_bindgen_test]
fn damage_is_survived() {
    for text in relay_messages().iter().map(|message| write(message).unwrap()) {
        let letters: Vec<char> = text.chars().collect();
        for at in (0..letters.len()).step_by(3) {
            let (before, after) = letters.split_at(at);
            let (before, after): (String, String) =
                (before.iter().collect(), after.iter().collect());
            let rest: String = after.chars().skip(1).collect();
            for text in
                [before.clone(), after, format!("{before}{rest}"), format!("{before}0{rest}")]
            {
                let _ = read::<RelayMessage>(&text);
                let _ = read::<ClientMessage>(&text);
            }
        }
    }
}

/// Where ours is known to differ: JavaScript's numbers and strings are no others, and a
/// name that comes twice counts the last time; an array is no struct to us.
#[wasm_bindgen_test]
fn known_differences() {
    let pong: Option<RelayMessage> = Some(RelayMessage::Pong);
    assert_eq!(read(r#"{"type":"ping","type":"pong"}"#), pong);
    let beat = |beat: &str| read(&format!(r#"{{"type":"pong","heartbeat":{beat}}}"#));
    assert_eq!(beat(r#"{"pingAfterMs":1.0,"deadAfterMs":1e3}"#), pong);
    assert_eq!(beat(r#"{"pingAfterMs":-0,"deadAfterMs":0}"#), pong);
    assert_eq!(beat("[1,2]"), None);
    let Some(RelayMessage::<Signal>::Error { message, .. }) =
        read(r#"{"type":"error","code":"idle","message":"\ud800"}"#)
    else {
        panic!("half a character makes no text unreadable");
    };
    assert_eq!(message, "\u{fffd}");
}
