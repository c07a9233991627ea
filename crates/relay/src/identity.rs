//! Peer ids. An id is a hash of the peer's secret: a client that comes back with the same secret
//! is the same peer, also after a restart or on another relay, and the relay has to store
//! nothing for that.

use std::fmt;

use sha2::{Digest, Sha256};
use sightline_protocol::{PeerId, PeerSecret};

/// Separates these hashes from any other use of the same secret.
const DOMAIN: &[u8] = b"sightline peer id v1\0";

/// The public id for a secret: the first 16 bytes of SHA-256 over
/// `"sightline peer id v1"`, a zero byte and the secret's 16 bytes.
#[must_use]
pub fn peer_id(secret: &PeerSecret) -> PeerId {
    let hash = Sha256::new().chain_update(DOMAIN).chain_update(secret.as_bytes()).finalize();
    let mut id = [0; 16];
    for (to, from) in id.iter_mut().zip(hash) {
        *to = from;
    }
    PeerId::from_bytes(id)
}

/// A peer id in the log. Its first eight digits are enough to tell peers apart, and nobody can
/// address the peer with them.
pub(crate) struct ShortId(pub(crate) PeerId);

impl fmt::Display for ShortId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, ..] = self.0.as_bytes();
        write!(f, "{a:02x}{b:02x}{c:02x}{d:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_depends_only_on_the_secret() {
        // From `printf 'sightline peer id v1\0\0…\0' | sha256sum`. Other relays
        // and other versions must compute the same id.
        let id = peer_id(&PeerSecret::from_bytes([0; 16]));
        assert_eq!(id.to_string(), EXPECTED_FOR_ZEROES);
        assert_eq!(ShortId(id).to_string(), EXPECTED_FOR_ZEROES[..8]);
        assert_ne!(id, peer_id(&PeerSecret::from_bytes([1; 16])));
    }

    const EXPECTED_FOR_ZEROES: &str = "cb27bea7d678fae9f9db839095759f03";
}
