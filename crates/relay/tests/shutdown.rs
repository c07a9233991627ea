//! Shutdown: all clients are notified, all connections close, the port is free.

mod common;

use std::time::Duration;

use common::{Relay, id, join, signal, with_timeout};
use serde_json::json;
use sightline_relay::Config;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn everybody_is_notified_and_the_port_is_free() {
    let mut relay = Relay::start().await;
    let mut clients = vec![relay.join("r", "sender", 1).await.0];
    clients.push(relay.join("r", "receiver", 2).await.0);
    clients.push(relay.connect().await);
    clients[0].receive().await;

    relay.shutdown.cancel();
    for mut client in clients {
        // There is no `peerLeft`, because all peers will reconnect.
        assert_eq!(client.error().await.0, "restarting");
        assert_eq!(client.closed().await, 1012);
    }
    with_timeout("serve to return", &mut relay.task).await.unwrap();
    TcpListener::bind(relay.address).await.unwrap();
}

#[tokio::test]
async fn silent_connections_do_not_delay_it() {
    let mut relay = Relay::with(|limits| {
        limits.head_timeout = Duration::from_secs(60);
        limits.close_timeout = Duration::from_millis(100);
        limits.drain_timeout = Duration::from_secs(60);
    })
    .await;
    let _silent = TcpStream::connect(relay.address).await.unwrap();
    let mut half = TcpStream::connect(relay.address).await.unwrap();
    half.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
    let mut keep_alive = TcpStream::connect(relay.address).await.unwrap();
    keep_alive.write_all(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    with_timeout("a response", keep_alive.read(&mut [0; 1024])).await.unwrap();
    // Has joined, and never reads or closes.
    let (_client, _) = relay.join("r", "sender", 1).await;

    let start = Instant::now();
    relay.shutdown.cancel();
    with_timeout("serve to return", &mut relay.task).await.unwrap();
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

#[tokio::test]
async fn its_duration_is_limited() {
    let mut relay = Relay::with(|limits| {
        limits.close_timeout = Duration::from_secs(600);
        limits.drain_timeout = Duration::from_millis(200);
    })
    .await;
    let (_client, _) = relay.join("r", "sender", 1).await;
    relay.shutdown.cancel();
    with_timeout("serve to return", &mut relay.task).await.unwrap();
}

#[tokio::test]
async fn several_listeners_share_their_rooms() {
    let first = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let second = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addresses = [first.local_addr().unwrap(), second.local_addr().unwrap()];
    let shutdown = CancellationToken::new();
    let serve =
        sightline_relay::serve_all(vec![first, second], Config::default(), shutdown.clone());
    let mut relay =
        Relay { address: addresses[0], shutdown: shutdown.clone(), task: tokio::spawn(serve) };
    let (mut sender, _) = relay.join("r", "sender", 1).await;
    let mut receiver = relay.connect_over(TcpStream::connect(addresses[1]).await.unwrap()).await;
    receiver.send(&join("r", "receiver", 2)).await;
    assert_eq!(sender.receive().await["type"], "peerJoined");
    shutdown.cancel();
    drop((sender, receiver));
    with_timeout("serve to return", &mut relay.task).await.unwrap();
}

#[tokio::test]
async fn everybody_gets_a_different_retry_delay() {
    const MANY: u8 = 50;
    let relay = Relay::start().await;
    let mut clients = Vec::new();
    for number in 0..MANY {
        clients.push(relay.join(&format!("r{number}"), "sender", number).await.0);
    }
    relay.shutdown.cancel();
    let mut delays = Vec::new();
    for mut client in clients {
        let error = client.receive().await;
        assert_eq!(error["code"], "restarting", "{error}");
        delays.push(error["retryAfterMs"].as_u64().unwrap());
        assert_eq!(client.closed().await, 1012);
    }
    assert!(delays.iter().all(|delay| *delay < 5_000), "{delays:?}");
    // Each tenth of the time has about a tenth of the delays.
    for tenth in 0..10 {
        let range = (tenth * 500)..(tenth + 1) * 500;
        let count = delays.iter().filter(|delay| range.contains(*delay)).count();
        assert!((2..=9).contains(&count), "{count} in {range:?} ms: {delays:?}");
    }
}

#[tokio::test]
async fn queued_messages_are_sent_before_the_close() {
    const MANY: usize = 24;
    let mut relay = Relay::start().await;
    let (mut sender, _) = relay.join("r", "sender", 1).await;
    let mut late = relay.join_with_small_buffer("r", "receiver", 2).await;
    sender.receive().await;
    // More than fits into the socket buffers, and less than the send queue holds.
    let padding = "x".repeat(8_000);
    for number in 0..MANY {
        let payload = format!(r#"{{"number":{number},"padding":"{padding}"}}"#);
        sender.send(&signal(&json!(id(2)), &payload)).await;
    }
    // The relay has read all of them.
    sender.assert_no_messages().await;
    relay.shutdown.cancel();
    assert_eq!(sender.error().await.0, "restarting", "not `peerLeft`");
    tokio::time::sleep(Duration::from_millis(200)).await;
    for number in 0..MANY {
        assert_eq!(late.receive().await["payload"]["number"], number);
    }
    assert_eq!(late.error().await.0, "restarting");
    assert_eq!(late.closed().await, 1012);
    assert_eq!(sender.closed().await, 1012);
    with_timeout("serve to return", &mut relay.task).await.unwrap();
}
