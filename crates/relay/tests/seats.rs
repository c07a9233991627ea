//! Kept seats: for whom they are kept, and who gets them. Times are short here; the default of 60
//! seconds is tested in the crate's simulation.

mod common;

use std::time::Duration;

use common::{PAGE, Relay, id, join_from, peer, peer_joined, peer_joined_at, peer_left, signal};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep, sleep_until};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

/// How long seats are kept. Long enough for the steps of a test.
const KEEP_SEAT: Duration = Duration::from_secs(2);

async fn relay() -> Relay {
    Relay::with(|limits| limits.keep_seat = KEEP_SEAT).await
}

#[tokio::test]
async fn a_peer_that_comes_back_gets_its_seat() {
    let relay = Relay::start().await;
    let (mut receiver, _) = relay.join("r", "receiver", 2).await;
    for _ in 0..3 {
        let (sender, welcome) = relay.join("r", "sender", 1).await;
        assert_eq!(welcome["peers"], json!([peer(2, "receiver")]));
        assert_eq!(receiver.receive().await, peer_joined(1, "sender"));
        sender.reset();
        assert_eq!(receiver.receive().await, peer_left(1, "lost"));
        assert_eq!(relay.join_refused("r", "sender", 3).await, ("senderPresent".into(), 4409));
    }
    receiver.assert_no_messages().await;
}

#[tokio::test]
async fn others_get_a_kept_seat_only_after_it_expires() {
    let relay = relay().await;
    let (mut receiver, _) = relay.join("r", "receiver", 2).await;
    let (sender, _) = relay.join("r", "sender", 1).await;
    receiver.receive().await;
    sender.reset();
    assert_eq!(receiver.receive().await, peer_left(1, "lost"));
    let lost_at = Instant::now();
    while lost_at.elapsed() < KEEP_SEAT / 2 {
        assert_eq!(relay.join_refused("r", "sender", 3).await.0, "senderPresent");
        sleep(KEEP_SEAT / 20).await;
    }
    sleep_until(lost_at + KEEP_SEAT).await;
    let (_other, welcome) = relay.join("r", "sender", 3).await;
    assert_eq!(welcome["peers"], json!([peer(2, "receiver")]));
    assert_eq!(receiver.receive().await, peer_joined(3, "sender"));
    receiver.assert_no_messages().await;
}

#[tokio::test]
async fn nobody_sees_a_peer_whose_seat_is_kept() {
    let relay = Relay::start().await;
    let (sender, _) = relay.join("r", "sender", 1).await;
    let (mut receiver, _) = relay.join("r", "receiver", 2).await;
    sender.reset();
    assert_eq!(receiver.receive().await, peer_left(1, "lost"));
    receiver.send(&signal(&json!(id(1)), "1")).await;
    assert_eq!(receiver.error().await.0, "noSuchPeer");
    let (_late, welcome) = relay.join("r", "receiver", 3).await;
    assert_eq!(welcome["peers"], json!([]));
}

#[tokio::test]
async fn a_vacant_room_is_not_full() {
    let away = CloseFrame { code: CloseCode::Away, reason: "".into() };
    for (role, most) in [("receiver", 8), ("member", 4)] {
        let relay = Relay::start().await;
        for number in 1..=most {
            let (mut client, _) = relay.join(role, role, number).await;
            match number % 3 {
                0 => client.socket.close(Some(away.clone())).await.unwrap(),
                1 => client.send(r#"{"type":"leave","keepSeat":true}"#).await,
                _ => client.reset(),
            }
            relay.wait_for_health("keptSeats", number.into()).await;
        }
        let mut clients = Vec::new();
        for number in most + 1..=2 * most {
            clients.push(relay.join(role, role, number).await.0);
        }
        let refused = relay.join_refused(role, role, 2 * most + 1).await;
        assert_eq!(refused, ("roomFull".into(), 4403), "all of these are connected");
        assert_eq!(relay.health().await["keptSeats"], 0);
    }
}

#[tokio::test]
async fn the_oldest_kept_seat_is_given_away_and_its_owner_can_be_refused() {
    let relay = Relay::start().await;
    let mut members = Vec::new();
    for number in 1..=4 {
        members.push(relay.join("r", "member", number).await.0);
    }
    for (kept, index) in [(1, 2), (2, 0)] {
        members.remove(index).reset();
        relay.wait_for_health("keptSeats", kept).await;
    }
    // 3 disconnected first, then 1.
    let (_fifth, welcome) = relay.join("r", "member", 5).await;
    assert_eq!(welcome["seat"], 3);
    assert_eq!(relay.health().await["keptSeats"], 1);
    let (_back, welcome) = relay.join("r", "member", 1).await;
    assert_eq!(welcome["seat"], 1, "seat 3 was given away before");
    assert_eq!(relay.join_refused("r", "member", 3).await, ("roomFull".into(), 4403));
    members.pop().unwrap().leave().await;
    relay.join("r", "member", 3).await;
}

#[tokio::test]
async fn leave_frees_the_seat_unless_keep_seat_is_set() {
    let relay = Relay::start().await;
    let (mut receiver, _) = relay.join("r", "receiver", 2).await;
    let away = Some(CloseFrame { code: CloseCode::Away, reason: "".into() });

    // The reason is `left`, so nobody waits for the peer, but its seat is kept.
    let (mut sender, _) = relay.join("r", "sender", 1).await;
    receiver.receive().await;
    sender.send(r#"{"type":"leave","keepSeat":true}"#).await;
    assert_eq!(sender.closed().await, 1000);
    assert_eq!(receiver.receive().await, peer_left(1, "left"));
    assert_eq!(relay.join_refused("r", "sender", 3).await.0, "senderPresent");

    let (mut sender, _) = relay.join("r", "sender", 1).await;
    receiver.receive().await;
    sender.socket.close(away).await.unwrap();
    assert_eq!(receiver.receive().await, peer_left(1, "left"), "its page was closed");
    assert_eq!(relay.join_refused("r", "sender", 3).await.0, "senderPresent");

    let (mut sender, _) = relay.join("r", "sender", 1).await;
    receiver.receive().await;
    sender.send(r#"{"type":"leave","keepSeat":false}"#).await;
    assert_eq!(sender.closed().await, 1000);
    assert_eq!(receiver.receive().await, peer_left(1, "left"));
    relay.join("r", "sender", 3).await;
}

#[tokio::test]
async fn the_seat_of_a_closed_page_is_kept_for_a_shorter_time() {
    let relay = Relay::with(|limits| limits.keep_closed_seat = KEEP_SEAT / 4).await;
    let (sender, _) = relay.join("r", "sender", 1).await;
    let (receiver, _) = relay.join("r", "receiver", 2).await;
    let (member, _) = relay.join("r", "member", 3).await;
    let closed_at = Instant::now();
    for mut client in [sender, receiver, member] {
        client.send(r#"{"type":"leave","keepSeat":true}"#).await;
    }
    relay.wait_for_health("connections", 0).await;
    relay.wait_for_health("keptSeats", 1).await;
    assert!(closed_at.elapsed() >= KEEP_SEAT / 4, "{:?}", closed_at.elapsed());
    assert_eq!(
        relay.join_refused("r", "sender", 4).await.0,
        "senderPresent",
        "the sender's seat is kept longer"
    );
}

#[tokio::test]
async fn a_client_with_the_same_secret_takes_over_the_seat() {
    let relay = Relay::start().await;
    let (mut old, _) = relay.join("r", "sender", 1).await;
    let (mut receiver, _) = relay.join("r", "receiver", 2).await;
    old.receive().await;

    // From another page.
    let mut new = relay.connect().await;
    new.send(&join_from("r", "sender", 1, PAGE + 1)).await;
    let welcome = new.receive().await;
    assert_eq!(welcome["peer"], id(1), "the same peer");
    assert_eq!(welcome["peers"], json!([peer(2, "receiver")]));
    assert_eq!(old.error().await.0, "replaced");
    assert_eq!(old.closed().await, 4410);
    // Others receive `peerJoined` and nothing else.
    let message = receiver.receive().await;
    let mut expected = peer_joined(1, "sender");
    expected["instance"] = json!(PAGE + 1);
    assert_eq!(message, expected);
    receiver.assert_no_messages().await;

    // The end of the old connection doesn't free the seat, and envelopes reach the new one.
    receiver.send(&signal(&json!(id(1)), "1")).await;
    assert_eq!(new.receive().await["payload"], 1);
    assert_eq!(relay.join_refused("r", "sender", 3).await.0, "senderPresent");
    assert_eq!(relay.health().await["keptSeats"], 0);
}

#[tokio::test]
async fn a_peer_in_another_role_gets_another_seat() {
    let relay = Relay::start().await;
    let (_old, _) = relay.join("r", "sender", 1).await;
    let (mut receiver, _) = relay.join("r", "receiver", 2).await;
    let (mut member, _) = relay.join("r", "member", 3).await;
    let (_new, welcome) = relay.join("r", "member", 1).await;
    assert_eq!(welcome["peers"], json!([peer(3, "member")]));
    assert_eq!(receiver.receive().await, peer_left(1, "lost"));
    assert_eq!(member.receive().await, peer_joined_at(1, "member", 2));
    receiver.assert_no_messages().await;
    member.assert_no_messages().await;
    // The sender's seat is free.
    relay.join("r", "sender", 4).await;
    assert_eq!(receiver.receive().await, peer_joined(4, "sender"));
}

#[tokio::test]
async fn a_vacant_room_is_removed_when_its_seats_expire_or_space_is_needed() {
    let relay = Relay::with(|limits| {
        limits.keep_seat = KEEP_SEAT;
        limits.rooms = 1;
    })
    .await;
    let (sender, _) = relay.join("a", "sender", 1).await;
    assert_eq!(relay.join_refused("b", "sender", 2).await, ("relayFull".into(), 4503));
    sender.reset();
    relay.wait_for_health("keptSeats", 1).await;
    assert_eq!(relay.health().await["rooms"], 1);
    let (other, _) = relay.join("b", "sender", 2).await;
    assert_eq!(relay.health().await["keptSeats"], 0);
    assert_eq!(relay.join_refused("a", "sender", 1).await.0, "relayFull");
    other.reset();
    relay.wait_for_health("connections", 0).await;
    relay.wait_for_health("rooms", 0).await;
    assert_eq!(relay.health().await["keptSeats"], 0);
}

#[tokio::test]
async fn the_number_of_kept_seats_is_limited() {
    let relay = Relay::with(|limits| limits.kept_seats = 3).await;
    for number in 1..=5 {
        let (sender, _) = relay.join(&format!("room-{number}"), "sender", number).await;
        sender.reset();
        let expected = u64::from(number.min(3));
        relay.wait_for_health("connections", 0).await;
        relay.wait_for_health("keptSeats", expected).await;
    }
    assert_eq!(relay.health().await["rooms"], 3);
    relay.join("room-1", "sender", 9).await;
    assert_eq!(relay.join_refused("room-5", "sender", 9).await.0, "senderPresent");
}

#[tokio::test]
async fn an_error_says_what_to_do() {
    let relay = Relay::start().await;
    let (sender, _) = relay.join("r", "sender", 1).await;
    let error_text = |mut client: common::Client| async move {
        client.send(&join_from("r", "sender", 2, PAGE)).await;
        let error: Value = client.receive().await;
        error["message"].as_str().unwrap().to_owned()
    };
    let text = error_text(relay.connect().await).await;
    assert!(
        text.starts_with("Somebody else is sharing in this room, or was less than a minute ago.")
    );
    drop(sender);
    let kept_text = error_text(relay.connect().await).await;
    assert_eq!(kept_text, text, "the text doesn't reveal whether the sender is connected");
}
