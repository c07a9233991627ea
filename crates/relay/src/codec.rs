//! Parses and encodes messages. An envelope's payload is passed through unchanged.

use std::time::Duration;

use serde_json::value::RawValue;
use sightline_protocol::{ClientMessage, ClientWire, ErrorCode, RelayMessage, WireError};
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// How much of a parse error is sent back, in bytes. It may quote the message.
const MAX_DETAIL: usize = 160;

/// Parses a client's message.
///
/// # Errors
/// The code and the text to reply with.
pub(crate) fn parse(text: &str) -> Result<ClientMessage<&RawValue>, (ErrorCode, String)> {
    let wire: ClientWire<&RawValue> =
        serde_json::from_str(text).map_err(|error| malformed(&error.to_string()))?;
    ClientMessage::try_from(wire).map_err(|error| match error {
        WireError::Room(error) => (ErrorCode::InvalidRoom, error.to_string()),
        WireError::Missing(_) | WireError::Unknown => malformed(&error.to_string()),
    })
}

fn malformed(detail: &str) -> (ErrorCode, String) {
    let end = (0..=MAX_DETAIL.min(detail.len())).rfind(|end| detail.is_char_boundary(*end));
    let detail = end.and_then(|end| detail.get(..end)).unwrap_or_default();
    let text = format!(
        "The message is invalid ({detail}). Send a JSON object with `type` and the fields of that \
         type."
    );
    (ErrorCode::Malformed, text)
}

/// Encodes a message for a client.
pub(crate) fn encode(message: &RelayMessage<&RawValue>) -> Utf8Bytes {
    serde_json::to_string(message).expect("all keys are strings and no value can fail").into()
}

/// Encodes an error message.
pub(crate) fn encode_error(
    code: ErrorCode,
    message: String,
    retry_after: Option<Duration>,
) -> Utf8Bytes {
    // Saturates at 49 days.
    let retry_after_ms = retry_after.map(|time| time.as_millis().try_into().unwrap_or(u32::MAX));
    encode(&RelayMessage::Error { code, message, retry_after_ms })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "00112233445566778899aabbccddeeff";

    #[test]
    fn payloads_pass_through_unchanged() {
        for payload in [
            "{}",
            r#"{ "a" :  [1,  2.50, 1e3 ] ,"a":"twice","\u0041":"\u00e9é\/" }"#,
            "[ [ [ ] ] ]",
            r#""text""#,
            "12345678901234567890.10",
            "true",
        ] {
            let text =
                format!(r#"{{"payload": {payload} ,"new":{{}},"to":"{ID}","type":"signal"}}"#);
            let Ok(ClientMessage::Signal { to, payload: parsed }) = parse(&text) else {
                panic!("{text}")
            };
            assert_eq!(parsed.get(), payload);
            let encoded = encode(&RelayMessage::Signal { from: to, payload: parsed });
            let expected = format!(r#"{{"type":"signal","from":"{ID}","payload":{payload}}}"#);
            assert_eq!(encoded.as_str(), expected);
        }
    }

    #[test]
    fn error_texts_are_short_and_valid_utf8() {
        for kind in ["x".repeat(60_000), "é".repeat(30_000)] {
            let (code, text) = parse(&format!(r#"{{"type":"{kind}"}}"#)).unwrap_err();
            assert_eq!(code, ErrorCode::Malformed);
            assert!(text.len() < 400, "{} bytes", text.len());
        }
    }

    #[test]
    fn invalid_room_names_have_their_own_code() {
        let text = format!(
            r#"{{"type":"join","room":"a b","role":"sender","secret":"{ID}","instance":1}}"#
        );
        assert_eq!(parse(&text).unwrap_err().0, ErrorCode::InvalidRoom);
        assert_eq!(parse(r#"{"type":"join"}"#).unwrap_err().0, ErrorCode::Malformed);
    }

    #[test]
    fn deeply_nested_payloads_do_not_overflow_the_stack() {
        let deep = format!("{}{}", "[".repeat(30_000), "]".repeat(30_000));
        assert!(parse(&format!(r#"{{"type":"signal","to":"{ID}","payload":{deep}}}"#)).is_ok());
        assert!(parse(&deep).is_err());
    }
}
