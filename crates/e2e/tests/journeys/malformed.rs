//! Messages that no relay and no page of ours would send.

use serde_json::{Value, json};
use sightline_e2e::{CloseFrame, Message};

/// An id that nobody has.
fn id(number: usize) -> String {
    format!("{number:032x}")
}

fn welcome(role: &str, peers: usize, ice_servers: Value, heartbeat: Value) -> Value {
    let peers: Vec<_> = (1..=peers)
        .map(|number| json!({"peer": id(number), "role": role, "instance": PAGE}))
        .collect();
    json!({
        "type": "welcome", "peer": id(0), "peers": peers, "iceServers": ice_servers,
        "heartbeat": heartbeat,
    })
}

fn texts(values: Vec<Value>) -> Vec<Message> {
    values.into_iter().map(|value| Message::text(value.to_string())).collect()
}

/// Not JSON, not an object, not a type, not the fields.
fn nonsense() -> Vec<Message> {
    let deep = 200_000;
    let nested = |inner: &str| format!("{}{inner}{}", "[".repeat(deep), "]".repeat(deep));
    let mut all: Vec<Message> = [
        "",
        " ",
        "{",
        "}{",
        "[]",
        "{}",
        "null",
        "true",
        "1e999",
        "\"welcome\"",
        "\u{0}",
        r#"{"type":"\ud800"}"#,
        r#"{"type":"nope"}"#,
        r#"{"type":7}"#,
        r#"{"type":{"type":"welcome"}}"#,
        r#"{"type":"__proto__"}"#,
        r#"{"type":"constructor"}"#,
        r#"{"__proto__":{"type":"pong"}}"#,
        r#"{"type":"welcome"}"#,
        r#"{"type":"welcome","peer":"","peers":[],"iceServers":[],"heartbeat":{}}"#,
        r#"{"type":"welcome","peer":null,"peers":null,"iceServers":null,"heartbeat":null}"#,
        r#"{"type":"welcome","peer":[],"peers":"all","iceServers":7,"heartbeat":[]}"#,
        r#"{"type":"peerJoined","peer":"x","role":"sender"}"#,
        r#"{"type":"peerJoined","peer":"00000000000000000000000000000001","role":"king"}"#,
        r#"{"type":"peerLeft","peer":"00000000000000000000000000000001","reason":"bored"}"#,
        r#"{"type":"peerLeft","peer":"00000000000000000000000000000009","reason":"left"}"#,
        r#"{"type":"signal","from":"00000000000000000000000000000001"}"#,
        r#"{"type":"signal","from":"00000000000000000000000000000001","payload":null}"#,
        r#"{"type":"error"}"#,
        r#"{"type":"error","code":"neverHeard","message":"<img src=x onerror=alert(1)>"}"#,
        r#"{"type":"error","code":"malformed","message":"You sent nonsense."}"#,
        r#"{"type":"pong","pong":{"pong":[]}}"#,
    ]
    .into_iter()
    .map(Message::text)
    .collect();
    all.push(Message::text(nested("")));
    all.push(Message::text(format!(r#"{{"type":{}}}"#, nested("0"))));
    all.push(Message::text("x".repeat(5_000_000)));
    all.push(Message::text(format!(r#"{{"type":"{}"}}"#, "w".repeat(5_000_000))));
    all.push(Message::binary(vec![]));
    all.push(Message::binary(vec![0xff; 1_000_000]));
    all
}

/// The page that peers of a hostile relay have.
const PAGE: u32 = 7;

/// What is in no order, from nobody, for nobody, and then [`signals`] in their order, so
/// that they are looked at.
pub(crate) fn payloads(attempt: u32, page: u32, to: &Value) -> Vec<Value> {
    let mut all = signals(attempt);
    let numbered = all.iter().cloned().zip(1_u64..).map(
        |(signal, seq)| json!({"instance": page, "toInstance": to, "ack": 0, "seq": seq, "signal": signal}),
    );
    let numbered: Vec<_> = numbered.collect();
    all.truncate(50);
    for (page, to, ack, seq) in [
        (json!(page), to.clone(), json!(u64::MAX), json!(0)),
        (json!(page), to.clone(), json!(-1), json!(1)),
        (json!(page), to.clone(), json!(1000), json!(1_000_000)),
        (json!(0), json!(0), json!(0), json!(1)),
        (json!("page"), json!([]), json!({}), json!(null)),
    ] {
        let signal = json!({"type": "connectionFailed", "attempt": attempt});
        let payload = json!({"instance": page, "toInstance": to, "ack": ack, "seq": seq});
        let mut with_signal = payload.clone();
        if let Some(fields) = with_signal.as_object_mut() {
            fields.insert("signal".to_owned(), signal);
        }
        all.extend([payload, with_signal]);
    }
    all.extend(numbered);
    all
}

/// Everything that a peer may say about a connection, and that isn't so. `connection`
/// is that of an attempt under way, so that some of it is taken seriously.
pub(crate) fn signals(attempt: u32) -> Vec<Value> {
    let many_lines = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n".to_owned()
        + &"m=video 9 UDP/TLS/RTP/SAVPF 96\r\n".repeat(500);
    let offer = |attempt: u32, round: u32, sdp: &str| json!({"type": "createOffer", "attempt": attempt, "round": round, "sdp": sdp});
    let answer = |round: u32, sdp: &str| json!({"type": "createAnswer", "attempt": attempt, "round": round, "sdp": sdp});
    let mut all = vec![
        json!([]),
        json!("createOffer"),
        json!({"type": "createOffer"}),
        json!({"type": "createOffer", "attempt": -1, "round": 1, "sdp": ""}),
        json!({"type": "createOffer", "attempt": 1.5, "round": 1, "sdp": ""}),
        json!({"type": "createOffer", "attempt": 1, "round": 1, "sdp": {"sdp": ""}}),
        json!({"type": "createOffer", "attempt": u64::MAX, "round": 1, "sdp": ""}),
        json!({"type": "hangUp", "attempt": attempt}),
        json!({"type": "iceCandidate", "attempt": attempt, "candidate": null}),
        json!({"type": "iceCandidate", "attempt": attempt, "candidate": {}}),
        answer(0, ""),
        answer(1, "v=0"),
        answer(1, &many_lines),
        answer(u32::MAX, "not a description"),
        offer(attempt, 1, "not a description"),
        offer(attempt, 2, ""),
        offer(attempt, u32::MAX, "v=0\r\n"),
        offer(attempt.wrapping_add(1), 1, "not a description"),
        offer(attempt.wrapping_add(2), 1, &many_lines),
        offer(attempt.wrapping_add(3), 1, &"a".repeat(40_000)),
        offer(attempt.wrapping_add(4), 1, NO_MEDIA),
    ];
    for number in 0..2000_u32 {
        let line = match number % 4 {
            0 => format!("candidate:1 1 udp 2113937151 192.0.2.{} 9 typ host", number % 250),
            1 => "candidate:nonsense".to_owned(),
            2 => "candidate:1 1 udp 1 nobody.invalid 0 typ host".to_owned(),
            _ => String::new(),
        };
        all.push(json!({
            "type": "iceCandidate",
            "attempt": attempt.wrapping_add(number % 6),
            "candidate": {"candidate": line, "sdpMLineIndex": number, "sdpMid": "no such"},
        }));
    }
    all
}

/// A description that browsers take, with nothing to see in it.
const NO_MEDIA: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";

/// A hostile relay's whole repertoire; the peers that it makes up have this role. Ends
/// with a refusal that the page shows.
pub(crate) fn relay(role: &str) -> Vec<Message> {
    let mut all = nonsense();
    // Welcomed by a relay that makes everything up.
    let servers = json!([
        {"urls": ["http://example.org"]}, {"urls": []}, {"urls": ["turn:example.org"]},
        {"urls": ["stun:"]}, {"urls": [""]}, {"urls": vec!["stun:127.0.0.1:9"; 500]},
    ]);
    let restless = json!({"pingAfterMs": 0, "deadAfterMs": 0});
    let patient = json!({"pingAfterMs": u32::MAX, "deadAfterMs": 1});
    let hello = welcome(role, 3, servers, restless);
    all.extend(texts(vec![hello, welcome(role, 5000, json!([]), patient)]));
    all.extend(nonsense());
    for number in 1..2000 {
        let peer = id(number);
        let joined = json!({"type": "peerJoined", "peer": peer, "role": role, "instance": PAGE});
        all.extend(texts(vec![joined]));
    }
    for number in [1, 2, 77] {
        let from = |payload| json!({"type": "signal", "from": id(number), "payload": payload});
        all.extend(texts(payloads(1, PAGE, &json!(PAGE)).into_iter().map(from).collect()));
    }
    for number in (1..2000).rev() {
        let left = json!({"type": "peerLeft", "peer": id(number), "reason": "lost"});
        all.extend(texts(vec![left]));
    }
    // Shown in the page, so that a journey knows that everything was read.
    all.extend(texts(vec![json!({"type": "error", "code": "relayFull", "message": "Full."})]));
    all.push(Message::Close(Some(CloseFrame { code: 4503.into(), reason: "".into() })));
    all
}
