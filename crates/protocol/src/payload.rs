//! What is in an envelope: a numbered message from one page to another.
//!
//! The relay forgets everything when it is started anew, and a connection to it may
//! break at any moment. So two pages count for themselves: each message has a number, is
//! kept until the other side has acknowledged it, and is sent again when it may have been
//! lost. The same numbers hold over the relay and over a data channel, so that a
//! message that takes both ways counts once.

use serde::{Deserialize, Serialize};

use crate::message::{WireError, need};
use crate::signal::SignalWire;
use crate::{PageId, Signal};

/// What one page tells another, through the relay or directly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", try_from = "PayloadWire")]
pub struct Payload {
    /// The page that it is from. Numbers begin anew with every load of a page.
    pub page: PageId,
    /// The page that it is for. Another one has to ignore it.
    pub to_page: PageId,
    /// How many messages of the page that it is for have arrived, in order and without a
    /// gap: those need not be sent again.
    pub ack: u32,
    /// The message's number, from 1. None where only `ack` is to be said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<u32>,
    /// The message. None where it was withdrawn before it arrived, or is of a kind that this
    /// version doesn't know: its number still counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<Signal>,
}

/// A [`Payload`] as it is read: flat, like the other messages.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PayloadWire {
    page: PageId,
    to_page: PageId,
    ack: u32,
    seq: Option<u32>,
    signal: Option<SignalWire>,
}

impl TryFrom<PayloadWire> for Payload {
    type Error = WireError;

    fn try_from(wire: PayloadWire) -> Result<Self, WireError> {
        let PayloadWire { page, to_page, ack, seq, signal } = wire;
        if signal.is_some() {
            need(seq, "seq")?;
        }
        // A later version may say what this one doesn't know. Its number counts all the same:
        // nothing after it would ever be taken otherwise.
        let signal = signal.filter(SignalWire::is_known).map(Signal::try_from).transpose()?;
        Ok(Self { page, to_page, ack, seq, signal })
    }
}
