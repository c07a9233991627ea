//! How a relay stops: everybody is told, everything ends, the port is free.

mod common;

use std::time::Duration;

use common::{Relay, id, join, signal, soon};
use serde_json::json;
use sightline_relay::Config;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn everybody_is_told_and_the_port_is_free() {
    let mut relay = Relay::start().await;
    let mut clients = vec![relay.join("r", "sender", 1).await.0];
    clients.push(relay.join("r", "receiver", 2).await.0);
    clients.push(relay.connect().await);
    clients[0].receive().await;

    relay.shutdown.cancel();
    for mut client in clients {
        // Nobody is told that others left: the room as a whole is to meet again.
        assert_eq!(client.error().await.0, "restarting");
        assert_eq!(client.closed().await, 1012);
    }
    soon("serve to return", &mut relay.task).await.unwrap();
    TcpListener::bind(relay.address).await.unwrap();
}

#[tokio::test]
async fn connections_that_say_nothing_do_not_hold_it_up() {
    let mut relay = Relay::with(|limits| {
        limits.head_timeout = Duration::from_secs(60);
        limits.close_timeout = Duration::from_millis(100);
        limits.drain_timeout = Duration::from_secs(60);
    })
    .await;
    let _silent = TcpStream::connect(relay.address).await.unwrap();
    let mut half = TcpStream::connect(relay.address).await.unwrap();
    half.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
    let mut kept = TcpStream::connect(relay.address).await.unwrap();
    kept.write_all(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    soon("an answer", kept.read(&mut [0; 1024])).await.unwrap();
    // Joined, and never reads or closes.
    let (_client, _) = relay.join("r", "sender", 1).await;

    let start = Instant::now();
    relay.shutdown.cancel();
    soon("serve to return", &mut relay.task).await.unwrap();
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

#[tokio::test]
async fn the_time_for_it_is_limited() {
    let mut relay = Relay::with(|limits| {
        limits.close_timeout = Duration::from_secs(600);
        limits.drain_timeout = Duration::from_millis(200);
    })
    .await;
    let (_client, _) = relay.join("r", "sender", 1).await;
    relay.shutdown.cancel();
    soon("serve to return", &mut relay.task).await.unwrap();
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
    soon("serve to return", &mut relay.task).await.unwrap();
}

#[tokio::test]
async fn everybody_is_asked_to_come_back_at_another_time() {
    const MANY: u8 = 50;
    let relay = Relay::start().await;
    let mut clients = Vec::new();
    for number in 0..MANY {
        clients.push(relay.join(&format!("r{number}"), "sender", number).await.0);
    }
    relay.shutdown.cancel();
    let mut times = Vec::new();
    for mut client in clients {
        let error = client.receive().await;
        assert_eq!(error["code"], "restarting", "{error}");
        times.push(error["retryAfterMs"].as_u64().unwrap());
        assert_eq!(client.closed().await, 1012);
    }
    assert!(times.iter().all(|time| *time < 5_000), "{times:?}");
    // A tenth of them in each tenth of the time, more or less.
    for tenth in 0..10 {
        let within = (tenth * 500)..(tenth + 1) * 500;
        let here = times.iter().filter(|time| within.contains(*time)).count();
        assert!((2..=9).contains(&here), "{here} within {within:?} ms: {times:?}");
    }
}

#[tokio::test]
async fn what_waits_is_written_before() {
    const MANY: usize = 24;
    let mut relay = Relay::start().await;
    let (mut sender, _) = relay.join("r", "sender", 1).await;
    let mut late = relay.join_narrow("r", "receiver", 2).await;
    sender.receive().await;
    // More than the sockets hold, and less than may wait: the rest is in the relay.
    let filling = "x".repeat(8_000);
    for number in 0..MANY {
        let payload = format!(r#"{{"number":{number},"filling":"{filling}"}}"#);
        sender.send(&signal(&json!(id(2)), &payload)).await;
    }
    // It has taken all of it.
    sender.nothing_waits().await;
    relay.shutdown.cancel();
    assert_eq!(sender.error().await.0, "restarting", "and nobody has left");
    tokio::time::sleep(Duration::from_millis(200)).await;
    for number in 0..MANY {
        assert_eq!(late.receive().await["payload"]["number"], number);
    }
    assert_eq!(late.error().await.0, "restarting");
    assert_eq!(late.closed().await, 1012);
    assert_eq!(sender.closed().await, 1012);
    soon("serve to return", &mut relay.task).await.unwrap();
}
