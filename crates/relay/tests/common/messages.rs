//! Messages as JSON, for peers whose secret is a repeated number.

use serde_json::{Value, json};

pub fn secret(number: u8) -> String {
    format!("{number:02x}").repeat(16)
}

/// The peer id for [`secret`].
pub fn id(number: u8) -> String {
    sightline_relay::peer_id(&sightline_protocol::PeerSecret::from_bytes([number; 16])).to_string()
}

/// The page in [`join`].
pub const PAGE: u32 = 7;

pub fn join(room: &str, role: &str, number: u8) -> String {
    join_from(room, role, number, PAGE)
}

/// Like [`join`], from another load of the page.
pub fn join_from(room: &str, role: &str, number: u8, instance: u32) -> String {
    let secret = secret(number);
    json!({"type": "join", "room": room, "role": role, "secret": secret, "instance": instance})
        .to_string()
}

/// A peer as others see it, in the first seat of its role.
pub fn peer(number: u8, role: &str) -> Value {
    peer_at(number, role, 1)
}

/// Like [`peer`], in another seat.
pub fn peer_at(number: u8, role: &str, seat: u8) -> Value {
    json!({"peer": id(number), "role": role, "instance": PAGE, "seat": seat})
}

pub fn peer_joined(number: u8, role: &str) -> Value {
    peer_joined_at(number, role, 1)
}

pub fn peer_joined_at(number: u8, role: &str, seat: u8) -> Value {
    let mut peer = peer_at(number, role, seat);
    peer["type"] = json!("peerJoined");
    peer
}

pub fn peer_left(number: u8, reason: &str) -> Value {
    json!({"type": "peerLeft", "peer": id(number), "reason": reason})
}

/// An envelope with this JSON as its payload.
pub fn signal(to: &Value, payload: &str) -> String {
    format!(r#"{{"type":"signal","to":{to},"payload":{payload}}}"#)
}
