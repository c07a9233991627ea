//! docs/protocol.md shows every message, and each of its examples is one.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests fail as tests do"
)]

use serde::Serialize;
use serde::de::DeserializeOwned;
use sightline_protocol::{ClientMessage, ErrorCode, Payload, RelayMessage, Signal};

const DOCUMENT: &str = include_str!("../../../docs/protocol.md");

/// The examples: what is in fences ```` ```json KIND ````.
fn examples(kind: &str) -> Vec<&'static str> {
    let fence = format!("```json {kind}\n");
    DOCUMENT.split(fence.as_str()).skip(1).filter_map(|rest| rest.split("\n```").next()).collect()
}

/// Parses the examples, writes them again and compares; returns their types.
fn check<T: DeserializeOwned + Serialize>(kind: &str) -> Vec<String> {
    let examples = examples(kind);
    assert!(!examples.is_empty(), "no example of {kind}");
    examples
        .into_iter()
        .map(|text| {
            let message: T = serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"));
            let written = serde_json::to_value(message).unwrap();
            let read: serde_json::Value = serde_json::from_str(text).unwrap();
            assert_eq!(written, read, "the example has something that the type hasn't");
            read["type"].as_str().unwrap_or_default().to_owned()
        })
        .collect()
}

#[test]
fn every_message_has_an_example() {
    let covers = |types: &[String], expected: &[&str]| {
        for name in expected {
            assert!(types.iter().any(|found| found == name), "no example of {name}");
        }
    };
    covers(&check::<ClientMessage>("client"), &["join", "signal", "leave", "ping"]);
    covers(
        &check::<RelayMessage>("relay"),
        &["welcome", "peerJoined", "peerLeft", "room", "signal", "error", "pong"],
    );
    check::<Payload>("payload");
    covers(
        &check::<Signal>("signal"),
        &[
            "createOffer",
            "createAnswer",
            "iceCandidate",
            "connectionFailed",
            "media",
            "iceReport",
            "leave",
        ],
    );
}

#[test]
fn every_fence_is_checked() {
    let fences = DOCUMENT.matches("```json").count();
    let checked = ["client", "relay", "payload", "signal"].map(|kind| examples(kind).len());
    assert_eq!(checked.iter().sum::<usize>(), fences);
}

/// The table of errors says of each what the code does.
#[test]
fn the_close_codes_are_the_documented_ones() {
    let mut rows = 0;
    for row in DOCUMENT.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let code: ErrorCode = serde_json::from_str(&cells[1].replace('`', "\"")).unwrap();
        rows += 1;
        if code == ErrorCode::Malformed || code == ErrorCode::Unknown {
            continue;
        }
        assert_ne!(code, ErrorCode::Unknown, "{row}");
        let expected = code.close_code().map_or("none".to_owned(), |close| close.0.to_string());
        assert_eq!(cells[3], expected, "{row}");
    }
    assert_eq!(rows, 18);
}
