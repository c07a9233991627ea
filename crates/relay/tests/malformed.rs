//! Malformed messages, frames and requests get an error, and the relay continues.

mod common;

use std::time::Duration;

use common::{Relay, id, join, signal, with_timeout};
use futures_util::{SinkExt, StreamExt};
use proptest::prelude::*;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn malformed_messages_get_an_error_and_the_connection_stays_open() {
    let relay = Relay::with(|limits| limits.tolerated_errors = 1_000).await;
    let deep = "[".repeat(20_000);
    let long_type = format!(r#"{{"type":"{}"}}"#, "x".repeat(50_000));
    for joined in [false, true] {
        let mut client = relay.connect().await;
        if joined {
            client.send(&join("r", "sender", 1)).await;
            client.receive().await;
        }
        for text in [
            "",
            " ",
            "null",
            "1",
            "[]",
            "{}",
            "{",
            "\"join\"",
            r#"{"type":null}"#,
            r#"{"type":"dance"}"#,
            r#"{"type":"welcome"}"#,
            r#"{"type":"join"}"#,
            r#"{"type":"join","room":"r","role":"sender"}"#,
            r#"{"type":"join","room":"r","role":"boss","secret":"00"}"#,
            r#"{"type":"join","room":["r"],"role":"sender"}"#,
            r#"{"type":"signal"}"#,
            r#"{"type":"signal","to":"me","payload":1}"#,
            r#"{"type":"signal","to":"00","payload":}"#,
            r#"{"type":"ping"}{"type":"ping"}"#,
            r#"{"type":"ping","type":"leave"}"#,
            "\u{0}\u{1}",
            &deep,
            &long_type,
        ] {
            client.send(text).await;
            let (code, message) = client.error().await;
            assert_eq!(code, "malformed", "{text}");
            assert!(message.len() < 400, "{message}");
        }
        client.assert_no_messages().await;
        client.leave().await;
    }
}

#[tokio::test]
async fn unknown_fields_are_ignored() {
    let relay = Relay::start().await;
    let mut client = relay.connect().await;
    client.send(&join("r", "sender", 1).replace('{', r#"{"later":{"a":[1]},"#)).await;
    assert_eq!(client.receive().await["type"], "welcome");
    client.send(r#" { "now" : 1 , "type" : "ping" } "#).await;
    assert_eq!(client.receive().await, json!({"type": "pong"}));
}

#[tokio::test]
async fn binary_frames_are_refused() {
    let relay = Relay::start().await;
    let (mut client, _) = relay.join("r", "sender", 1).await;
    client.send_frame(Message::binary(br#"{"type":"ping"}"#.to_vec())).await;
    assert_eq!(client.error().await.0, "notText");
    assert_eq!(client.closed().await, 1003);
    relay.assert_works().await;
}

#[tokio::test]
async fn frames_that_break_the_web_socket_protocol_are_refused() {
    let relay = Relay::start().await;
    // The first byte has the FIN bit and the opcode, the second one the mask bit and the length.
    // The mask follows.
    let long_ping = [&[0x89, 0xfe, 0, 200, 0, 0, 0, 0][..], &[b'x'; 200]].concat();
    for (what, bytes, close) in [
        ("text that isn't UTF-8", &[0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe][..], 1007),
        ("a continuation without a start", &[0x80, 0x81, 0, 0, 0, 0, b'x'], 1002),
        ("a reserved opcode", &[0x83, 0x81, 0, 0, 0, 0, b'x'], 1002),
        ("a reserved bit", &[0xc1, 0x81, 0, 0, 0, 0, b'x'], 1002),
        ("no mask", &[0x81, 0x01, b'x'], 1002),
        ("a long ping", &long_ping, 1002),
        ("a fragmented ping", &[0x09, 0x80, 0, 0, 0, 0], 1002),
    ] {
        let mut client = relay.connect().await;
        client.socket.get_mut().write_all(bytes).await.unwrap();
        assert_eq!(client.error().await.0, "malformed", "{what}");
        assert_eq!(client.closed().await, close, "{what}");
    }
    relay.assert_works().await;
}

#[tokio::test]
async fn pings_get_a_reply_and_pongs_are_ignored() {
    let relay = Relay::start().await;
    let (mut client, _) = relay.join("r", "sender", 1).await;
    client.send_frame(Message::Pong("unasked".into())).await;
    client.send_frame(Message::Ping("sightline".into())).await;
    let pong = with_timeout("the pong", client.socket.next()).await.unwrap().unwrap();
    assert_eq!(pong, Message::Pong("sightline".into()));
}

#[tokio::test]
async fn bytes_that_are_not_http_are_refused() {
    let relay = Relay::start().await;
    for bytes in [&b"\x16\x03\x01\x02\x00\x01"[..], b"HELO relay\r\n\r\n", b"\0\0\0\0\r\n\r\n"] {
        let response = relay.raw(bytes).await;
        assert!(response.is_empty() || response.starts_with(b"HTTP/1.1 400"), "{response:?}");
    }
    relay.assert_works().await;
}

/// Valid messages, almost valid messages and random text.
fn message() -> impl Strategy<Value = Message> {
    let text = prop_oneof![
        any::<String>(),
        Just(r#"{"type":"ping"}"#.to_owned()),
        Just(r#"{"type":"leave"}"#.to_owned()),
        (0..3u8).prop_map(|number| join("fuzz", "sender", number)),
        (0..3u8).prop_map(|number| join("fuzz", "receiver", number)),
        (0..3u8, any::<String>())
            .prop_map(|(number, text)| signal(&json!(id(number)), &json!(text).to_string())),
        (0..3u8, 0..60usize).prop_map(|(number, end)| {
            join("fuzz", "sender", number).chars().take(end).collect::<String>()
        }),
    ];
    prop_oneof![
        8 => text.prop_map(Message::text),
        1 => prop::collection::vec(any::<u8>(), 0..100).prop_map(Message::binary),
        1 => prop::collection::vec(any::<u8>(), 0..100).prop_map(|b| Message::Ping(b.into())),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Random messages in random order, and random bytes instead of frames, don't affect other
    /// rooms.
    #[test]
    fn random_input_does_not_affect_others(
        clients in prop::collection::vec(prop::collection::vec(message(), 0..20), 1..4),
        bytes in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            // Seats are kept only for a moment, so that no room is left at the end.
            let relay = Relay::with(|limits| limits.keep_seat = Duration::from_millis(1)).await;
            let mut open = Vec::new();
            for messages in clients {
                let mut client = relay.connect().await;
                for message in messages {
                    // The relay may have closed the connection, as it should.
                    if with_timeout("to send", client.socket.send(message)).await.is_err() {
                        break;
                    }
                }
                open.push(client);
            }
            let mut client = relay.connect().await;
            let _ = client.socket.get_mut().write_all(&bytes).await;
            relay.assert_works().await;
            // Each connection is closed, and none hangs.
            for mut client in open {
                let _ = client.socket.send(Message::text(r#"{"type":"leave"}"#)).await;
                while with_timeout("the end", client.socket.next()).await.is_some_and(|m| m.is_ok()) {}
            }
            let stream = client.socket.get_mut();
            let _ = stream.shutdown().await;
            let mut rest = Vec::new();
            let _ = with_timeout("the end of the bytes", stream.read_to_end(&mut rest)).await;
            relay.wait_for_health("rooms", 0).await;
            relay.wait_for_health("connections", 0).await;
        });
    }
}
