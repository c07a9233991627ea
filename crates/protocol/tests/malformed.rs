//! What is not a message is refused with a reason.

use sightline_protocol::{ClientMessage, LeaveReason, Payload, RelayMessage, Signal, Unread};

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
        (r#"{"type":"join","room":"a","role":"sender","secret":"ID"}"#, "`instance` is missing"),
        (r#"{"type":"join","room":"a","role":"boss","secret":"ID"}"#, "unknown variant `boss`"),
        (
            r#"{"type":"join","room":"a b","role":"sender","secret":"ID","instance":1}"#,
            "letters a to z",
        ),
        (r#"{"type":"join","room":"","role":"sender","secret":"ID","instance":1}"#, "needs a name"),
        (r#"{"type":"join","room":"a","role":"sender","secret":"IDff"}"#, "32 lower-case"),
        (r#"{"type":"join","seat":256}"#, "invalid value"),
        (r#"{"type":"join","room":"a","role":"sender","secret":"é"}"#, "32 lower-case"),
        (r#"{"type":"signal","payload":{}}"#, "missing field `instance`"),
        (r#"{"type":"signal","to":"ID"}"#, "`payload` is missing"),
        (r#"{"type":"signal","to":"ID","payload":null}"#, "`payload` is missing"),
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
        (r#"{"type":"peerLeft","peer":"ID"}"#, "`reason` is missing"),
        (r#"{"type":"room"}"#, "`roles` is missing"),
        (r#"{"type":"signal","payload":{"instance":1}}"#, "missing field"),
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
        (r#"{"type":"createOffer","attempt":1,"round":1}"#, "`sdp` is missing"),
        (r#"{"type":"createOffer","attempt":-1,"round":1,"sdp":""}"#, "invalid value"),
        (r#"{"type":"createAnswer","attempt":1,"sdp":""}"#, "`round` is missing"),
        (r#"{"type":"createOffer","round":1,"sdp":""}"#, "`attempt` is missing"),
        (r#"{"type":"iceCandidate","attempt":1}"#, "`candidate` is missing"),
        (r#"{"type":"connectionFailed"}"#, "`attempt` is missing"),
        (r#"{"type":"media","video":"on"}"#, "`audio` is missing"),
        (r#"{"type":"iceReport","attempt":1}"#, "`report` is missing"),
        (r#"{"type":"iceCandidate","attempt":1,"candidate":"a"}"#, "invalid type"),
    ];
    for (text, reason) in cases {
        let error = serde_json::from_str::<Signal>(text).unwrap_err().to_string();
        assert!(error.contains(reason), "{text}: {error}");
    }
}

#[test]
fn in_an_envelope() {
    let cases = [
        ("{}", "missing field `instance`"),
        (r#"{"instance":1,"toInstance":2}"#, "missing field `ack`"),
        (r#"{"instance":1,"toInstance":2,"ack":-1}"#, "invalid value"),
        (
            r#"{"instance":1,"toInstance":2,"ack":0,"signal":{"type":"connectionFailed","attempt":1}}"#,
            "`seq` is missing",
        ),
    ];
    for (text, reason) in cases {
        let error = serde_json::from_str::<Payload>(text).unwrap_err().to_string();
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
    let text =
        r#"{"instance":1,"toInstance":2,"ack":0,"seq":3,"signal":{"type":"sing","song":[1]}}"#;
    let payload: Payload = serde_json::from_str(text).unwrap();
    assert_eq!((payload.seq, payload.signal), (Some(3), None), "its number counts");
    assert_eq!(payload.unread, Some(Unread::Unknown));
    let text = format!(r#"{{"type":"peerLeft","peer":"{ID}","reason":"bored"}}"#);
    let message: RelayMessage = serde_json::from_str(&text).unwrap();
    assert!(matches!(message, RelayMessage::PeerLeft { reason: LeaveReason::Lost, .. }));
}

/// A known message with a field that can't be read counts by its number and is ignored otherwise,
/// as one of an unknown type: nothing that comes after it would ever be taken otherwise.
#[test]
fn a_signal_that_can_not_be_read_leaves_its_payload_standing() {
    let deep = format!(r#"{{"type":"media","video":{}{}}}"#, "[".repeat(100), "]".repeat(100));
    for signal in [
        r#"{"type":"connectionFailed","attempt":4294967296}"#,
        r#"{"type":"connectionFailed","attempt":-1}"#,
        r#"{"type":"connectionFailed","attempt":1.5}"#,
        r#"{"type":"connectionFailed"}"#,
        r#"{"type":"createOffer","attempt":1,"round":1}"#,
        r#"{"type":"createOffer","attempt":1,"round":4294967296,"sdp":""}"#,
        r#"{"type":"iceCandidate","attempt":1,"candidate":"a"}"#,
        r#"{"type":"iceCandidate","attempt":1,"candidate":{"candidate":"","sdpMLineIndex":65536}}"#,
        r#"{"type":"media","video":"on"}"#,
        r#"{"type":"media","video":1,"audio":"on"}"#,
        r#"{"type":"iceReport","attempt":1,"report":{"errors":[-1]}}"#,
        r#"{"type":"iceReport","attempt":1,"report":{"host":65536}}"#,
        r#"{"type":"media","type":"media","video":"on","audio":"on"}"#,
        r#"{"attempt":1}"#,
        r#"{"type":1}"#,
        r#""connectionFailed""#,
        "[]",
        "7",
        "true",
        &deep,
    ] {
        let text = format!(r#"{{"instance":1,"toInstance":2,"ack":4,"seq":3,"signal":{signal}}}"#);
        let payload: Payload =
            serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"));
        assert_eq!((payload.ack, payload.seq, payload.signal), (4, Some(3), None), "{text}");
        assert_eq!(payload.unread, Some(Unread::Malformed), "{text}");
    }
}

/// What a relay of an earlier version doesn't say.
#[test]
fn what_is_missing_has_a_default() {
    let text = format!(
        r#"{{"type":"welcome","peer":"{ID}","iceServers":[],"peers":[{{"peer":"{ID}","role":"sender","instance":1}}],
            "heartbeat":{{"pingAfterMs":1,"deadAfterMs":2}}}}"#
    );
    let message: RelayMessage = serde_json::from_str(&text).unwrap();
    let RelayMessage::Welcome { seat, roles, peers, .. } = message else { panic!("{message:?}") };
    assert_eq!((seat, roles.len(), peers[0].seat), (0, 0, 0));
    let text = r#"{"instance":1,"toInstance":2,"ack":0,"seq":3,"signal":null}"#;
    let payload: Payload = serde_json::from_str(text).unwrap();
    assert_eq!((payload.signal, payload.unread), (None, None), "withdrawn, and nothing is wrong");
}
