//! Joining, routing and leaving, over real sockets. Coming back is in `seats.rs`.

mod common;

use common::{
    Relay, id, join, peer, peer_at, peer_joined, peer_joined_at, peer_left, secret, signal,
};
use serde_json::{Value, json};
use sightline_relay::Config;
use tokio_tungstenite::tungstenite::Utf8Bytes;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

/// What a browser sends when a page is closed.
const GOING_AWAY: CloseFrame =
    CloseFrame { code: CloseCode::Away, reason: Utf8Bytes::from_static("") };

#[tokio::test]
async fn a_welcome_says_all_that_a_page_needs() {
    let stun = vec!["stun:a.example:3478".into(), "stun:b.example".into()];
    let config = Config { stun, ..Config::default() };
    let relay = Relay::with_config(config).await;
    let (_sender, welcome) = relay.join("Studio", "sender", 1).await;
    let expected = json!({
        "type": "welcome",
        "peer": id(1),
        "seat": 1,
        "peers": [],
        "roles": ["sender"],
        "iceServers": [{"urls": ["stun:a.example:3478"]}, {"urls": ["stun:b.example"]}],
        "heartbeat": {"pingAfterMs": 5000, "deadAfterMs": 12000},
    });
    assert_eq!(welcome, expected);

    // Upper case is the same name; a receiver sees the sender, not other receivers.
    let (_first, welcome) = relay.join("studio", "receiver", 2).await;
    assert_eq!(welcome["peers"], json!([peer(1, "sender")]));
    let (_second, welcome) = relay.join("STUDIO", "receiver", 3).await;
    assert_eq!(welcome["peers"], json!([peer(1, "sender")]));
    let (_other, welcome) = relay.join("another", "receiver", 4).await;
    assert_eq!(welcome["peers"], json!([]));
}

#[tokio::test]
async fn the_sender_hears_of_receivers_and_they_of_the_sender_alone() {
    let relay = Relay::start().await;
    let (mut early, _) = relay.join("r", "receiver", 2).await;
    let (mut late, welcome) = relay.join("r", "receiver", 3).await;
    assert_eq!(welcome["peers"], json!([]));
    early.nothing_waits().await;

    let (mut sender, welcome) = relay.join("r", "sender", 1).await;
    assert_eq!(welcome["peers"], json!([peer(2, "receiver"), peer_at(3, "receiver", 2)]));
    assert_eq!(early.receive().await, peer_joined(1, "sender"));
    assert_eq!(late.receive().await, peer_joined(1, "sender"));

    let (third, _) = relay.join("r", "receiver", 4).await;
    assert_eq!(sender.receive().await, peer_joined_at(4, "receiver", 3));
    third.leave().await;
    assert_eq!(sender.receive().await, peer_left(4, "left"));
    early.nothing_waits().await;
    late.nothing_waits().await;
}

#[tokio::test]
async fn envelopes_go_both_ways_untouched() {
    let relay = Relay::start().await;
    let (mut sender, _) = relay.join("r", "sender", 1).await;
    let (mut receiver, _) = relay.join("r", "receiver", 2).await;
    let (mut other, _) = relay.join("r", "receiver", 3).await;
    sender.receive().await;
    sender.receive().await;
    let long = format!("\"{}\"", "v=0 ".repeat(8_000));
    for payload in [
        r#"{"type":"createOffer","connection":1,"round":1,"sdp":"v=0\r\n"}"#,
        r#"{ "type" : "iceCandidate",   "new":{"nested":[ 1.0,1e400,{} ]}, "a":1,"a":2 }"#,
        r#""\u00e9\/é 🎥""#,
        "[ ]",
        "0",
        &long,
    ] {
        sender.send(&signal(&json!(id(2)), &format!("  {payload}\t"))).await;
        let from = id(1);
        let expected = format!(r#"{{"type":"signal","from":"{from}","payload":{payload}}}"#);
        assert_eq!(receiver.receive_text().await, expected);

        receiver.send(&signal(&json!(id(1)), payload)).await;
        let from = id(2);
        let expected = format!(r#"{{"type":"signal","from":"{from}","payload":{payload}}}"#);
        assert_eq!(sender.receive_text().await, expected);
    }
    other.nothing_waits().await;
}

#[tokio::test]
async fn envelopes_keep_their_order() {
    let relay = Relay::start().await;
    let (mut sender, _) = relay.join("r", "sender", 1).await;
    let (mut receiver, _) = relay.join("r", "receiver", 2).await;
    sender.receive().await;
    for round in 0..20 {
        for number in 0..30 {
            sender.send(&signal(&json!(id(2)), &(round * 30 + number).to_string())).await;
        }
        for number in 0..30 {
            assert_eq!(receiver.receive().await["payload"], round * 30 + number);
        }
    }
}

#[tokio::test]
async fn a_second_sender_is_refused_and_the_first_stays() {
    let relay = Relay::start().await;
    let (mut sender, _) = relay.join("r", "sender", 1).await;
    assert_eq!(relay.join_refused("r", "sender", 2).await, ("senderPresent".into(), 4409));
    sender.nothing_waits().await;
    sender.leave().await;
    relay.join("r", "sender", 2).await;
}

#[tokio::test]
async fn a_ninth_receiver_is_refused_until_one_leaves() {
    let relay = Relay::start().await;
    let mut receivers = Vec::new();
    for number in 1..=8 {
        receivers.push(relay.join("r", "receiver", number).await.0);
    }
    assert_eq!(relay.join_refused("r", "receiver", 9).await, ("roomFull".into(), 4403));
    relay.join("r", "sender", 10).await;
    receivers.pop().unwrap().leave().await;
    relay.join("r", "receiver", 9).await;
}

#[tokio::test]
async fn how_a_peer_went_is_told() {
    let relay = Relay::start().await;
    let (mut receiver, _) = relay.join("r", "receiver", 1).await;
    let left = |reason| peer_left(2, reason);

    let (sender, _) = relay.join("r", "sender", 2).await;
    receiver.receive().await;
    sender.leave().await;
    assert_eq!(receiver.receive().await, left("left"));

    let (mut sender, _) = relay.join("r", "sender", 2).await;
    receiver.receive().await;
    sender.socket.close(Some(GOING_AWAY)).await.unwrap();
    assert_eq!(receiver.receive().await, left("left"), "its page was closed");

    let (mut sender, _) = relay.join("r", "sender", 2).await;
    receiver.receive().await;
    sender.socket.close(None).await.unwrap();
    assert_eq!(receiver.receive().await, left("lost"), "it may have taken it for dead");

    let (sender, _) = relay.join("r", "sender", 2).await;
    receiver.receive().await;
    drop(sender);
    assert_eq!(receiver.receive().await, left("lost"), "the connection broke");

    let (sender, _) = relay.join("r", "sender", 2).await;
    receiver.receive().await;
    sender.break_off();
    assert_eq!(receiver.receive().await, left("lost"), "the connection was reset");
}

#[tokio::test]
async fn rooms_vanish_with_their_last_peer() {
    let relay = Relay::start().await;
    let (sender, _) = relay.join("r", "sender", 1).await;
    let (receiver, _) = relay.join("r", "receiver", 2).await;
    let (other, _) = relay.join("s", "sender", 1).await;
    assert_eq!(relay.health().await["rooms"], 2);
    assert_eq!(relay.health().await["connections"], 3);
    sender.leave().await;
    relay.health_becomes("rooms", 2).await;
    receiver.leave().await;
    relay.health_becomes("rooms", 1).await;
    other.leave().await;
    relay.health_becomes("rooms", 0).await;
    relay.health_becomes("connections", 0).await;
}

#[tokio::test]
async fn envelopes_that_can_not_be_delivered_are_answered() {
    let relay = Relay::start().await;
    let (mut receiver, _) = relay.join("r", "receiver", 1).await;
    let (_other, _) = relay.join("r", "receiver", 2).await;
    let (_elsewhere, _) = relay.join("s", "sender", 3).await;
    for (to, code) in
        [(id(2), "notAllowed"), (id(3), "noSuchPeer"), (id(9), "noSuchPeer"), (id(1), "noSuchPeer")]
    {
        receiver.send(&signal(&Value::from(to), "1")).await;
        assert_eq!(receiver.error().await.0, code);
    }
    receiver.nothing_waits().await;

    // A peer that left while forty candidates were on their way to it is no reason to
    // close this connection.
    for _ in 0..40 {
        receiver.send(&signal(&json!(id(9)), "1")).await;
        assert_eq!(receiver.error().await.0, "noSuchPeer");
    }
    receiver.nothing_waits().await;
}

#[tokio::test]
async fn what_comes_out_of_order_is_answered() {
    let relay = Relay::start().await;
    let mut client = relay.connect().await;
    client.nothing_waits().await;
    client.send(&signal(&json!(id(1)), "1")).await;
    assert_eq!(client.error().await.0, "notJoined");
    client.send(&join("r", "sender", 1)).await;
    assert_eq!(client.receive().await["type"], "welcome");
    client.send(&join("s", "sender", 1)).await;
    assert_eq!(client.error().await.0, "alreadyJoined");
    client.nothing_waits().await;
    assert_eq!(relay.health().await["rooms"], 1);
    client.leave().await;
    relay.connect().await.leave().await;
}

#[tokio::test]
async fn a_secret_is_told_to_nobody() {
    let relay = Relay::start().await;
    let (mut receiver, _) = relay.join("r", "receiver", 1).await;
    let (_sender, welcome) = relay.join("r", "sender", 0xab).await;
    assert!(!welcome.to_string().contains(&secret(0xab)));
    assert!(!receiver.receive_text().await.contains(&secret(0xab)));
}

#[tokio::test]
async fn members_of_a_call_see_each_other_and_nobody_else() {
    let relay = Relay::start().await;
    let (mut sender, _) = relay.join("r", "sender", 1).await;
    let (_receiver, _) = relay.join("r", "receiver", 2).await;
    sender.receive().await;
    let (mut a, welcome) = relay.join("r", "member", 3).await;
    assert_eq!(welcome["peers"], json!([]));
    let (mut b, welcome) = relay.join("r", "member", 4).await;
    assert_eq!(welcome["peers"], json!([peer(3, "member")]));
    assert_eq!(a.receive().await, peer_joined_at(4, "member", 2));
    a.send(&signal(&json!(id(4)), "[1]")).await;
    let envelope = json!({"type": "signal", "from": id(3), "payload": [1]});
    assert_eq!(b.receive().await, envelope);
    for (from, to) in [(&mut b, 1), (&mut sender, 3)] {
        from.send(&signal(&json!(id(to)), "1")).await;
        assert_eq!(from.error().await.0, "notAllowed");
    }
    b.leave().await;
    assert_eq!(a.receive().await, peer_left(4, "left"));
    sender.nothing_waits().await;
}

#[tokio::test]
async fn a_fifth_member_is_refused_until_one_leaves() {
    let relay = Relay::start().await;
    let mut members = Vec::new();
    for number in 1..=4 {
        members.push(relay.join("r", "member", number).await.0);
    }
    assert_eq!(relay.join_refused("r", "member", 5).await, ("roomFull".into(), 4403));
    // Who sends and receives in a room of that name isn't in the call.
    relay.join("r", "sender", 10).await;
    relay.join("r", "receiver", 11).await;
    members.pop().unwrap().leave().await;
    relay.join("r", "member", 5).await;
}

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
