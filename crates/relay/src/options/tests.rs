//! Tests of the command line.

use std::time::Duration;

use clap::CommandFactory;

use super::*;

fn parse(arguments: &[&str]) -> Result<Config, String> {
    let all = std::iter::once("sightline").chain(arguments.iter().copied());
    Options::try_parse_from(all).map_err(|error| error.to_string())?.config()
}

#[test]
fn the_command_line_definition_is_valid() {
    Options::command().debug_assert();
}

#[test]
fn without_options_the_defaults_apply() {
    let config = parse(&[]).unwrap();
    assert_eq!(config.limits, Limits::default());
    assert!(config.stun.is_empty() && config.allowed_origins.is_empty());
}

#[test]
fn options_reach_the_configuration() {
    let config = parse(&[
        "--stun=stun:a.example",
        "--stun=stuns:[2001:db8::1]:5349,stun:b.example:3478",
        "--allow-origin=https://a.example",
        "--max-receivers=2",
        "--max-members=3",
        "--keep-seat=90s",
        "--keep-closed-seat=5s",
        "--idle-timeout=1m 5s",
        "--join-timeout=500ms",
        "--max-message-rate=7",
        "--max-message-burst=70",
        "--max-byte-rate=2048",
        "--max-byte-burst=4096",
    ])
    .unwrap();
    assert_eq!(config.stun, ["stun:a.example", "stuns:[2001:db8::1]:5349", "stun:b.example:3478"]);
    assert_eq!(config.allowed_origins.len(), 1);
    assert_eq!((config.limits.receivers, config.limits.members), (2, 3));
    assert_eq!(config.limits.keep_seat, Duration::from_secs(90));
    assert_eq!(config.limits.keep_closed_seat, Duration::from_secs(5));
    assert_eq!(config.limits.idle_timeout, Duration::from_secs(65));
    let limits = &config.limits;
    assert_eq!((limits.message_rate, limits.message_burst), (7, 70));
    assert_eq!((limits.byte_rate, limits.byte_burst), (2048, 4096));
    assert_eq!(config.limits.join_timeout, Duration::from_millis(500));
}

#[test]
fn invalid_values_are_refused_with_a_reason() {
    for (argument, reason) in [
        ("--stun=stun.example.org", "expected stun:HOST"),
        ("--stun=stun://a.example", "expected stun:HOST"),
        ("--stun=stun:", "expected stun:HOST"),
        ("--stun=stun:a.example:0", "expected stun:HOST"),
        ("--stun=stun:a.example:x", "expected stun:HOST"),
        ("--stun=stun:a b", "expected stun:HOST"),
        ("--stun=stun:[::1]x", "expected stun:HOST"),
        ("--stun=turn:a.example", "expected stun:HOST"),
        ("--allow-origin=a.example", "expected scheme://host"),
        ("--allow-origin=https://a.example/x", "expected scheme://host"),
        ("--listen=8080", "invalid socket address"),
        ("--max-room-name=65", "at most 64"),
        ("--max-room-name=0", "at least 1"),
        ("--max-receivers=9", "expected at most 8, the number of receivers"),
        ("--max-receivers=0", "at least 1"),
        ("--max-members=5", "expected at most 4, the number of members"),
        ("--max-members=1", "at least 2"),
        ("--keep-seat=0s", "more than zero"),
        ("--max-message-rate=0", "at least 1"),
        ("--max-byte-rate=100", "at least 1024"),
        ("--max-message-bytes=10", "at least 1024"),
        ("--max-message-bytes=1000000", "--max-queue-bytes must be larger"),
        ("--idle-timeout=5", "for example 5s"),
        ("--idle-timeout=0s", "more than zero"),
        ("--idle-timeout=9y", "at most a day"),
        ("--idle-timeout=10s", "--ping-after must be shorter"),
    ] {
        let error = parse(&[argument]).unwrap_err();
        assert!(error.contains(reason), "{argument}: {error}");
    }
    let nine = ["--stun=stun:a.example"; 9];
    assert!(parse(&nine).unwrap_err().contains("at most 8 times"));
}
