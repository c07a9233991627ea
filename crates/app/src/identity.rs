//! Who this page is: its room where it has to make one up, and its secret.

use sightline_protocol::{PeerSecret, Role, RoomName};
use sightline_web::{SessionStorage, random_bytes, seconds_since_1970};

/// A room's name that nobody else has.
pub(crate) fn new_room() -> RoomName {
    RoomName::from_bits(u64::from_le_bytes(random()))
}

/// A number that differs from load to load.
pub(crate) fn new_seed() -> u64 {
    u64::from_le_bytes(random())
}

/// This page's secret in a room. A sender keeps its own over a reload, so that it
/// takes its own seat again; a receiver needs no seat of its own.
pub(crate) fn secret(room: &RoomName, role: Role) -> PeerSecret {
    if role == Role::Receiver {
        return PeerSecret::from_bytes(random());
    }
    let key = format!("sightline.secret.{room}");
    let kept = SessionStorage.get(&key).and_then(|kept| PeerSecret::parse(&kept).ok());
    kept.unwrap_or_else(|| {
        let secret = PeerSecret::from_bytes(random());
        SessionStorage.set(&key, &String::from(secret));
        secret
    })
}

fn random<const N: usize>() -> [u8; N] {
    random_bytes().unwrap_or_else(|_| {
        // No supported browser is without `crypto`. One that is gets an id that is
        // rather unlikely to be taken, instead of no page at all.
        let mut bytes = [0; N];
        let clock = seconds_since_1970().to_le_bytes();
        let fine = sightline_web::now().subsec_nanos().to_le_bytes();
        bytes.iter_mut().zip(clock.iter().chain(&fine)).for_each(|(to, from)| *to = *from);
        bytes
    })
}
