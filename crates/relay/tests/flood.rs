//! Floods: a client that reads is never disconnected, however much others send to it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests are tests")]

mod common;

use std::collections::HashMap;
use std::time::Duration;

use common::{Client, Relay, frame, id, join, signal, unlimited_rates, with_timeout};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::{Error, Message};

type WsResult = Result<Message, Error>;

/// Numbered envelopes as one block of bytes.
fn envelopes(to: u8, numbers: std::ops::Range<usize>) -> Vec<u8> {
    let to = json!(id(to));
    numbers.flat_map(|number| frame(0x81, &signal(&to, &number.to_string()))).collect()
}

/// Receives envelopes with exactly these numbers, in order.
async fn expect(client: &mut Client, numbers: std::ops::Range<usize>) {
    for number in numbers {
        assert_eq!(client.receive().await["payload"], number);
    }
}

/// Sends bytes on a client's connection and returns the client.
async fn send_bytes(client: Client, bytes: Vec<u8>) -> Client {
    let mut socket = client.socket;
    with_timeout("to send", socket.get_mut().write_all(&bytes)).await.unwrap();
    Client { socket, room_messages: Vec::new() }
}

async fn ten_thousand_at_once() {
    const MANY: usize = 10_000;
    let relay = Relay::with(unlimited_rates).await;
    for (flooder, flooded) in [("receiver", "sender"), ("sender", "receiver")] {
        let (mut first, _) = relay.join("r", flooded, 1).await;
        let (second, _) = relay.join("r", flooder, 2).await;
        assert_eq!(first.receive().await["type"], "peerJoined");
        let (mut one, _) = relay.join("elsewhere", "sender", 3).await;
        let (mut other, _) = relay.join("elsewhere", "receiver", 4).await;
        one.receive().await;

        let flood = tokio::spawn(send_bytes(second, envelopes(1, 0..MANY)));
        let flooded = tokio::spawn(async move {
            expect(&mut first, 0..MANY).await;
            first
        });
        // Others aren't affected.
        let start = Instant::now();
        for number in 0..50 {
            other.send(&signal(&json!(id(3)), &number.to_string())).await;
            expect(&mut one, number..number + 1).await;
        }
        assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
        let mut first = with_timeout("the flooded one", flooded).await.unwrap();
        let mut second = with_timeout("the flood", flood).await.unwrap();
        second.assert_no_messages().await;
        first.assert_no_messages().await;
        second.leave().await;
        assert_eq!(first.receive().await["type"], "peerLeft");
        first.leave().await;
    }
    let health = relay.health().await;
    assert_eq!((&health["tooSlow"], &health["slowedDown"]), (&json!(0), &json!(0)));
}

#[tokio::test]
async fn ten_thousand_envelopes_at_once_arrive() {
    ten_thousand_at_once().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_thousand_envelopes_at_once_arrive_on_several_threads() {
    ten_thousand_at_once().await;
}

/// Receives this many envelopes from each peer, in order for each peer.
async fn receive_all(
    client: &mut (impl StreamExt<Item = WsResult> + Unpin),
    from: usize,
    each: usize,
) {
    let mut next = HashMap::new();
    for _ in 0..from * each {
        let message = with_timeout("an envelope", client.next()).await.unwrap().unwrap();
        let message: Value = serde_json::from_str(message.to_text().unwrap()).unwrap();
        assert_eq!(message["type"], "signal", "{message}");
        let number = next.entry(message["from"].to_string()).or_insert(0);
        assert_eq!(message["payload"], *number);
        *number += 1;
    }
}

#[tokio::test]
async fn nine_peers_that_flood_each_other_stay_connected() {
    const MANY: usize = 1_000;
    let relay = Relay::with(unlimited_rates).await;
    let (mut sender, _) = relay.join("r", "sender", 1).await;
    let mut clients = Vec::new();
    for number in 2..10 {
        clients.push((relay.join("r", "receiver", number).await.0, vec![1]));
        assert_eq!(sender.receive().await["type"], "peerJoined");
    }
    clients.push((sender, (2..10).collect()));
    let tasks = clients.into_iter().map(|(client, to)| {
        let (mut write, mut read) = client.socket.split();
        let from = to.len();
        let send = async move {
            for number in 0..MANY {
                for to in &to {
                    let text = signal(&json!(id(*to)), &number.to_string());
                    write.feed(Message::text(text)).await.unwrap();
                }
            }
            write.flush().await.unwrap();
            write
        };
        tokio::spawn(async move {
            let (write, ()) = tokio::join!(send, receive_all(&mut read, from, MANY));
            (write, read)
        })
    });
    let tasks: Vec<_> = tasks.collect();
    let mut alive = Vec::new();
    for task in tasks {
        alive.push(with_timeout("one of them", task).await.unwrap());
    }
    let health = relay.health().await;
    assert_eq!((&health["tooSlow"], &health["connections"]), (&json!(0), &json!(9)));
}

#[tokio::test]
async fn a_receiver_that_does_not_read_blocks_its_sender_only_for_a_moment() {
    let relay = Relay::with(|limits| {
        unlimited_rates(limits);
        // So that the full queue closes the connection, and not this timeout.
        limits.write_timeout = Duration::from_secs(3600);
    })
    .await;
    let (mut sender, _) = relay.join("r", "sender", 1).await;
    let (mut good, _) = relay.join("r", "receiver", 2).await;
    let stalled = relay.join_with_small_buffer("r", "receiver", 3).await;
    sender.receive().await;
    sender.receive().await;
    let (mut write, mut read) = sender.socket.split();
    let sending = tokio::spawn(async move {
        let payload = format!("\"{}\"", "x".repeat(10_000));
        for number in 0..2_000 {
            write.feed(Message::text(signal(&json!(id(3)), &payload))).await.unwrap();
            let text = signal(&json!(id(2)), &number.to_string());
            write.send(Message::text(text)).await.unwrap();
        }
        write
    });
    let start = Instant::now();
    let reading = tokio::spawn(async move {
        expect(&mut good, 0..2_000).await;
        good
    });
    let mut left = 0;
    while left == 0 {
        let message =
            with_timeout("the stalled one to be disconnected", read.next()).await.unwrap().unwrap();
        left += usize::from(message.to_text().unwrap().contains("peerLeft"));
    }
    // From now on the sender receives errors for that receiver.
    let sending = tokio::spawn(async move {
        let (write, ()) = tokio::join!(sending, async {
            while let Ok(Some(Ok(message))) =
                tokio::time::timeout(Duration::from_millis(500), read.next()).await
            {
                assert!(message.to_text().unwrap().contains("noSuchPeer"), "{message}");
            }
        });
        (write.unwrap(), read)
    });
    let _good = with_timeout("the other receiver", reading).await.unwrap();
    let _sender = with_timeout("the sender", sending).await.unwrap();
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    let health = relay.health().await;
    assert_eq!((&health["tooSlow"], &health["heldBack"]), (&json!(1), &json!(1)));
    drop(stalled);
}

#[tokio::test]
async fn a_sender_is_disconnected_only_if_it_reads_nothing() {
    let limit = Duration::from_secs(1);
    let relay = Relay::with(|limits| {
        unlimited_rates(limits);
        limits.write_timeout = limit;
    })
    .await;
    let mut sender = relay.join_with_small_buffer("r", "sender", 1).await;
    let (receiver, _) = relay.join("r", "receiver", 2).await;
    sender.receive().await;
    let (mut write, mut read) = receiver.socket.split();
    let flood = tokio::spawn(async move {
        let payload = format!("\"{}\"", "x".repeat(30_000));
        while write.send(Message::text(signal(&json!(id(1)), &payload))).await.is_ok() {}
    });
    // It reads slowly, and stays connected for longer than the limit.
    let start = Instant::now();
    while start.elapsed() < limit * 3 {
        assert_eq!(sender.receive().await["type"], "signal");
        tokio::time::sleep(limit / 40).await;
    }
    assert_eq!(relay.health().await["tooSlow"], 0);
    // Now it stops reading.
    let start = Instant::now();
    let message =
        with_timeout("the sender to be disconnected", read.next()).await.unwrap().unwrap();
    assert!(message.to_text().unwrap().contains("peerLeft"), "{message}");
    assert!(start.elapsed() >= limit / 2, "{:?}", start.elapsed());
    assert_eq!(relay.health().await["tooSlow"], 1);
    flood.abort();
    drop(sender);
    relay.assert_works().await;
}

#[tokio::test]
async fn peers_that_join_and_leave_disconnect_nobody() {
    const MANY: usize = 200;
    // For each receiver the sender gets `peerJoined`, `peerLeft` and two `room`s, for each member
    // only the `room`s.
    for role in ["receiver", "member"] {
        // All of them connect before the first one joins.
        let relay = Relay::with(|limits| limits.join_timeout = Duration::from_secs(60)).await;
        let (mut sender, _) = relay.join("r", "sender", 1).await;
        let mut clients = Vec::new();
        for _ in 0..MANY {
            clients.push(relay.connect().await);
        }
        let mut both = frame(0x81, &join("r", role, 2));
        both.extend(frame(0x81, r#"{"type":"leave"}"#));
        for client in &mut clients {
            client.socket.get_mut().write_all(&both).await.unwrap();
        }
        let mut left = if role == "receiver" { 0 } else { MANY };
        while left < MANY {
            match sender.receive().await["type"].as_str().unwrap() {
                "peerLeft" => left += 1,
                other => assert_eq!(other, "peerJoined"),
            }
        }
        for mut client in clients {
            assert_eq!(client.receive().await["type"], "welcome");
            client.closed().await;
        }
        sender.assert_no_messages().await;
        assert_eq!(sender.room_messages.last(), Some(&json!(["sender"])));
        assert!(sender.room_messages.windows(2).all(|two| two[0] != two[1]), "only changes");
        assert_eq!(relay.health().await["tooSlow"], 0);
    }
}
