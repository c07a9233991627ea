//! Whatever a relay or a peer makes up is no message, or the one that others read in it.

use sightline_protocol::RelayMessage;
use wasm_bindgen_test::wasm_bindgen_test;

use super::tests::{agree, others, relay_messages};
use super::{payload as read_payload, relay_message};

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
        // What is said to a relay, and not by one.
        r#"{"type":"ping"}"#,
        r#"{"type":"join"}"#,
        r#"{"type":"welcome"}"#,
        r#"{"type":"welcome","peers":{}}"#,
        r#"{"type":"signal"}"#,
        r#"{"type":"error","code":7,"message":""}"#,
        r#"{"type":"error","code":"idle","message":{}}"#,
        r#"{"page":1,"toPage":2}"#,
        r#"{"page":1,"toPage":2,"ack":-1}"#,
        r#"{"page":"1","toPage":2,"ack":0}"#,
        r#"{"page":1,"toPage":2,"ack":0,"signal":{"type":"connectionFailed","connection":1}}"#,
        r#"{"page":1,"toPage":2,"ack":0,"seq":1,"signal":{"type":"connectionFailed"}}"#,
        r#"{"page":1,"toPage":2,"ack":0,"seq":1,"signal":{"type":"media","picture":"on"}}"#,
        r#"{"page":1,"toPage":2,"ack":0,"seq":1,
            "signal":{"type":"findings","connection":1,"findings":{"host":65536}}}"#,
        r#"{"page":1,"toPage":2,"ack":0,"seq":1,
            "signal":{"type":"findings","connection":1,"findings":{"errors":[-1]}}}"#,
    ];
    for text in texts {
        assert!(!agree(text), "{text}");
    }
    // Each field of a welcome has to be what it is.
    let welcome = |field: &str, value: &str| {
        let mut fields = vec![
            ("type", r#""welcome""#.to_owned()),
            ("peer", format!("{id:?}")),
            ("peers", format!(r#"[{{"peer":{id:?},"role":"member","page":1}}]"#)),
            ("iceServers", r#"[{"urls":["stun:a"]}]"#.to_owned()),
            ("heartbeat", r#"{"pingAfterMs":1,"deadAfterMs":2}"#.to_owned()),
        ];
        for (name, old) in &mut fields {
            if *name == field {
                *old = value.replace('$', &format!("{id:?}"));
            }
        }
        let fields: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name:?}:{value}")).collect();
        format!("{{{}}}", fields.join(","))
    };
    assert!(agree(&welcome("", "")));
    for (field, value) in [
        ("peer", "null"),
        ("peer", "[$]"),
        ("peers", "null"),
        ("peers", "$"),
        ("peers", "[null]"),
        ("peers", "[[[[]]]]"),
        ("peers", r#"{"length":3}"#),
        ("peers", r#"[{"peer":$,"role":"watcher","page":1}]"#),
        ("peers", r#"[{"peer":$,"role":"sender"}]"#),
        ("peers", r#"[{"peer":$,"role":"sender","page":-1}]"#),
        ("iceServers", "{}"),
        ("iceServers", r#"[{"urls":[1]}]"#),
        ("iceServers", r#"[{"urls":"stun:a"}]"#),
        ("heartbeat", "5"),
        ("heartbeat", "{}"),
        ("heartbeat", r#"{"pingAfterMs":1}"#),
    ] {
        assert!(!agree(&welcome(field, value)), "{field} {value}");
    }
    for text in [
        deep("[", "]"),
        format!(r#"{{"type":{}}}"#, deep("[", "]")),
        format!(r#"{{"type":"peerLeft","peer":{}}}"#, deep("[", "]")),
        format!(
            r#"{{"type":"signal","from":"{id}","payload":{}0{}}}"#,
            "{\"a\":".repeat(5_000),
            "}".repeat(5_000)
        ),
    ] {
        assert!(relay_message(&text).is_none(), "{text:.50}");
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
        let envelope = |signal: &str| {
            let payload = format!(r#"{{"page":1,"toPage":2,"ack":0,"seq":1,"signal":{signal}}}"#);
            format!(r#"{{"type":"signal","from":"{id}","payload":{payload}}}"#)
        };
        let text = envelope(&offer);
        assert!(!agree(&text), "{text:.200}");
        let index = format!(r#"{{"candidate":"","sdpMLineIndex":{number}}}"#);
        let payload = format!(r#"{{"type":"iceCandidate","connection":1,"candidate":{index}}}"#);
        let text = envelope(&payload);
        assert_eq!(agree(&text), number == "null", "{text:.200}");
    }
    for id in ["", "01", &"0G".repeat(16), &"AB".repeat(16), &"01".repeat(17), &"é".repeat(16)] {
        assert!(!agree(&format!(r#"{{"type":"peerLeft","peer":"{id}","reason":"left"}}"#)), "{id}");
    }
}

/// Every message with a bit of it changed, taken away or doubled.
#[wasm_bindgen_test]
fn damage_is_survived() {
    for text in relay_messages().iter().map(|message| others(message).to_string()) {
        let letters: Vec<char> = text.chars().collect();
        for at in (0..letters.len()).step_by(3) {
            let (before, after) = letters.split_at(at);
            let (before, after): (String, String) =
                (before.iter().collect(), after.iter().collect());
            let rest: String = after.chars().skip(1).collect();
            for text in
                [before.clone(), after, format!("{before}{rest}"), format!("{before}0{rest}")]
            {
                let _ = relay_message(&text);
                let _ = read_payload(&text);
            }
        }
    }
}

/// Where ours is known to differ: JavaScript's numbers and strings are no others, a
/// name that comes twice counts the last time, and what a message doesn't have is ignored,
/// whatever it is.
#[wasm_bindgen_test]
fn known_differences() {
    let pong = Some(RelayMessage::Pong);
    for text in [
        r#"{"type":"ping","type":"pong"}"#,
        r#"{"type":"pong","role":"watcher"}"#,
        r#"{"type":"pong","peers":[null],"heartbeat":5}"#,
    ] {
        assert_eq!(relay_message(text), pong, "{text}");
    }
    let payload = |ack: &str| read_payload(&format!(r#"{{"page":1,"toPage":2,"ack":{ack}}}"#));
    for (text, ack) in [("1.0", Some(1)), ("1e3", Some(1000)), ("-0", Some(0)), ("[1]", None)] {
        assert_eq!(payload(text).map(|payload| payload.ack), ack, "{text}");
    }
    let Some(RelayMessage::Error { message, .. }) =
        relay_message(r#"{"type":"error","code":"idle","message":"\ud800"}"#)
    else {
        panic!("half a character makes no text unreadable");
    };
    assert_eq!(message, "\u{fffd}");
}
