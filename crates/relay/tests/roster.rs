//! What peers know about each other: seat numbers, and the roles that are present.

mod common;

use common::{Relay, join, peer, peer_at, peer_joined, peer_joined_at, peer_left};
use serde_json::{Value, json};

#[tokio::test]
async fn everybody_receives_the_same_number_for_a_member() {
    let relay = Relay::start().await;
    let (mut first, welcome) = relay.join("r", "member", 1).await;
    assert_eq!(welcome["seat"], 1);
    let (second, welcome) = relay.join("r", "member", 2).await;
    assert_eq!((&welcome["seat"], &welcome["peers"]), (&json!(2), &json!([peer(1, "member")])));
    let (_third, welcome) = relay.join("r", "member", 3).await;
    let both = json!([peer(1, "member"), peer_at(2, "member", 2)]);
    assert_eq!((&welcome["seat"], &welcome["peers"]), (&json!(3), &both));
    assert_eq!(first.receive().await, peer_joined_at(2, "member", 2));
    assert_eq!(first.receive().await, peer_joined_at(3, "member", 3));

    // The next peer gets the free seat, and not the kept one.
    second.leave().await;
    assert_eq!(first.receive().await, peer_left(2, "left"));
    first.reset();
    relay.wait_for_health("keptSeats", 1).await;
    let (_fourth, welcome) = relay.join("r", "member", 4).await;
    assert_eq!(welcome["seat"], 2);
    let (_back, welcome) = relay.join("r", "member", 1).await;
    assert_eq!(welcome["seat"], 1, "it came back to its seat");
    let (_over, welcome) = relay.join("r", "member", 3).await;
    assert_eq!(welcome["seat"], 3, "a new connection of the same peer");
}

#[tokio::test]
async fn after_a_restart_pages_get_the_numbers_that_they_request() {
    let relay = Relay::start().await;
    let mut clients = Vec::new();
    for (number, seat, granted) in [(1, 3, 3), (2, 3, 1), (3, 0, 2), (4, 200, 4)] {
        let mut client = relay.connect().await;
        let mut message: Value = serde_json::from_str(&join("r", "member", number)).unwrap();
        message["seat"] = json!(seat);
        client.send(&message.to_string()).await;
        assert_eq!(client.receive().await["seat"], granted, "requested {seat}");
        clients.push(client);
    }
}

#[tokio::test]
async fn everybody_is_notified_of_the_roles_that_are_present() {
    let relay = Relay::start().await;
    let (mut receiver, welcome) = relay.join("r", "receiver", 1).await;
    assert_eq!(welcome["roles"], json!(["receiver"]));
    let (mut a, welcome) = relay.join("r", "member", 2).await;
    assert_eq!(welcome["roles"], json!(["receiver", "member"]));
    let (b, _) = relay.join("r", "member", 3).await;
    a.receive().await;
    receiver.assert_no_messages().await;
    assert_eq!(receiver.room_messages, [json!(["receiver", "member"])], "notified once");
    b.leave().await;
    assert_eq!(a.receive().await, peer_left(3, "left"));
    receiver.assert_no_messages().await;
    assert_eq!(receiver.room_messages.len(), 1, "one member is still connected");
    a.reset();
    relay.wait_for_health("connections", 1).await;
    receiver.assert_no_messages().await;
    assert_eq!(
        receiver.room_messages.last(),
        Some(&json!(["receiver"])),
        "a peer whose seat is kept isn't present"
    );
    let (_sender, welcome) = relay.join("r", "sender", 4).await;
    assert_eq!(welcome["roles"], json!(["sender", "receiver"]));
    assert_eq!(receiver.receive().await, peer_joined(4, "sender"));
    receiver.assert_no_messages().await;
    assert_eq!(receiver.room_messages.last(), Some(&json!(["sender", "receiver"])));
}
