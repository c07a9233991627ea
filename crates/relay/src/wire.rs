//! Messages to and from text. An envelope's payload stays the text that came.

use std::time::Duration;

use serde_json::value::RawValue;
use sightline_protocol::{ClientMessage, ClientWire, ErrorCode, RelayMessage, WireError};
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// How much of a parser's complaint goes back, in bytes: it may quote the message.
const MAX_DETAIL: usize = 160;

/// Reads a client's message.
///
/// # Errors
/// The code and the sentence to answer with.
pub(crate) fn read(text: &str) -> Result<ClientMessage<&RawValue>, (ErrorCode, String)> {
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
    let sentence = format!(
        "This is not a message of the protocol ({detail}). Send a JSON object with `type` and \
         the fields of that type."
    );
    (ErrorCode::Malformed, sentence)
}

/// Writes a message for a client.
pub(crate) fn write(message: &RelayMessage<&RawValue>) -> Utf8Bytes {
    serde_json::to_string(message).expect("its keys are text and nothing in it can fail").into()
}

/// Writes an error message.
pub(crate) fn write_error(
    code: ErrorCode,
    message: String,
    retry_after: Option<Duration>,
) -> Utf8Bytes {
    // A time that is too long for the field is longer than anybody waits.
    let retry_after_ms = retry_after.map(|time| time.as_millis().try_into().unwrap_or(u32::MAX));
    write(&RelayMessage::Error { code, message, retry_after_ms })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "00112233445566778899aabbccddeeff";

    #[test]
    fn a_payload_passes_through_as_it_came() {
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
            let Ok(ClientMessage::Signal { to, payload: read }) = read(&text) else {
                panic!("{text}")
            };
            assert_eq!(read.get(), payload);
            let written = write(&RelayMessage::Signal { from: to, payload: read });
            let expected = format!(r#"{{"type":"signal","from":"{ID}","payload":{payload}}}"#);
            assert_eq!(written.as_str(), expected);
        }
    }

    #[test]
    fn a_complaint_is_short_and_whole_text() {
        for kind in ["x".repeat(60_000), "é".repeat(30_000)] {
            let (code, sentence) = read(&format!(r#"{{"type":"{kind}"}}"#)).unwrap_err();
            assert_eq!(code, ErrorCode::Malformed);
            assert!(sentence.len() < 400, "{} bytes", sentence.len());
        }
    }

    #[test]
    fn a_bad_room_name_is_told_from_a_malformed_message() {
        let text =
            format!(r#"{{"type":"join","room":"a b","role":"sender","secret":"{ID}","page":1}}"#);
        assert_eq!(read(&text).unwrap_err().0, ErrorCode::InvalidRoom);
        assert_eq!(read(r#"{"type":"join"}"#).unwrap_err().0, ErrorCode::Malformed);
    }

    #[test]
    fn deep_nesting_is_skipped_without_recursion() {
        let deep = format!("{}{}", "[".repeat(30_000), "]".repeat(30_000));
        assert!(read(&format!(r#"{{"type":"signal","to":"{ID}","payload":{deep}}}"#)).is_ok());
        assert!(read(&deep).is_err());
    }
}
