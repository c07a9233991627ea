//! Messages as JSON text. `crates/protocol` says what they look like.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Parses a message. None for whatever is not one.
pub(crate) fn parse<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text).ok()
}

/// Writes a message.
pub(crate) fn write<T: Serialize>(message: &T) -> String {
    serde_json::to_string(message).expect("a message has string keys and no failing serializer")
}
