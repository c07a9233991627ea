//! The command line and the environment, and the library's configuration from them.

#![allow(rustdoc::bare_urls, reason = "these comments are the text of --help")]

use std::net::SocketAddr;
use std::time::Duration;

use clap::{Args, Parser};
use sightline_protocol::limits::{
    MAX_ICE_SERVERS, MAX_ICE_URL_BYTES, MAX_MESSAGE_BYTES, MAX_RECEIVERS, MAX_ROOM_NAME,
};
use sightline_relay::config::{
    HEAD_TIMEOUT, IDLE_TIMEOUT, JOIN_TIMEOUT, MAX_CONNECTIONS, MAX_ROOMS, PING_AFTER, QUEUE_BYTES,
    QUEUE_MESSAGES, TOLERATED_ERRORS, WRITE_TIMEOUT,
};
use sightline_relay::{Config, Limits, Origin};

/// Live video from one browser to another, directly.
///
/// Serves the pages, and introduces to each other those who are in the same room. The
/// media goes from browser to browser and never passes through here.
///
/// Each option can also be set in the environment; lists are separated by commas.
#[derive(Debug, Parser)]
#[command(name = "sightline", version, max_term_width = 100)]
pub(crate) struct Options {
    /// Address and port to serve on; port 0 picks a free one. May be given several times.
    ///
    /// Browsers allow cameras only on https and on localhost: put a proxy with TLS in
    /// front of any other address.
    #[arg(
        long,
        env = "SIGHTLINE_LISTEN",
        value_name = "ADDRESS",
        value_delimiter = ',',
        default_value = "127.0.0.1:8080",
        help_heading = "Serving"
    )]
    pub(crate) listen: Vec<SocketAddr>,

    /// Also let pages from this address connect, as in https://example.org. May be given
    /// several times.
    ///
    /// Pages that this relay serves itself always may.
    #[arg(
        long,
        env = "SIGHTLINE_ALLOW_ORIGIN",
        value_name = "ORIGIN",
        value_delimiter = ',',
        help_heading = "Serving"
    )]
    allow_origin: Vec<Origin>,

    /// A STUN server that pages use to find their public address, as in
    /// stun:stun.example.org:3478. May be given several times.
    ///
    /// None by default: enough within a network, too little across most routers.
    #[arg(
        long,
        env = "SIGHTLINE_STUN",
        value_name = "URL",
        value_delimiter = ',',
        value_parser = stun_url,
        help_heading = "Connecting peers"
    )]
    stun: Vec<String>,

    /// What goes to the log, on stderr: error, warn, info, debug, trace, or a filter of
    /// the tracing-subscriber crate.
    #[arg(
        long,
        env = "SIGHTLINE_LOG",
        value_name = "FILTER",
        default_value = "info",
        help_heading = "Logging"
    )]
    pub(crate) log: String,

    #[command(flatten)]
    limits: LimitOptions,

    /// List the pages' files that are built in and exit: path, bytes, bytes with gzip,
    /// bytes with brotli, separated by tabs.
    #[arg(long)]
    pub(crate) list_assets: bool,
}

#[derive(Args, Debug)]
#[command(next_help_heading = "Limits")]
struct LimitOptions {
    /// Largest message from a client, in bytes.
    #[arg(long, env = "SIGHTLINE_MAX_MESSAGE_BYTES", value_name = "BYTES",
          default_value_t = MAX_MESSAGE_BYTES, value_parser = at_least::<1024>)]
    max_message_bytes: usize,

    /// Longest name of a room, in characters; 64 at most.
    #[arg(long, env = "SIGHTLINE_MAX_ROOM_NAME", value_name = "CHARACTERS",
          default_value_t = MAX_ROOM_NAME, value_parser = room_name_length)]
    max_room_name: usize,

    /// Receivers in one room.
    #[arg(long, env = "SIGHTLINE_MAX_RECEIVERS", value_name = "COUNT",
          default_value_t = MAX_RECEIVERS, value_parser = at_least::<1>)]
    max_receivers: usize,

    /// Rooms at a time.
    #[arg(long, env = "SIGHTLINE_MAX_ROOMS", value_name = "COUNT",
          default_value_t = MAX_ROOMS, value_parser = at_least::<1>)]
    max_rooms: usize,

    /// Connected pages at a time.
    #[arg(long, env = "SIGHTLINE_MAX_CONNECTIONS", value_name = "COUNT",
          default_value_t = MAX_CONNECTIONS, value_parser = at_least::<1>)]
    max_connections: usize,

    /// Time for the head of a request.
    #[arg(long, env = "SIGHTLINE_HEAD_TIMEOUT", value_name = "TIME",
          default_value_t = HEAD_TIMEOUT.into(), value_parser = time)]
    head_timeout: humantime::Duration,

    /// Time for a client's first message, in which it joins a room.
    #[arg(long, env = "SIGHTLINE_JOIN_TIMEOUT", value_name = "TIME",
          default_value_t = JOIN_TIMEOUT.into(), value_parser = time)]
    join_timeout: humantime::Duration,

    /// Silence after which the relay pings a client.
    #[arg(long, env = "SIGHTLINE_PING_AFTER", value_name = "TIME",
          default_value_t = PING_AFTER.into(), value_parser = time)]
    ping_after: humantime::Duration,

    /// Silence after which the relay takes a client for gone.
    #[arg(long, env = "SIGHTLINE_IDLE_TIMEOUT", value_name = "TIME",
          default_value_t = IDLE_TIMEOUT.into(), value_parser = time)]
    idle_timeout: humantime::Duration,

    /// Time for a client to take what is written to it.
    #[arg(long, env = "SIGHTLINE_WRITE_TIMEOUT", value_name = "TIME",
          default_value_t = WRITE_TIMEOUT.into(), value_parser = time)]
    write_timeout: humantime::Duration,

    /// Messages that may wait for one client.
    #[arg(long, env = "SIGHTLINE_MAX_QUEUE_MESSAGES", value_name = "COUNT",
          default_value_t = QUEUE_MESSAGES, value_parser = at_least::<4>)]
    max_queue_messages: usize,

    /// Bytes that may wait for one client.
    #[arg(long, env = "SIGHTLINE_MAX_QUEUE_BYTES", value_name = "BYTES",
          default_value_t = QUEUE_BYTES, value_parser = at_least::<4096>)]
    max_queue_bytes: usize,

    /// Messages that make no sense before a client is sent away.
    #[arg(long, env = "SIGHTLINE_MAX_ERRORS", value_name = "COUNT",
          default_value_t = TOLERATED_ERRORS)]
    max_errors: u32,
}

impl Options {
    /// The library's configuration.
    ///
    /// # Errors
    /// A sentence where options don't go together.
    pub(crate) fn config(&self) -> Result<Config, String> {
        let limits = &self.limits;
        if limits.ping_after >= limits.idle_timeout {
            return Err("--ping-after has to be shorter than --idle-timeout.".into());
        }
        // A message grows by its envelope on its way through.
        if limits.max_queue_bytes < limits.max_message_bytes.saturating_add(1024) {
            return Err("--max-queue-bytes has to be larger than --max-message-bytes by 1024, or \
                        the largest message could never be delivered."
                .into());
        }
        if self.stun.len() > MAX_ICE_SERVERS {
            return Err(format!("--stun may be given {MAX_ICE_SERVERS} times at most."));
        }
        Ok(Config {
            limits: Limits {
                message_bytes: limits.max_message_bytes,
                room_name: limits.max_room_name,
                receivers: limits.max_receivers,
                rooms: limits.max_rooms,
                connections: limits.max_connections,
                head_timeout: limits.head_timeout.into(),
                join_timeout: limits.join_timeout.into(),
                ping_after: limits.ping_after.into(),
                idle_timeout: limits.idle_timeout.into(),
                write_timeout: limits.write_timeout.into(),
                queue_messages: limits.max_queue_messages,
                queue_bytes: limits.max_queue_bytes,
                tolerated_errors: limits.max_errors,
                ..Limits::default()
            },
            stun: self.stun.clone(),
            allowed_origins: self.allow_origin.clone(),
        })
    }
}

fn at_least<const LEAST: usize>(text: &str) -> Result<usize, String> {
    let number: usize = text.parse().map_err(|_| "expected a whole number".to_owned())?;
    if number < LEAST { Err(format!("expected at least {LEAST}")) } else { Ok(number) }
}

fn room_name_length(text: &str) -> Result<usize, String> {
    let number = at_least::<1>(text)?;
    if number > MAX_ROOM_NAME { Err(format!("at most {MAX_ROOM_NAME}")) } else { Ok(number) }
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

/// `stun:host`, `stun:host:port` and the same with `stuns` (RFC 7064).
fn stun_url(text: &str) -> Result<String, String> {
    let form = || "expected stun:HOST or stun:HOST:PORT, as in stun:stun.example.org:3478";
    if text.len() > MAX_ICE_URL_BYTES {
        return Err(format!("at most {MAX_ICE_URL_BYTES} bytes"));
    }
    let rest = text.strip_prefix("stun:").or_else(|| text.strip_prefix("stuns:"));
    let rest = rest.filter(|rest| !rest.starts_with('/')).ok_or_else(form)?;
    let (host, port) = match rest.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest.split_once(']').ok_or_else(form)?;
            address.parse::<std::net::Ipv6Addr>().map_err(|_| form())?;
            (address, port.strip_prefix(':').or((!port.is_empty()).then_some("")))
        }
        None => match rest.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (rest, None),
        },
    };
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ':' | '_');
    let port_fits = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
    if host.is_empty() || !host.chars().all(allowed) || !port_fits {
        return Err(form().into());
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn parse(arguments: &[&str]) -> Result<Config, String> {
        let all = std::iter::once("sightline").chain(arguments.iter().copied());
        Options::try_parse_from(all).map_err(|error| error.to_string())?.config()
    }

    #[test]
    fn the_command_line_is_sound() {
        Options::command().debug_assert();
    }

    #[test]
    fn without_options_the_librarys_defaults_hold() {
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
            "--idle-timeout=1m 5s",
            "--join-timeout=500ms",
        ])
        .unwrap();
        assert_eq!(
            config.stun,
            ["stun:a.example", "stuns:[2001:db8::1]:5349", "stun:b.example:3478"]
        );
        assert_eq!(config.allowed_origins.len(), 1);
        assert_eq!(config.limits.receivers, 2);
        assert_eq!(config.limits.idle_timeout, Duration::from_secs(65));
        assert_eq!(config.limits.join_timeout, Duration::from_millis(500));
    }

    #[test]
    fn what_can_not_be_is_refused_with_a_sentence() {
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
            ("--max-message-bytes=10", "at least 1024"),
            ("--max-message-bytes=1000000", "--max-queue-bytes has to be larger"),
            ("--idle-timeout=5", "as in 5s"),
            ("--idle-timeout=0s", "more than nothing"),
            ("--idle-timeout=9y", "at most a day"),
            ("--idle-timeout=10s", "--ping-after has to be shorter"),
        ] {
            let error = parse(&[argument]).unwrap_err();
            assert!(error.contains(reason), "{argument}: {error}");
        }
        let nine = ["--stun=stun:a.example"; 9];
        assert!(parse(&nine).unwrap_err().contains("8 times at most"));
    }
}
