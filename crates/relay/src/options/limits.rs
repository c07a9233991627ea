//! The options that limit what clients can use.

#![allow(rustdoc::bare_urls, reason = "these comments are the text of --help")]

use std::time::Duration;

use clap::Args;
use sightline_protocol::limits::{MAX_MEMBERS, MAX_MESSAGE_BYTES, MAX_RECEIVERS, MAX_ROOM_NAME};
use sightline_relay::config::{
    BYTE_BURST, BYTE_RATE, HEAD_TIMEOUT, IDLE_TIMEOUT, JOIN_TIMEOUT, KEEP_CLOSED_SEAT, KEEP_SEAT,
    MAX_CONNECTIONS, MAX_ROOMS, MESSAGE_BURST, MESSAGE_RATE, PING_AFTER, QUEUE_BYTES,
    QUEUE_MESSAGES, TOLERATED_ERRORS, WRITE_TIMEOUT,
};

#[derive(Args, Debug)]
#[command(next_help_heading = "Limits")]
pub(crate) struct LimitOptions {
    /// Largest message from a client, in bytes.
    #[arg(long, env = "SIGHTLINE_MAX_MESSAGE_BYTES", value_name = "BYTES",
          default_value_t = MAX_MESSAGE_BYTES, value_parser = at_least::<1024>)]
    pub(super) max_message_bytes: usize,

    /// Longest room name, in characters. Can't be more than 64.
    #[arg(long, env = "SIGHTLINE_MAX_ROOM_NAME", value_name = "CHARACTERS",
          default_value_t = MAX_ROOM_NAME, value_parser = room_name_length)]
    pub(super) max_room_name: usize,

    /// Maximum number of receivers in one room. Can't be more than 8, the limit of a sender's
    /// page.
    #[arg(long, env = "SIGHTLINE_MAX_RECEIVERS", value_name = "COUNT",
          default_value_t = MAX_RECEIVERS, value_parser = receiver_count)]
    pub(super) max_receivers: usize,

    /// Maximum number of members in one call. Can't be more than 4, the limit of the app.
    #[arg(long, env = "SIGHTLINE_MAX_MEMBERS", value_name = "COUNT",
          default_value_t = MAX_MEMBERS, value_parser = member_count)]
    pub(super) max_members: usize,

    /// Maximum number of rooms.
    #[arg(long, env = "SIGHTLINE_MAX_ROOMS", value_name = "COUNT",
          default_value_t = MAX_ROOMS, value_parser = at_least::<1>)]
    pub(super) max_rooms: usize,

    /// Maximum number of connected pages.
    #[arg(long, env = "SIGHTLINE_MAX_CONNECTIONS", value_name = "COUNT",
          default_value_t = MAX_CONNECTIONS, value_parser = at_least::<1>)]
    pub(super) max_connections: usize,

    /// How long a seat is kept for a client whose connection was lost.
    #[arg(long, env = "SIGHTLINE_KEEP_SEAT", value_name = "DURATION",
          default_value_t = KEEP_SEAT.into(), value_parser = duration)]
    pub(super) keep_seat: humantime::Duration,

    /// How long a seat is kept for a receiver or member whose page was closed, because it may
    /// be reloading. Limited by --keep-seat.
    #[arg(long, env = "SIGHTLINE_KEEP_CLOSED_SEAT", value_name = "DURATION",
          default_value_t = KEEP_CLOSED_SEAT.into(), value_parser = duration)]
    pub(super) keep_closed_seat: humantime::Duration,

    /// Timeout for the head of an HTTP request.
    #[arg(long, env = "SIGHTLINE_HEAD_TIMEOUT", value_name = "DURATION",
          default_value_t = HEAD_TIMEOUT.into(), value_parser = duration)]
    pub(super) head_timeout: humantime::Duration,

    /// Timeout for a client's first message, with which it joins a room.
    #[arg(long, env = "SIGHTLINE_JOIN_TIMEOUT", value_name = "DURATION",
          default_value_t = JOIN_TIMEOUT.into(), value_parser = duration)]
    pub(super) join_timeout: humantime::Duration,

    /// How long a client may be silent before the relay sends a ping.
    #[arg(long, env = "SIGHTLINE_PING_AFTER", value_name = "DURATION",
          default_value_t = PING_AFTER.into(), value_parser = duration)]
    pub(super) ping_after: humantime::Duration,

    /// How long a client may be silent before the relay disconnects it.
    #[arg(long, env = "SIGHTLINE_IDLE_TIMEOUT", value_name = "DURATION",
          default_value_t = IDLE_TIMEOUT.into(), value_parser = duration)]
    pub(super) idle_timeout: humantime::Duration,

    /// How long a client may read nothing before the relay disconnects it.
    #[arg(long, env = "SIGHTLINE_WRITE_TIMEOUT", value_name = "DURATION",
          default_value_t = WRITE_TIMEOUT.into(), value_parser = duration)]
    pub(super) write_timeout: humantime::Duration,

    /// Maximum size of the send queue of each client, in messages.
    #[arg(long, env = "SIGHTLINE_MAX_QUEUE_MESSAGES", value_name = "COUNT",
          default_value_t = QUEUE_MESSAGES, value_parser = at_least::<4>)]
    pub(super) max_queue_messages: usize,

    /// Maximum size of the send queue of each client, in bytes.
    #[arg(long, env = "SIGHTLINE_MAX_QUEUE_BYTES", value_name = "BYTES",
          default_value_t = QUEUE_BYTES, value_parser = at_least::<4096>)]
    pub(super) max_queue_bytes: usize,

    /// Rate limit for messages from a client, per second. A client that exceeds it is read
    /// more slowly.
    #[arg(long, env = "SIGHTLINE_MAX_MESSAGE_RATE", value_name = "COUNT",
          default_value_t = MESSAGE_RATE, value_parser = at_least::<1>)]
    pub(super) max_message_rate: usize,

    /// Maximum number of messages that a client may send in a burst.
    #[arg(long, env = "SIGHTLINE_MAX_MESSAGE_BURST", value_name = "COUNT",
          default_value_t = MESSAGE_BURST, value_parser = at_least::<1>)]
    pub(super) max_message_burst: usize,

    /// Rate limit for bytes from a client, per second. A client that exceeds it is read more
    /// slowly.
    #[arg(long, env = "SIGHTLINE_MAX_BYTE_RATE", value_name = "BYTES",
          default_value_t = BYTE_RATE, value_parser = at_least::<1024>)]
    pub(super) max_byte_rate: usize,

    /// Maximum number of bytes that a client may send in a burst.
    #[arg(long, env = "SIGHTLINE_MAX_BYTE_BURST", value_name = "BYTES",
          default_value_t = BYTE_BURST, value_parser = at_least::<1024>)]
    pub(super) max_byte_burst: usize,

    /// Number of invalid messages that are tolerated before a client is disconnected.
    #[arg(long, env = "SIGHTLINE_MAX_ERRORS", value_name = "COUNT",
          default_value_t = TOLERATED_ERRORS)]
    pub(super) max_errors: u32,
}

fn at_least<const MIN: usize>(text: &str) -> Result<usize, String> {
    let number: usize = text.parse().map_err(|_| "expected a whole number".to_owned())?;
    if number < MIN { Err(format!("expected at least {MIN}")) } else { Ok(number) }
}

fn room_name_length(text: &str) -> Result<usize, String> {
    let number = at_least::<1>(text)?;
    if number > MAX_ROOM_NAME {
        Err(format!("expected at most {MAX_ROOM_NAME}"))
    } else {
        Ok(number)
    }
}

fn receiver_count(text: &str) -> Result<usize, String> {
    let number = at_least::<1>(text)?;
    if number > MAX_RECEIVERS {
        return Err(format!(
            "expected at most {MAX_RECEIVERS}, the number of receivers that a sender's page supports"
        ));
    }
    Ok(number)
}

fn member_count(text: &str) -> Result<usize, String> {
    let number = at_least::<2>(text)?;
    if number > MAX_MEMBERS {
        return Err(format!(
            "expected at most {MAX_MEMBERS}, the number of members that the app supports"
        ));
    }
    Ok(number)
}

/// The longest duration. No limit needs more than a day, and adding it to the clock can't overflow.
const MAX_DURATION: Duration = Duration::from_secs(24 * 60 * 60);

fn duration(text: &str) -> Result<humantime::Duration, String> {
    let duration: humantime::Duration =
        text.parse().map_err(|_| "expected a duration, for example 5s or 500ms".to_owned())?;
    if duration.is_zero() || Duration::from(duration) > MAX_DURATION {
        return Err("expected more than zero and at most a day".into());
    }
    Ok(duration)
}
