//! Messages as JSON text, by way of the browser's own JSON.
//!
//! Written out by hand for the few messages that there are. Measured on a first load after
//! compression: serde with a parser of its own is 20 kB more, with the browser's parser and
//! a plain bridge between the two 6 kB. `crates/protocol` says what the messages look like;
//! the tests here hold this to it, message by message, and to what is no message.

mod read;
mod write;

use sightline_protocol::{ClientMessage, Payload, RelayMessage};

/// Reads what the relay says. None for whatever is no message.
pub(crate) fn relay_message(text: &str) -> Option<RelayMessage> {
    read::relay_message(&js_sys::JSON::parse(text).ok()?)
}

/// Reads what another page says. None for whatever is no message.
pub(crate) fn payload(text: &str) -> Option<Payload> {
    read::payload(&js_sys::JSON::parse(text).ok()?)
}

/// Writes what is said to the relay.
pub(crate) fn write_message(message: &ClientMessage) -> String {
    write::client_message(message)
}

/// Writes what is said to another page.
pub(crate) fn write_payload(payload: &Payload) -> String {
    write::payload(payload)
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "json_garbage.rs"]
mod garbage;
