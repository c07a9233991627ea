//! Clients that send as much as they can, and those who it is for: who reads stays.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests are tests")]

mod common;

use std::collections::HashMap;
use std::time::Duration;

use common::{Client, Relay, any_rate, frame, id, join, signal, soon};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::{Error, Message};

type WsResult = Result<Message, Error>;

/// Envelopes with numbers, in one piece.
fn envelopes(to: u8, numbers: std::ops::Range<usize>) -> Vec<u8> {
    let to = json!(id(to));
    numbers.flat_map(|number| frame(0x81, &signal(&to, &number.to_string()))).collect()
}

/// Receives envelopes with these numbers, in their order and with nothing between them.
async fn expect(client: &mut Client, numbers: std::ops::Range<usize>) {
    for number in numbers {
        assert_eq!(client.receive().await["payload"], number);
    }
}

/// Sends bytes on a client's connection and goes on reading it.
async fn send_bytes(client: Client, bytes: Vec<u8>) -> Client {
    let mut socket = client.socket;
    soon("to send", socket.get_mut().write_all(&bytes)).await.unwrap();
    Client { socket, rooms: Vec::new() }
}

async fn ten_thousand_at_once() {
    const MANY: usize = 10_000;
    let relay = Relay::with(any_rate).await;
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
        // Others don't notice.
        let start = Instant::now();
        for number in 0..50 {
            other.send(&signal(&json!(id(3)), &number.to_string())).await;
            expect(&mut one, number..number + 1).await;
        }
        assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
        let mut first = soon("the flooded one", flooded).await.unwrap();
        let mut second = soon("the flood", flood).await.unwrap();
        second.nothing_waits().await;
        first.nothing_waits().await;
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

/// Reads envelopes until so many have come from each; each one's are in order.
async fn take_all(
    client: &mut (impl StreamExt<Item = WsResult> + Unpin),
    from: usize,
    each: usize,
) {
    let mut next = HashMap::new();
    for _ in 0..from * each {
        let message = soon("an envelope", client.next()).await.unwrap().unwrap();
        let message: Value = serde_json::from_str(message.to_text().unwrap()).unwrap();
        assert_eq!(message["type"], "signal", "{message}");
        let number = next.entry(message["from"].to_string()).or_insert(0);
        assert_eq!(message["payload"], *number);
        *number += 1;
    }
}

#[tokio::test]
async fn nine_who_flood_each_other_live() {
    const MANY: usize = 1_000;
    let relay = Relay::with(any_rate).await;
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
            let (write, ()) = tokio::join!(send, take_all(&mut read, from, MANY));
            (write, read)
        })
    });
    let tasks: Vec<_> = tasks.collect();
    let mut alive = Vec::new();
    for task in tasks {
        alive.push(soon("one of them", task).await.unwrap());
    }
    let health = relay.health().await;
    assert_eq!((&health["tooSlow"], &health["connections"]), (&json!(0), &json!(9)));
}

#[tokio::test]
async fn a_receiver_that_does_not_read_holds_its_sender_up_for_a_moment_only() {
    let relay = Relay::with(|limits| {
        any_rate(limits);
        // It is the full queue that ends it here.
        limits.write_timeout = Duration::from_secs(3600);
    })
    .await;
    let (mut sender, _) = relay.join("r", "sender", 1).await;
    let (mut good, _) = relay.join("r", "receiver", 2).await;
    let stuck = relay.join_narrow("r", "receiver", 3).await;
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
        let message = soon("the stuck one to go", read.next()).await.unwrap().unwrap();
        left += usize::from(message.to_text().unwrap().contains("peerLeft"));
    }
    // The sender is told from then on that it has gone.
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
    let _good = soon("the other receiver", reading).await.unwrap();
    let _sender = soon("the sender", sending).await.unwrap();
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    let health = relay.health().await;
    assert_eq!((&health["tooSlow"], &health["heldBack"]), (&json!(1), &json!(1)));
    drop(stuck);
}

#[tokio::test]
async fn a_sender_is_given_up_only_when_it_takes_nothing_at_all() {
    let limit = Duration::from_secs(1);
    let relay = Relay::with(|limits| {
        any_rate(limits);
        limits.write_timeout = limit;
    })
    .await;
    let mut sender = relay.join_narrow("r", "sender", 1).await;
    let (receiver, _) = relay.join("r", "receiver", 2).await;
    sender.receive().await;
    let (mut write, mut read) = receiver.socket.split();
    let flood = tokio::spawn(async move {
        let payload = format!("\"{}\"", "x".repeat(30_000));
        while write.send(Message::text(signal(&json!(id(1)), &payload))).await.is_ok() {}
    });
    // It reads slowly, and stays for longer than the limit.
    let start = Instant::now();
    while start.elapsed() < limit * 3 {
        assert_eq!(sender.receive().await["type"], "signal");
        tokio::time::sleep(limit / 40).await;
    }
    assert_eq!(relay.health().await["tooSlow"], 0);
    // Now it stops.
    let start = Instant::now();
    let news = soon("the sender to go", read.next()).await.unwrap().unwrap();
    assert!(news.to_text().unwrap().contains("peerLeft"), "{news}");
    assert!(start.elapsed() >= limit / 2, "{:?}", start.elapsed());
    assert_eq!(relay.health().await["tooSlow"], 1);
    flood.abort();
    drop(sender);
    relay.still_works().await;
}

#[tokio::test]
async fn those_who_come_and_go_throw_nobody_out() {
    const MANY: usize = 200;
    // They all come before the first joins.
    let relay = Relay::with(|limits| limits.join_timeout = Duration::from_secs(60)).await;
    let (mut sender, _) = relay.join("r", "sender", 1).await;
    let mut comers = Vec::new();
    for _ in 0..MANY {
        comers.push(relay.connect().await);
    }
    let mut both = frame(0x81, &join("r", "receiver", 2));
    both.extend(frame(0x81, r#"{"type":"leave"}"#));
    for comer in &mut comers {
        comer.socket.get_mut().write_all(&both).await.unwrap();
    }
    let mut left = 0;
    while left < MANY {
        match sender.receive().await["type"].as_str().unwrap() {
            "peerLeft" => left += 1,
            other => assert_eq!(other, "peerJoined"),
        }
    }
    sender.nothing_waits().await;
    assert_eq!(relay.health().await["tooSlow"], 0);
}

#[tokio::test]
async fn who_sends_too_many_messages_is_slowed_down() {
    let relay = Relay::with(|limits| {
        limits.message_rate = 50;
        limits.message_burst = 10;
    })
    .await;
    let (client, _) = relay.join("r", "sender", 1).await;
    let (mut other, _) = relay.join("r", "receiver", 2).await;
    let start = Instant::now();
    let mut client = send_bytes(client, frame(0x81, r#"{"type":"ping"}"#).repeat(40)).await;
    assert_eq!(client.receive().await["type"], "peerJoined");
    other.nothing_waits().await;
    for _ in 0..40 {
        assert_eq!(client.receive().await["type"], "pong");
    }
    assert!(start.elapsed() >= Duration::from_millis(500), "{:?}", start.elapsed());
    assert_eq!(relay.health().await["slowedDown"], 1);
}

#[tokio::test]
async fn who_sends_too_many_bytes_is_slowed_down_and_not_taken_for_gone() {
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
async fn a_message_without_an_end_does_not_hold_up_the_end() {
    let relay = Relay::with(|limits| limits.join_timeout = Duration::from_millis(200)).await;
    let client = relay.connect().await;
    let (mut read, mut write) = client.socket.into_inner().into_split();
    let endless = tokio::spawn(async move {
        write.write_all(&frame(0x01, "")).await.unwrap();
        let parts = frame(0x00, "").repeat(1_000);
        while write.write_all(&parts).await.is_ok() {}
    });
    let mut said = Vec::new();
    let _ = soon("the end", tokio::io::AsyncReadExt::read_to_end(&mut read, &mut said)).await;
    assert!(String::from_utf8_lossy(&said).contains("joinTimeout"));
    endless.abort();
    relay.still_works().await;
}
