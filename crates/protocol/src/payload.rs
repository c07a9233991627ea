//! What is in an envelope: a numbered message from one page to another.
//!
//! The relay forgets everything when it is started anew, and a connection to it may
//! break at any moment. So two pages count for themselves: each message has a number, is
//! kept until the other side has acknowledged it, and is sent again when it may have been
//! lost. The same numbers hold over the relay and over a data channel, so that a
//! message that takes both ways counts once.

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::message::{WireError, need};
use crate::signal::SignalWire;
use crate::{InstanceId, Signal};

/// What one page tells another, through the relay or directly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", try_from = "PayloadWire")]
pub struct Payload {
    /// The page that it is from. Numbers begin anew with every load of a page.
    pub instance: InstanceId,
    /// The page that it is for. Another one has to ignore it.
    pub to_instance: InstanceId,
    /// How many messages of the page that it is for have arrived, in order and without a
    /// gap: those need not be sent again.
    pub ack: u32,
    /// The message's number, from 1. None where only `ack` is to be said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<u32>,
    /// The message. None where it was withdrawn before it arrived, or where it can't be
    /// understood: its number still counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<Signal>,
    /// Why there is no message though one came. Known to the reader alone, never sent.
    #[serde(skip)]
    pub unread: Option<Unread>,
}

/// Why a message could not be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// It is of a type that this version doesn't know.
    Unknown,
    /// A field is missing or has a value that it can't have, or it is no object at all.
    Malformed,
}

/// A [`Payload`] as it is read: flat, like the other messages.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PayloadWire {
    instance: InstanceId,
    to_instance: InstanceId,
    ack: u32,
    seq: Option<u32>,
    signal: Option<LenientSignal>,
}

/// A message of which it is not known yet whether it can be read. What can't must not make
/// the whole payload unreadable: its number would never be taken, nor any message after it.
#[derive(Deserialize)]
#[serde(untagged)]
enum LenientSignal {
    Read(Box<SignalWire>),
    Unreadable(IgnoredAny),
}

impl LenientSignal {
    fn read(self) -> Result<Signal, Unread> {
        match self {
            Self::Read(wire) if !wire.is_known() => Err(Unread::Unknown),
            Self::Read(wire) => Signal::try_from(*wire).map_err(|_| Unread::Malformed),
            Self::Unreadable(_) => Err(Unread::Malformed),
        }
    }
}

impl TryFrom<PayloadWire> for Payload {
    type Error = WireError;

    fn try_from(wire: PayloadWire) -> Result<Self, WireError> {
        let PayloadWire { instance, to_instance, ack, seq, signal } = wire;
        if signal.is_some() {
            need(seq, "seq")?;
        }
        let (signal, unread) = match signal.map(LenientSignal::read) {
            None => (None, None),
            Some(Ok(signal)) => (Some(signal), None),
            Some(Err(unread)) => (None, Some(unread)),
        };
        Ok(Self { instance, to_instance, ack, seq, signal, unread })
    }
}
