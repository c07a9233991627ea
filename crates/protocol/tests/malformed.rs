//! What is not a message is refused with a reason.

use sightline_protocol::{ClientMessage, RelayMessage, Signal};

const ID: &str = "00112233445566778899aabbccddeeff";

#[test]
fn from_a_page() {
    let cases = [
        ("", "EOF"),
        ("null", "invalid type"),
        ("[]", "invalid length"),
        ("{}", "missing field `type`"),
        (r#"{"type":"dance"}"#, "unknown variant `dance`"),
        (r#"{"type":1}"#, "expected value"),
        (r#"{"type":"join"}"#, "`room` is missing"),
        (r#"{"type":"join","room":"a"}"#, "`role` is missing"),
        (r#"{"type":"join","room":"a","role":"sender"}"#, "`secret` is missing"),
        (r#"{"type":"join","room":"a","role":"boss","secret":"ID"}"#, "unknown variant `boss`"),
        (r#"{"type":"join","room":"a b","role":"sender","secret":"ID"}"#, "letters a to z"),
        (r#"{"type":"join","room":"","role":"sender","secret":"ID"}"#, "needs a name"),
        (r#"{"type":"join","room":"a","role":"sender","secret":"IDff"}"#, "32 lower-case"),
        (r#"{"type":"join","room":"a","role":"sender","secret":"é"}"#, "32 lower-case"),
        (r#"{"type":"signal","payload":{}}"#, "missing field `type`"),
        (r#"{"type":"signal","to":"ID"}"#, "`payload` is missing"),
        (r#"{"type":"signal","to":"ID","to":"ID"}"#, "duplicate field `to`"),
    ];
    for (text, reason) in cases {
        let text = text.replace("ID", ID);
        let error = serde_json::from_str::<ClientMessage>(&text).unwrap_err().to_string();
        assert!(error.contains(reason), "{text}: {error}");
    }
}

#[test]
fn from_a_relay() {
    let cases = [
        (r#"{"type":"welcome","peer":"ID"}"#, "`peers` is missing"),
        (r#"{"type":"peerJoined","peer":"ID"}"#, "`role` is missing"),
        (r#"{"type":"peerLeft","peer":"ID","reason":"bored"}"#, "unknown variant `bored`"),
        (r#"{"type":"signal","payload":{"type":"createOffer"}}"#, "missing field"),
        (r#"{"type":"error","code":"malformed"}"#, "`message` is missing"),
    ];
    for (text, reason) in cases {
        let text = text.replace("ID", ID);
        let error = serde_json::from_str::<RelayMessage>(&text).unwrap_err().to_string();
        assert!(error.contains(reason), "{text}: {error}");
    }
}

#[test]
fn from_a_peer() {
    let cases = [
        (r#"{"type":"createOffer","connection":1,"round":1}"#, "`sdp` is missing"),
        (r#"{"type":"createOffer","connection":-1,"round":1,"sdp":""}"#, "invalid value"),
        (r#"{"type":"createAnswer","connection":1,"sdp":""}"#, "`round` is missing"),
        (r#"{"type":"iceCandidate","connection":1}"#, "`candidate` is missing"),
        (r#"{"type":"iceCandidate","connection":1,"candidate":"a"}"#, "invalid type"),
    ];
    for (text, reason) in cases {
        let error = serde_json::from_str::<Signal>(text).unwrap_err().to_string();
        assert!(error.contains(reason), "{text}: {error}");
    }
}

/// A later version may add fields and codes; this one goes on.
#[test]
fn what_is_new_is_ignored() {
    let text = format!(r#"{{"type":"ping","extra":[1,{{"a":"{ID}"}}]}}"#);
    assert_eq!(serde_json::from_str::<ClientMessage>(&text).unwrap(), ClientMessage::Ping);
    let text = r#"{"type":"error","code":"tooSunny","message":"Put on a hat."}"#;
    assert!(serde_json::from_str::<RelayMessage>(text).is_ok());
}
