//! What a page says to the chunks of a probe (`docs/protocol.md`, "The probe").

use serde::{Deserialize, Serialize};

/// How much of a train of chunks has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProbeReport {
    /// The train, as its chunks name it.
    pub train: u8,
    /// The bytes of its chunks that have come so far.
    pub bytes: u32,
}
