//! Each limit, with the client that runs into it and others that don't notice.

mod common;

use std::time::Duration;

use common::{Relay, Response, any_rate, id, signal, soon};
use futures_util::StreamExt;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;

const SHORT: Duration = Duration::from_millis(200);
/// Where a client that is to stay must not take longer.
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
    let (code, sentence) = client.error().await;
    assert_eq!(code, "tooLarge");
    assert!(sentence.contains("2000 bytes"), "{sentence}");
    assert_eq!(client.closed().await, 1009);

    // Much larger than what the sockets hold: the error still arrives.
    let (client, _) = relay.join("r", "sender", 1).await;
    let (mut write, mut read) = client.socket.split();
    let flood = tokio::spawn(async move {
        use futures_util::SinkExt;
        let _ = write.send(Message::text("x".repeat(16 << 20))).await;
    });
    let message = soon("the error", read.next()).await.unwrap().unwrap();
    assert!(message.into_text().unwrap().contains("tooLarge"));
    let close = soon("the close frame", read.next()).await.unwrap().unwrap();
    assert!(matches!(close, Message::Close(Some(frame)) if u16::from(frame.code) == 1009));
    flood.abort();

    // In pieces that are small each.
    let mut client = relay.connect().await;
    use tokio_tungstenite::tungstenite::protocol::frame::{Frame, coding::*};
    for number in 0..5 {
        let kind = if number == 0 { Data::Text } else { Data::Continue };
        let piece = Frame::message("x".repeat(500), OpCode::Data(kind), false);
        client.send_frame(Message::Frame(piece)).await;
    }
    assert_eq!(client.error().await.0, "tooLarge");
    assert_eq!(client.closed().await, 1009);
    relay.still_works().await;
}

#[tokio::test]
async fn room_name() {
    let relay = Relay::with(|limits| limits.room_name = 12).await;
    relay.join(&"a".repeat(12), "sender", 1).await;
    for name in ["a".repeat(13), "a".repeat(65), "a".repeat(5_000), String::new(), "a b".into()] {
        let refused = relay.join_refused(&name, "sender", 2).await;
        assert_eq!(refused, ("invalidRoom".into(), 4422), "{name:?}");
    }
    relay.still_works().await;
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
    second.nothing_waits().await;
    first.leave().await;
    relay.health_becomes("connections", 1).await;
    relay.join("r", "sender", 3).await;
}

#[tokio::test]
async fn connections_beyond_the_spare_ones_are_dropped() {
    let relay = Relay::with(|limits| {
        limits.connections = 1;
        limits.spare_connections = 1;
    })
    .await;
    let (mut client, _) = relay.join("r", "sender", 1).await;
    let spare = TcpStream::connect(relay.address).await.unwrap();
    let mut dropped = TcpStream::connect(relay.address).await.unwrap();
    let end = soon("the end", dropped.read(&mut [0; 16])).await;
    assert!(matches!(end, Ok(0) | Err(_)), "{end:?}");
    client.nothing_waits().await;
    drop(spare);
    let answered = async { while relay.raw(b"GET /healthz HTTP/1.0\r\n\r\n").await.is_empty() {} };
    soon("the place to be free again", answered).await;
}

#[tokio::test]
async fn time_for_the_first_message() {
    let relay = Relay::with(|limits| limits.join_timeout = SECOND).await;
    let (mut joined, _) = relay.join("r", "sender", 1).await;
    let start = Instant::now();
    let mut client = relay.connect().await;
    // Pings are no reason to wait longer.
    client.nothing_waits().await;
    let (code, sentence) = client.error().await;
    assert_eq!(code, "joinTimeout");
    assert!(sentence.contains("1s"), "{sentence}");
    assert_eq!(client.closed().await, 4504);
    assert!(start.elapsed() >= SECOND);
    joined.nothing_waits().await;
}

#[tokio::test]
async fn idle_time() {
    let relay = Relay::with(|limits| {
        limits.ping_after = SECOND;
        limits.idle_timeout = SECOND * 3;
    })
    .await;
    let (mut receiver, _) = relay.join("r", "receiver", 1).await;
    // A client that answers pings stays: reading is what answers them.
    let (sender, _) = relay.join("r", "sender", 2).await;
    let start = Instant::now();
    assert_eq!(receiver.receive().await["type"], "peerJoined");
    // The sender doesn't read, so nothing answers: it is lost after the idle time.
    let news = receiver.receive().await;
    assert_eq!(news, json!({"type": "peerLeft", "peer": id(2), "reason": "lost"}));
    assert!(start.elapsed() >= SECOND * 2, "{:?}", start.elapsed());
    let mut sender = sender;
    assert_eq!(sender.error().await.0, "idle");
    assert_eq!(sender.closed().await, 4504);
    receiver.nothing_waits().await;
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_client_that_does_not_read() {
    let relay = Relay::with(|limits| {
        any_rate(limits);
        limits.write_timeout = SHORT * 5;
    })
    .await;
    let (mut sender, _) = relay.join("r", "sender", 1).await;
    let (mut quick, _) = relay.join("r", "receiver", 2).await;
    let slow = relay.join_narrow("r", "receiver", 3).await;
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
    // Nobody else notices: what the quick receiver is sent arrives, in order.
    let others = tokio::spawn(async move {
        for number in 0..40 {
            assert_eq!(quick.receive().await["payload"], number);
        }
        quick
    });
    loop {
        let message = soon("the slow one to go", read.next()).await.unwrap().unwrap();
        let message: serde_json::Value = serde_json::from_str(message.to_text().unwrap()).unwrap();
        if message["type"] == "peerLeft" {
            assert_eq!(message["peer"], id(3));
            assert_eq!(message["reason"], "lost");
            break;
        }
    }
    flood.abort();
    soon("the quick one", others).await.unwrap();
    relay.health_becomes("tooSlow", 1).await;
    drop(slow);
    relay.still_works().await;
}

#[tokio::test]
async fn a_client_that_reads_late_learns_why() {
    let relay = Relay::with(|limits| {
        any_rate(limits);
        limits.queue_messages = 4;
    })
    .await;
    let (mut sender, _) = relay.join("r", "sender", 1).await;
    let mut late = relay.join_narrow("r", "receiver", 2).await;
    sender.receive().await;
    let payload = format!("\"{}\"", "x".repeat(60_000));
    let (mut write, mut read) = sender.socket.split();
    let flood = tokio::spawn(async move {
        use futures_util::SinkExt;
        while write.send(Message::text(signal(&json!(id(2)), &payload))).await.is_ok() {}
    });
    loop {
        let message = soon("the late one to go", read.next()).await.unwrap().unwrap();
        if message.to_text().unwrap().contains("peerLeft") {
            break;
        }
    }
    flood.abort();
    // It reads now: first what was sent before, then the reason.
    let reason = loop {
        let message = late.receive().await;
        if message["type"] == "error" {
            break message["code"].clone();
        }
    };
    assert_eq!(reason, "tooSlow");
    assert_eq!(late.closed().await, 4504);
}

#[tokio::test]
async fn tolerated_errors() {
    let relay = Relay::start().await;
    let (mut client, _) = relay.join("r", "sender", 1).await;
    let (mut receiver, _) = relay.join("r", "receiver", 2).await;
    client.receive().await;
    for _ in 0..16 {
        client.send("nonsense").await;
        assert_eq!(client.error().await.0, "malformed");
    }
    client.nothing_waits().await;
    client.send("nonsense").await;
    let (code, sentence) = client.error().await;
    assert_eq!(code, "malformed");
    assert!(sentence.contains("More than 16"), "{sentence}");
    assert_eq!(client.closed().await, 4400);
    assert_eq!(receiver.receive().await["reason"], "lost");
}

#[tokio::test]
async fn a_slow_request_head() {
    let relay = Relay::with(|limits| limits.head_timeout = SHORT).await;
    let mut stream = TcpStream::connect(relay.address).await.unwrap();
    let start = Instant::now();
    stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n").await.unwrap();
    let mut rest = Vec::new();
    let _ = soon("the relay to break it off", stream.read_to_end(&mut rest)).await;
    assert!(start.elapsed() >= SHORT / 2);
    // A connection that sends nothing at all, and one that is kept open.
    assert_eq!(relay.raw(b"").await, b"");
    let kept = relay.raw(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n").await;
    assert!(kept.starts_with(b"HTTP/1.1 200 OK"));
    relay.still_works().await;
}

#[tokio::test]
async fn a_client_that_takes_a_response_byte_by_byte() {
    let relay = Relay::with(|limits| {
        limits.http_timeout = SHORT;
        limits.http_grace = SHORT;
        limits.head_timeout = Duration::from_secs(60);
    })
    .await;
    assert_eq!(relay.raw(b"").await, b"", "cut off though its head may still come");
    relay.still_works().await;
}

#[tokio::test]
async fn the_response_under_way_is_not_cut() {
    let relay = Relay::with(|limits| limits.http_timeout = SHORT).await;
    let largest = sightline_relay::asset_sizes().max_by_key(|file| file.raw).unwrap();
    let request = format!("GET {} HTTP/1.1\r\nhost: a\r\n\r\n", largest.path);
    let mut stream = relay.connect_narrow().await;
    // More than the sockets hold, asked for in advance.
    let many = 100.max((8 << 20) / largest.raw).min(8_000 / request.len());
    stream.write_all(request.repeat(many).as_bytes()).await.unwrap();
    tokio::time::sleep(SHORT * 3).await;
    let mut answer = Vec::new();
    soon("the end", stream.read_to_end(&mut answer)).await.unwrap();
    let last = answer.windows(9).rposition(|nine| nine == b"HTTP/1.1 ").unwrap();
    assert!(last < (many - 1) * largest.raw, "no other request is taken");
    assert_eq!(Response::parse(&answer[last..]).body.len(), largest.raw);
}

#[tokio::test]
async fn a_huge_request_head() {
    let relay = Relay::start().await;
    let long = "x".repeat(64 * 1024);
    let answer = relay.raw(format!("GET /{long} HTTP/1.1\r\nhost: a\r\n\r\n").as_bytes()).await;
    assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 4"));
    relay.still_works().await;
}
