//! How a relay stops: everybody is told, everything ends, the port is free.

mod common;

use std::time::Duration;

use common::{Relay, join, soon};
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
        // The others' leaving may be told before.
        let code = loop {
            let message = client.receive().await;
            if message["type"] == "error" {
                break message["code"].clone();
            }
        };
        assert_eq!(code, "restarting");
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
