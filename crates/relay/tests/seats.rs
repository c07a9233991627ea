//! Whose a seat is while its peer is away, and who gets it: over real sockets. The minutes
//! are short here; those of 60 seconds are in the crate's simulations.

mod common;

use std::time::Duration;

use common::{PAGE, Relay, id, join_from, peer, peer_joined, peer_joined_at, peer_left, signal};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep, sleep_until};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

/// Long enough for what a test does meanwhile.
const KEPT: Duration = Duration::from_secs(2);

async fn relay() -> Relay {
    Relay::with(|limits| limits.keep_seat = KEPT).await
}

#[tokio::test]
async fn who_comes_back_has_its_seat() {
    let relay = Relay::start().await;
    let (mut receiver, _) = relay.join("r", "receiver", 2).await;
    for _ in 0..3 {
        let (sender, welcome) = relay.join("r", "sender", 1).await;
        assert_eq!(welcome["peers"], json!([peer(2, "receiver")]));
        assert_eq!(receiver.receive().await, peer_joined(1, "sender"));
        sender.break_off();
        assert_eq!(receiver.receive().await, peer_left(1, "lost"));
        assert_eq!(relay.join_refused("r", "sender", 3).await, ("senderPresent".into(), 4409));
    }
    receiver.nothing_waits().await;
}

#[tokio::test]
async fn others_get_it_when_the_time_is_over_and_not_before() {
    let relay = relay().await;
    let (mut receiver, _) = relay.join("r", "receiver", 2).await;
    let (sender, _) = relay.join("r", "sender", 1).await;
    receiver.receive().await;
    sender.break_off();
    assert_eq!(receiver.receive().await, peer_left(1, "lost"));
    let lost = Instant::now();
    while lost.elapsed() < KEPT / 2 {
        assert_eq!(relay.join_refused("r", "sender", 3).await.0, "senderPresent");
        sleep(KEPT / 20).await;
    }
    sleep_until(lost + KEPT).await;
    let (_other, welcome) = relay.join("r", "sender", 3).await;
    assert_eq!(welcome["peers"], json!([peer(2, "receiver")]));
    assert_eq!(receiver.receive().await, peer_joined(3, "sender"));
    receiver.nothing_waits().await;
}

#[tokio::test]
async fn who_is_away_is_not_there_for_anybody() {
    let relay = Relay::start().await;
    let (sender, _) = relay.join("r", "sender", 1).await;
    let (mut receiver, _) = relay.join("r", "receiver", 2).await;
    sender.break_off();
    assert_eq!(receiver.receive().await, peer_left(1, "lost"));
    receiver.send(&signal(&json!(id(1)), "1")).await;
    assert_eq!(receiver.error().await.0, "noSuchPeer");
    let (_late, welcome) = relay.join("r", "receiver", 3).await;
    assert_eq!(welcome["peers"], json!([]));
}

#[tokio::test]
async fn a_full_room_stays_full() {
    for (role, most) in [("receiver", 8), ("member", 4)] {
        let relay = Relay::start().await;
        let mut clients = Vec::new();
        for number in 1..=most {
            clients.push(relay.join(role, role, number).await.0);
        }
        clients.pop().unwrap().break_off();
        relay.health_becomes("keptSeats", 1).await;
        let refused = relay.join_refused(role, role, most + 1).await;
        assert_eq!(refused, ("roomFull".into(), 4403), "{role}");
        let (back, _) = relay.join(role, role, most).await;
        relay.health_becomes("keptSeats", 0).await;
        back.leave().await;
        relay.join(role, role, most + 1).await.0.leave().await;
    }
}

#[tokio::test]
async fn leaving_frees_a_seat_unless_it_asks_to_keep_it() {
    let relay = Relay::start().await;
    let (mut receiver, _) = relay.join("r", "receiver", 2).await;
    let away = Some(CloseFrame { code: CloseCode::Away, reason: "".into() });

    // Told as `left`, because nobody need wait for it; and kept for when it comes.
    let (mut sender, _) = relay.join("r", "sender", 1).await;
    receiver.receive().await;
    sender.send(r#"{"type":"leave","keepSeat":true}"#).await;
    assert_eq!(sender.closed().await, 1000);
    assert_eq!(receiver.receive().await, peer_left(1, "left"));
    assert_eq!(relay.join_refused("r", "sender", 3).await.0, "senderPresent");

    let (mut sender, _) = relay.join("r", "sender", 1).await;
    receiver.receive().await;
    sender.socket.close(away).await.unwrap();
    assert_eq!(receiver.receive().await, peer_left(1, "left"), "its page is gone");
    assert_eq!(relay.join_refused("r", "sender", 3).await.0, "senderPresent");

    let (mut sender, _) = relay.join("r", "sender", 1).await;
    receiver.receive().await;
    sender.send(r#"{"type":"leave","keepSeat":false}"#).await;
    assert_eq!(sender.closed().await, 1000);
    assert_eq!(receiver.receive().await, peer_left(1, "left"));
    relay.join("r", "sender", 3).await;
}

#[tokio::test]
async fn who_holds_the_secret_takes_the_seat_over() {
    let relay = Relay::start().await;
    let (mut old, _) = relay.join("r", "sender", 1).await;
    let (mut receiver, _) = relay.join("r", "receiver", 2).await;
    old.receive().await;

    // From another load of the page.
    let mut new = relay.connect().await;
    new.send(&join_from("r", "sender", 1, PAGE + 1)).await;
    let welcome = new.receive().await;
    assert_eq!(welcome["peer"], id(1), "the same peer");
    assert_eq!(welcome["peers"], json!([peer(2, "receiver")]));
    assert_eq!(old.error().await.0, "replaced");
    assert_eq!(old.closed().await, 4410);
    // That it joined is all that others hear.
    let news = receiver.receive().await;
    let mut expected = peer_joined(1, "sender");
    expected["page"] = json!(PAGE + 1);
    assert_eq!(news, expected);
    receiver.nothing_waits().await;

    // The old connection's end frees nothing, and envelopes find the new one.
    receiver.send(&signal(&json!(id(1)), "1")).await;
    assert_eq!(new.receive().await["payload"], 1);
    assert_eq!(relay.join_refused("r", "sender", 3).await.0, "senderPresent");
    assert_eq!(relay.health().await["keptSeats"], 0);
}

#[tokio::test]
async fn another_role_is_another_seat() {
    let relay = Relay::start().await;
    let (_old, _) = relay.join("r", "sender", 1).await;
    let (mut receiver, _) = relay.join("r", "receiver", 2).await;
    let (mut member, _) = relay.join("r", "member", 3).await;
    let (_new, welcome) = relay.join("r", "member", 1).await;
    assert_eq!(welcome["peers"], json!([peer(3, "member")]));
    assert_eq!(receiver.receive().await, peer_left(1, "lost"));
    assert_eq!(member.receive().await, peer_joined_at(1, "member", 2));
    receiver.nothing_waits().await;
    member.nothing_waits().await;
    // The sender's seat is free.
    relay.join("r", "sender", 4).await;
    assert_eq!(receiver.receive().await, peer_joined(4, "sender"));
}

#[tokio::test]
async fn a_room_of_kept_seats_vanishes_with_them_or_gives_way() {
    let relay = Relay::with(|limits| {
        limits.keep_seat = KEPT;
        limits.rooms = 1;
    })
    .await;
    let (sender, _) = relay.join("a", "sender", 1).await;
    assert_eq!(relay.join_refused("b", "sender", 2).await, ("relayFull".into(), 4503));
    sender.break_off();
    relay.health_becomes("keptSeats", 1).await;
    assert_eq!(relay.health().await["rooms"], 1);
    let (other, _) = relay.join("b", "sender", 2).await;
    assert_eq!(relay.health().await["keptSeats"], 0);
    assert_eq!(relay.join_refused("a", "sender", 1).await.0, "relayFull");
    other.break_off();
    relay.health_becomes("connections", 0).await;
    relay.health_becomes("rooms", 0).await;
    assert_eq!(relay.health().await["keptSeats"], 0);
}

#[tokio::test]
async fn kept_seats_are_bounded() {
    let relay = Relay::with(|limits| limits.kept_seats = 3).await;
    for number in 1..=5 {
        let (sender, _) = relay.join(&format!("room-{number}"), "sender", number).await;
        sender.break_off();
        let expected = u64::from(number.min(3));
        relay.health_becomes("connections", 0).await;
        relay.health_becomes("keptSeats", expected).await;
    }
    assert_eq!(relay.health().await["rooms"], 3);
    relay.join("room-1", "sender", 9).await;
    assert_eq!(relay.join_refused("room-5", "sender", 9).await.0, "senderPresent");
}

#[tokio::test]
async fn a_refusal_says_what_to_do() {
    let relay = Relay::start().await;
    let (sender, _) = relay.join("r", "sender", 1).await;
    let sentence = |mut client: common::Client| async move {
        client.send(&join_from("r", "sender", 2, PAGE)).await;
        let error: Value = client.receive().await;
        error["message"].as_str().unwrap().to_owned()
    };
    let said = sentence(relay.connect().await).await;
    assert!(said.starts_with("Somebody else shares in this room, or did until a minute ago."));
    drop(sender);
    assert_eq!(sentence(relay.connect().await).await, said, "nobody learns which it is");
}
