//! What a page knows about why it can't reach another, without an address in it.

use serde::{Deserialize, Serialize};

/// How an attempt to connect stands, as one of its two sides sees it. The two tell each
/// other, so that both can say why it fails.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct IceReport {
    /// How many addresses of its own the browser found (`host`).
    pub host: u16,
    /// How many a STUN server told it (`srflx`).
    pub reflexive: u16,
    /// How many a TURN server gave it (`relay`).
    pub relayed: u16,
    /// Gathering has come to its end, or should have.
    pub gathered: bool,
    /// A STUN server was configured.
    pub stun: bool,
    /// A TURN server was configured.
    pub turn: bool,
    /// What servers answered, or that they did not (`icecandidateerror`; RFC 8489, section
    /// 14.8; 701: not reached). Each code once.
    pub errors: Vec<u16>,
    /// How many candidates of the other side have come.
    pub received: u16,
    /// What the candidate pairs say.
    pub paths: Paths,
}

/// What became of the candidate pairs (RFC 8445, section 6.1.2.6), in counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Paths {
    /// Pairs that there are.
    pub tried: u16,
    /// Pairs over which a check of the other side came in.
    pub heard: u16,
    /// Pairs over which an answer to a check of ours came.
    pub answered: u16,
    /// Pairs that work both ways.
    pub working: u16,
    /// The two have found a path and failed to agree on keys over it (DTLS).
    pub keys_failed: bool,
}
