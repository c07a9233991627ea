//! Each limit of a WebSocket, with a client that exceeds it and others that aren't affected.

mod common;

use std::time::Duration;

use common::{Relay, id, signal, unlimited_rates, with_timeout};
use futures_util::StreamExt;
use serde_json::json;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;

const SHORT: Duration = Duration::from_millis(200);
/// For limits that a well-behaved client in the same test must not exceed.
const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn message_size() {
    let relay = Relay::with(|limits| limits.message_bytes = 2_000).await;
    let fits = |bytes: usize| {
        let empty = signal(&json!(id(9)), r#""""#).len();
        signal(&json!(id(9)), &format!("\"{}\"", "x".repeat(bytes - empty)))
    };
    let (mut client, _) = relay.join("r", "sender", 1).await;
    client.send(&fits(2_000)).await;
    assert_eq!(client.error().await.0, "noSuchPeer");
    client.send(&fits(2_001)).await;
    let (code, text) = client.error().await;
    assert_eq!(code, "tooLarge");
    assert!(text.contains("2000 bytes"), "{text}");
    assert_eq!(client.closed().await, 1009);

    // Much larger than the socket buffers: the error still arrives.
    let (client, _) = relay.join("r", "sender", 1).await;
    let (mut write, mut read) = client.socket.split();
    let flood = tokio::spawn(async move {
        use futures_util::SinkExt;
        let _ = write.send(Message::text("x".repeat(16 << 20))).await;
    });
    let message = with_timeout("the error", read.next()).await.unwrap().unwrap();
    assert!(message.into_text().unwrap().contains("tooLarge"));
    let close = with_timeout("the close frame", read.next()).await.unwrap().unwrap();
    assert!(matches!(close, Message::Close(Some(frame)) if u16::from(frame.code) == 1009));
    flood.abort();

    // In small fragments.
    let mut client = relay.connect().await;
    use tokio_tungstenite::tungstenite::protocol::frame::{Frame, coding::*};
    for number in 0..5 {
        let kind = if number == 0 { Data::Text } else { Data::Continue };
        let fragment = Frame::message("x".repeat(500), OpCode::Data(kind), false);
        client.send_frame(Message::Frame(fragment)).await;
    }
    assert_eq!(client.error().await.0, "tooLarge");
    assert_eq!(client.closed().await, 1009);
    relay.assert_works().await;
}

#[tokio::test]
async fn room_name() {
    let relay = Relay::with(|limits| limits.room_name = 12).await;
    relay.join(&"a".repeat(12), "sender", 1).await;
    for name in ["a".repeat(13), "a".repeat(65), "a".repeat(5_000), String::new(), "a b".into()] {
        let refused = relay.join_refused(&name, "sender", 2).await;
        assert_eq!(refused, ("invalidRoom".into(), 4422), "{name:?}");
    }
    relay.assert_works().await;
}

#[tokio::test]
async fn receivers() {
    let relay = Relay::with(|limits| limits.receivers = 1).await;
    let (_receiver, _) = relay.join("r", "receiver", 1).await;
    assert_eq!(relay.join_refused("r", "receiver", 2).await, ("roomFull".into(), 4403));
}

#[tokio::test]
async fn rooms() {
    let relay = Relay::with(|limits| limits.rooms = 2).await;
    let (first, _) = relay.join("a", "sender", 1).await;
    let (_second, _) = relay.join("b", "sender", 1).await;
    assert_eq!(relay.join_refused("c", "sender", 1).await, ("relayFull".into(), 4503));
    relay.join("b", "receiver", 2).await;
    first.leave().await;
    relay.join("c", "sender", 1).await;
}

#[tokio::test]
async fn connections() {
    let relay = Relay::with(|limits| limits.connections = 2).await;
    let (first, _) = relay.join("r", "sender", 1).await;
    let (mut second, _) = relay.join("r", "receiver", 2).await;
    let mut third = relay.connect().await;
    assert_eq!(third.error().await.0, "relayFull");
    assert_eq!(third.closed().await, 4503);
    assert_eq!(relay.health().await["turnedAway"], 1);
    second.assert_no_messages().await;
    first.leave().await;
    relay.wait_for_health("connections", 1).await;
    relay.join("r", "sender", 3).await;
}

#[tokio::test]
async fn connections_beyond_the_spare_ones_are_closed() {
    let relay = Relay::with(|limits| {
        limits.connections = 1;
        limits.spare_connections = 1;
    })
    .await;
    let (mut client, _) = relay.join("r", "sender", 1).await;
    let spare = TcpStream::connect(relay.address).await.unwrap();
    let mut closed = TcpStream::connect(relay.address).await.unwrap();
    let end = with_timeout("the end", closed.read(&mut [0; 16])).await;
    assert!(matches!(end, Ok(0) | Err(_)), "{end:?}");
    client.assert_no_messages().await;
    drop(spare);
    let responded = async { while relay.raw(b"GET /healthz HTTP/1.0\r\n\r\n").await.is_empty() {} };
    with_timeout("the connection to be available again", responded).await;
}

#[tokio::test]
async fn join_timeout() {
    let relay = Relay::with(|limits| limits.join_timeout = SECOND).await;
    let (mut joined, _) = relay.join("r", "sender", 1).await;
    let start = Instant::now();
    let mut client = relay.connect().await;
    // A ping doesn't extend the timeout.
    client.assert_no_messages().await;
    let (code, text) = client.error().await;
    assert_eq!(code, "joinTimeout");
    assert!(text.contains("1s"), "{text}");
    assert_eq!(client.closed().await, 4504);
    assert!(start.elapsed() >= SECOND);
    joined.assert_no_messages().await;
}

#[tokio::test]
async fn idle_timeout() {
    let relay = Relay::with(|limits| {
        limits.ping_after = SECOND;
        limits.idle_timeout = SECOND * 3;
    })
    .await;
    let (mut receiver, _) = relay.join("r", "receiver", 1).await;
    // A client that reads also replies to pings, and stays connected.
    let (sender, _) = relay.join("r", "sender", 2).await;
    let start = Instant::now();
    assert_eq!(receiver.receive().await["type"], "peerJoined");
    // The sender doesn't read, so it doesn't reply, and is lost after the timeout.
    let message = receiver.receive().await;
    assert_eq!(message, json!({"type": "peerLeft", "peer": id(2), "reason": "lost"}));
    assert!(start.elapsed() >= SECOND * 2, "{:?}", start.elapsed());
    let mut sender = sender;
    assert_eq!(sender.error().await.0, "idle");
    assert_eq!(sender.closed().await, 4504);
    receiver.assert_no_messages().await;
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_client_that_does_not_read() {
    let relay = Relay::with(|limits| {
        unlimited_rates(limits);
        limits.write_timeout = SHORT * 5;
    })
    .await;
    let (mut sender, _) = relay.join("r", "sender", 1).await;
    let (mut quick, _) = relay.join("r", "receiver", 2).await;
    let slow = relay.join_with_small_buffer("r", "receiver", 3).await;
    for _ in 0..2 {
        assert_eq!(sender.receive().await["type"], "peerJoined");
    }

    let payload = format!("\"{}\"", "x".repeat(30_000));
    let (mut write, mut read) = sender.socket.split();
    let flood = tokio::spawn(async move {
        use futures_util::SinkExt;
        for number in 0.. {
            let message = signal(&json!(id(3)), &payload);
            if write.send(Message::text(message)).await.is_err() {
                break;
            }
            let message = signal(&json!(id(2)), &number.to_string());
            if write.send(Message::text(message)).await.is_err() {
                break;
            }
        }
    });
    // Others aren't affected: the quick receiver gets its messages in order.
    let others = tokio::spawn(async move {
        for number in 0..40 {
            assert_eq!(quick.receive().await["payload"], number);
        }
        quick
    });
    loop {
        let message =
            with_timeout("the slow one to be disconnected", read.next()).await.unwrap().unwrap();
        let message: serde_json::Value = serde_json::from_str(message.to_text().unwrap()).unwrap();
        if message["type"] == "peerLeft" {
            assert_eq!(message["peer"], id(3));
            assert_eq!(message["reason"], "lost");
            break;
        }
    }
    flood.abort();
    with_timeout("the quick one", others).await.unwrap();
    relay.wait_for_health("tooSlow", 1).await;
    drop(slow);
    relay.assert_works().await;
}

#[tokio::test]
async fn a_client_that_reads_late_receives_the_error() {
    let relay = Relay::with(|limits| {
        unlimited_rates(limits);
        limits.queue_messages = 4;
    })
    .await;
    let (mut sender, _) = relay.join("r", "sender", 1).await;
    let mut late = relay.join_with_small_buffer("r", "receiver", 2).await;
    sender.receive().await;
    let payload = format!("\"{}\"", "x".repeat(60_000));
    let (mut write, mut read) = sender.socket.split();
    let flood = tokio::spawn(async move {
        use futures_util::SinkExt;
        while write.send(Message::text(signal(&json!(id(2)), &payload))).await.is_ok() {}
    });
    loop {
        let message =
            with_timeout("the late one to be disconnected", read.next()).await.unwrap().unwrap();
        if message.to_text().unwrap().contains("peerLeft") {
            break;
        }
    }
    flood.abort();
    // Now it reads: first the messages that were sent before, then the error.
    let code = loop {
        let message = late.receive().await;
        if message["type"] == "error" {
            break message["code"].clone();
        }
    };
    assert_eq!(code, "tooSlow");
    assert_eq!(late.closed().await, 4504);
}

#[tokio::test]
async fn tolerated_errors() {
    let relay = Relay::start().await;
    let (mut client, _) = relay.join("r", "sender", 1).await;
    let (mut receiver, _) = relay.join("r", "receiver", 2).await;
    client.receive().await;
    for _ in 0..16 {
        client.send("invalid").await;
        assert_eq!(client.error().await.0, "malformed");
    }
    client.assert_no_messages().await;
    client.send("invalid").await;
    let (code, text) = client.error().await;
    assert_eq!(code, "malformed");
    assert!(text.contains("More than 16"), "{text}");
    assert_eq!(client.closed().await, 4400);
    assert_eq!(receiver.receive().await["reason"], "lost");
}
