//! What a client may use up, on the command line.

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

    /// Longest name of a room, in characters; 64 at most.
    #[arg(long, env = "SIGHTLINE_MAX_ROOM_NAME", value_name = "CHARACTERS",
          default_value_t = MAX_ROOM_NAME, value_parser = room_name_length)]
    pub(super) max_room_name: usize,

    /// Receivers in one room; 8 at most, as many as a sender's page serves.
    #[arg(long, env = "SIGHTLINE_MAX_RECEIVERS", value_name = "COUNT",
          default_value_t = MAX_RECEIVERS, value_parser = receiver_count)]
    pub(super) max_receivers: usize,

    /// Members of one call; 4 at most, as many as a page sends its picture to.
    #[arg(long, env = "SIGHTLINE_MAX_MEMBERS", value_name = "COUNT",
          default_value_t = MAX_MEMBERS, value_parser = member_count)]
    pub(super) max_members: usize,

    /// Rooms at a time.
    #[arg(long, env = "SIGHTLINE_MAX_ROOMS", value_name = "COUNT",
          default_value_t = MAX_ROOMS, value_parser = at_least::<1>)]
    pub(super) max_rooms: usize,

    /// Connected pages at a time.
    #[arg(long, env = "SIGHTLINE_MAX_CONNECTIONS", value_name = "COUNT",
          default_value_t = MAX_CONNECTIONS, value_parser = at_least::<1>)]
    pub(super) max_connections: usize,

    /// How long a seat is kept for a client whose connection broke.
    #[arg(long, env = "SIGHTLINE_KEEP_SEAT", value_name = "TIME",
          default_value_t = KEEP_SEAT.into(), value_parser = time)]
    pub(super) keep_seat: humantime::Duration,

    /// How long a seat is kept for a receiver or member whose page was closed, and may be one
    /// that is being reloaded; --keep-seat at most.
    #[arg(long, env = "SIGHTLINE_KEEP_CLOSED_SEAT", value_name = "TIME",
          default_value_t = KEEP_CLOSED_SEAT.into(), value_parser = time)]
    pub(super) keep_closed_seat: humantime::Duration,

    /// Time for the head of a request.
    #[arg(long, env = "SIGHTLINE_HEAD_TIMEOUT", value_name = "TIME",
          default_value_t = HEAD_TIMEOUT.into(), value_parser = time)]
    pub(super) head_timeout: humantime::Duration,

    /// Time for a client's first message, in which it joins a room.
    #[arg(long, env = "SIGHTLINE_JOIN_TIMEOUT", value_name = "TIME",
          default_value_t = JOIN_TIMEOUT.into(), value_parser = time)]
    pub(super) join_timeout: humantime::Duration,

    /// Silence after which the relay pings a client.
    #[arg(long, env = "SIGHTLINE_PING_AFTER", value_name = "TIME",
          default_value_t = PING_AFTER.into(), value_parser = time)]
    pub(super) ping_after: humantime::Duration,

    /// Silence after which the relay takes a client for gone.
    #[arg(long, env = "SIGHTLINE_IDLE_TIMEOUT", value_name = "TIME",
          default_value_t = IDLE_TIMEOUT.into(), value_parser = time)]
    pub(super) idle_timeout: humantime::Duration,

    /// Time for a client to take something of what is written to it.
    #[arg(long, env = "SIGHTLINE_WRITE_TIMEOUT", value_name = "TIME",
          default_value_t = WRITE_TIMEOUT.into(), value_parser = time)]
    pub(super) write_timeout: humantime::Duration,

    /// Messages that may wait for one client.
    #[arg(long, env = "SIGHTLINE_MAX_QUEUE_MESSAGES", value_name = "COUNT",
          default_value_t = QUEUE_MESSAGES, value_parser = at_least::<4>)]
    pub(super) max_queue_messages: usize,

    /// Bytes that may wait for one client.
    #[arg(long, env = "SIGHTLINE_MAX_QUEUE_BYTES", value_name = "BYTES",
          default_value_t = QUEUE_BYTES, value_parser = at_least::<4096>)]
    pub(super) max_queue_bytes: usize,

    /// Messages a second that a client may send in the long run; who sends more is read
    /// more slowly.
    #[arg(long, env = "SIGHTLINE_MAX_MESSAGE_RATE", value_name = "COUNT",
          default_value_t = MESSAGE_RATE, value_parser = at_least::<1>)]
    pub(super) max_message_rate: usize,

    /// Messages that a client may send at once.
    #[arg(long, env = "SIGHTLINE_MAX_MESSAGE_BURST", value_name = "COUNT",
          default_value_t = MESSAGE_BURST, value_parser = at_least::<1>)]
    pub(super) max_message_burst: usize,

    /// Bytes a second that a client may send in the long run; who sends more is read
    /// more slowly.
    #[arg(long, env = "SIGHTLINE_MAX_BYTE_RATE", value_name = "BYTES",
          default_value_t = BYTE_RATE, value_parser = at_least::<1024>)]
    pub(super) max_byte_rate: usize,

    /// Bytes that a client may send at once.
    #[arg(long, env = "SIGHTLINE_MAX_BYTE_BURST", value_name = "BYTES",
          default_value_t = BYTE_BURST, value_parser = at_least::<1024>)]
    pub(super) max_byte_burst: usize,

    /// Messages that make no sense before a client is sent away.
    #[arg(long, env = "SIGHTLINE_MAX_ERRORS", value_name = "COUNT",
          default_value_t = TOLERATED_ERRORS)]
    pub(super) max_errors: u32,
}

fn at_least<const LEAST: usize>(text: &str) -> Result<usize, String> {
    let number: usize = text.parse().map_err(|_| "expected a whole number".to_owned())?;
    if number < LEAST { Err(format!("expected at least {LEAST}")) } else { Ok(number) }
}

fn room_name_length(text: &str) -> Result<usize, String> {
    let number = at_least::<1>(text)?;
    if number > MAX_ROOM_NAME { Err(format!("at most {MAX_ROOM_NAME}")) } else { Ok(number) }
}

fn receiver_count(text: &str) -> Result<usize, String> {
    let number = at_least::<1>(text)?;
    if number > MAX_RECEIVERS {
        return Err(format!(
            "a sender's page serves {MAX_RECEIVERS} receivers at most; more would wait for ever"
        ));
    }
    Ok(number)
}

fn member_count(text: &str) -> Result<usize, String> {
    let number = at_least::<2>(text)?;
    if number > MAX_MEMBERS {
        return Err(format!(
            "a page makes a call with {} others at most; more would wait for ever",
            MAX_MEMBERS - 1
        ));
    }
    Ok(number)
}

/// A day is more than any of these limits is for, and far from where adding to the
/// clock would overflow.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

fn time(text: &str) -> Result<humantime::Duration, String> {
    let time: humantime::Duration =
        text.parse().map_err(|_| "expected a time, as in 5s or 500ms".to_owned())?;
    if time.is_zero() || Duration::from(time) > LONGEST {
        return Err("expected more than nothing and at most a day".into());
    }
    Ok(time)
}
