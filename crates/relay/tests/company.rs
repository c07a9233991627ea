//! What everybody in a room knows of the others, over real sockets: the number to call them by,
//! and which roles are present.

mod common;

use common::{Relay, join, peer, peer_at, peer_joined, peer_joined_at, peer_left};
use serde_json::{Value, json};

#[tokio::test]
async fn everybody_calls_a_member_by_the_same_number() {
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

    // A seat that is free is given to the next one; one that is kept is not.
    second.leave().await;
    assert_eq!(first.receive().await, peer_left(2, "left"));
    first.break_off();
    relay.health_becomes("keptSeats", 1).await;
    let (_fourth, welcome) = relay.join("r", "member", 4).await;
    assert_eq!(welcome["seat"], 2);
    let (_back, welcome) = relay.join("r", "member", 1).await;
    assert_eq!(welcome["seat"], 1, "it has come back");
    let (_over, welcome) = relay.join("r", "member", 3).await;
    assert_eq!(welcome["seat"], 3, "a new connection of the same peer");
}

#[tokio::test]
async fn a_relay_that_knows_nobody_gives_the_numbers_that_pages_had() {
    let relay = Relay::start().await;
    let mut clients = Vec::new();
    for (number, seat, granted) in [(1, 3, 3), (2, 3, 1), (3, 0, 2), (4, 200, 4)] {
        let mut client = relay.connect().await;
        let mut message: Value = serde_json::from_str(&join("r", "member", number)).unwrap();
        message["seat"] = json!(seat);
        client.send(&message.to_string()).await;
        assert_eq!(client.receive().await["seat"], granted, "asked for {seat}");
        clients.push(client);
    }
}

#[tokio::test]
async fn everybody_in_a_room_knows_which_roles_are_present() {
    let relay = Relay::start().await;
    let (mut receiver, welcome) = relay.join("r", "receiver", 1).await;
    assert_eq!(welcome["roles"], json!(["receiver"]));
    let (mut a, welcome) = relay.join("r", "member", 2).await;
    assert_eq!(welcome["roles"], json!(["receiver", "member"]));
    let (b, _) = relay.join("r", "member", 3).await;
    a.receive().await;
    receiver.nothing_waits().await;
    assert_eq!(receiver.rooms, [json!(["receiver", "member"])], "told once");
    b.leave().await;
    assert_eq!(a.receive().await, peer_left(3, "left"));
    receiver.nothing_waits().await;
    assert_eq!(receiver.rooms.len(), 1, "one member is still there");
    a.break_off();
    relay.health_becomes("connections", 1).await;
    receiver.nothing_waits().await;
    assert_eq!(receiver.rooms.last(), Some(&json!(["receiver"])), "one whose seat is kept isn't");
    let (_sender, welcome) = relay.join("r", "sender", 4).await;
    assert_eq!(welcome["roles"], json!(["sender", "receiver"]));
    assert_eq!(receiver.receive().await, peer_joined(4, "sender"));
    receiver.nothing_waits().await;
    assert_eq!(receiver.rooms.last(), Some(&json!(["sender", "receiver"])));
}
