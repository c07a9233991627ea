//! Rate limits: a client that sends too much is read more slowly, and stays connected.

mod common;

use std::time::Duration;

use common::{Relay, frame, with_timeout};
use tokio::io::AsyncWriteExt;
use tokio::time::Instant;

#[tokio::test]
async fn a_client_that_sends_too_many_messages_is_slowed_down() {
    let relay = Relay::with(|limits| {
        limits.message_rate = 50;
        limits.message_burst = 10;
    })
    .await;
    let (mut client, _) = relay.join("r", "sender", 1).await;
    let (mut other, _) = relay.join("r", "receiver", 2).await;
    let start = Instant::now();
    let pings = frame(0x81, r#"{"type":"ping"}"#).repeat(40);
    with_timeout("to send", client.socket.get_mut().write_all(&pings)).await.unwrap();
    assert_eq!(client.receive().await["type"], "peerJoined");
    other.assert_no_messages().await;
    for _ in 0..40 {
        assert_eq!(client.receive().await["type"], "pong");
    }
    assert!(start.elapsed() >= Duration::from_millis(500), "{:?}", start.elapsed());
    assert_eq!(relay.health().await["slowedDown"], 1);
}

#[tokio::test]
async fn a_client_that_sends_too_many_bytes_is_slowed_down_and_not_idle() {
    let relay = Relay::with(|limits| {
        limits.byte_rate = 10_000;
        limits.byte_burst = 2_000;
        limits.ping_after = Duration::from_millis(100);
        limits.idle_timeout = Duration::from_millis(300);
    })
    .await;
    let mut client = relay.connect().await;
    let start = Instant::now();
    client.send(&format!(r#"{{"type":"ping","x":"{}"}}"#, "x".repeat(12_000))).await;
    assert_eq!(client.receive().await["type"], "pong");
    assert!(start.elapsed() >= Duration::from_millis(900), "{:?}", start.elapsed());
    assert_eq!(relay.health().await["slowedDown"], 1);
}

#[tokio::test]
async fn a_message_without_an_end_does_not_prevent_a_timeout() {
    let relay = Relay::with(|limits| limits.join_timeout = Duration::from_millis(200)).await;
    let client = relay.connect().await;
    let (mut read, mut write) = client.socket.into_inner().into_split();
    let endless = tokio::spawn(async move {
        write.write_all(&frame(0x01, "")).await.unwrap();
        let parts = frame(0x00, "").repeat(1_000);
        while write.write_all(&parts).await.is_ok() {}
    });
    let mut received = Vec::new();
    let _ = with_timeout("the end", tokio::io::AsyncReadExt::read_to_end(&mut read, &mut received))
        .await;
    assert!(String::from_utf8_lossy(&received).contains("joinTimeout"));
    endless.abort();
    relay.assert_works().await;
}
