//! Joining, routing and leaving. Coming back is tested in `seats.rs`.

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
async fn welcome_contains_all_that_a_page_needs() {
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

    // Names are case-insensitive. A receiver sees the sender, and no other receivers.
    let (_first, welcome) = relay.join("studio", "receiver", 2).await;
    assert_eq!(welcome["peers"], json!([peer(1, "sender")]));
    let (_second, welcome) = relay.join("STUDIO", "receiver", 3).await;
    assert_eq!(welcome["peers"], json!([peer(1, "sender")]));
    let (_other, welcome) = relay.join("another", "receiver", 4).await;
    assert_eq!(welcome["peers"], json!([]));
}

#[tokio::test]
async fn the_sender_sees_receivers_and_they_see_only_the_sender() {
    let relay = Relay::start().await;
    let (mut early, _) = relay.join("r", "receiver", 2).await;
    let (mut late, welcome) = relay.join("r", "receiver", 3).await;
    assert_eq!(welcome["peers"], json!([]));
    early.assert_no_messages().await;

    let (mut sender, welcome) = relay.join("r", "sender", 1).await;
    assert_eq!(welcome["peers"], json!([peer(2, "receiver"), peer_at(3, "receiver", 2)]));
    assert_eq!(early.receive().await, peer_joined(1, "sender"));
    assert_eq!(late.receive().await, peer_joined(1, "sender"));

    let (third, _) = relay.join("r", "receiver", 4).await;
    assert_eq!(sender.receive().await, peer_joined_at(4, "receiver", 3));
    third.leave().await;
    assert_eq!(sender.receive().await, peer_left(4, "left"));
    early.assert_no_messages().await;
    late.assert_no_messages().await;
}

#[tokio::test]
async fn envelopes_are_routed_both_ways_unchanged() {
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
    other.assert_no_messages().await;
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
    sender.assert_no_messages().await;
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
async fn peer_left_has_the_reason() {
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
    assert_eq!(receiver.receive().await, left("lost"), "the page may reconnect");

    let (sender, _) = relay.join("r", "sender", 2).await;
    receiver.receive().await;
    drop(sender);
    assert_eq!(receiver.receive().await, left("lost"), "the connection broke");

    let (sender, _) = relay.join("r", "sender", 2).await;
    receiver.receive().await;
    sender.reset();
    assert_eq!(receiver.receive().await, left("lost"), "the connection was reset");
}

#[tokio::test]
async fn a_room_is_removed_with_its_last_peer() {
    let relay = Relay::start().await;
    let (sender, _) = relay.join("r", "sender", 1).await;
    let (receiver, _) = relay.join("r", "receiver", 2).await;
    let (other, _) = relay.join("s", "sender", 1).await;
    assert_eq!(relay.health().await["rooms"], 2);
    assert_eq!(relay.health().await["connections"], 3);
    sender.leave().await;
    relay.wait_for_health("rooms", 2).await;
    receiver.leave().await;
    relay.wait_for_health("rooms", 1).await;
    other.leave().await;
    relay.wait_for_health("rooms", 0).await;
    relay.wait_for_health("connections", 0).await;
}

#[tokio::test]
async fn undeliverable_envelopes_get_an_error() {
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
    receiver.assert_no_messages().await;

    // Many of these errors don't close the connection: a peer may leave while forty candidates
    // are on their way to it.
    for _ in 0..40 {
        receiver.send(&signal(&json!(id(9)), "1")).await;
        assert_eq!(receiver.error().await.0, "noSuchPeer");
    }
    receiver.assert_no_messages().await;
}

#[tokio::test]
async fn messages_out_of_order_get_an_error() {
    let relay = Relay::start().await;
    let mut client = relay.connect().await;
    client.assert_no_messages().await;
    client.send(&signal(&json!(id(1)), "1")).await;
    assert_eq!(client.error().await.0, "notJoined");
    client.send(&join("r", "sender", 1)).await;
    assert_eq!(client.receive().await["type"], "welcome");
    client.send(&join("s", "sender", 1)).await;
    assert_eq!(client.error().await.0, "alreadyJoined");
    client.assert_no_messages().await;
    assert_eq!(relay.health().await["rooms"], 1);
    client.leave().await;
    relay.connect().await.leave().await;
}

#[tokio::test]
async fn secrets_are_sent_to_nobody() {
    let relay = Relay::start().await;
    let (mut receiver, _) = relay.join("r", "receiver", 1).await;
    let (_sender, welcome) = relay.join("r", "sender", 0xab).await;
    assert!(!welcome.to_string().contains(&secret(0xab)));
    assert!(!receiver.receive_text().await.contains(&secret(0xab)));
}

#[tokio::test]
async fn members_of_a_call_see_only_each_other() {
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
    sender.assert_no_messages().await;
}

#[tokio::test]
async fn a_fifth_member_is_refused_until_one_leaves() {
    let relay = Relay::start().await;
    let mut members = Vec::new();
    for number in 1..=4 {
        members.push(relay.join("r", "member", number).await.0);
    }
    assert_eq!(relay.join_refused("r", "member", 5).await, ("roomFull".into(), 4403));
    // The sender and the receivers of a room don't count as members.
    relay.join("r", "sender", 10).await;
    relay.join("r", "receiver", 11).await;
    members.pop().unwrap().leave().await;
    relay.join("r", "member", 5).await;
}
