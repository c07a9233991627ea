//! The options on the command line and in the environment.

#![allow(rustdoc::bare_urls, reason = "these comments are the text of --help")]

mod limits;

use std::net::SocketAddr;

use clap::Parser;
use sightline_protocol::limits::{MAX_ICE_SERVERS, MAX_ICE_URL_BYTES};
use sightline_relay::{Config, Limits, Origin};

use limits::LimitOptions;

/// Live video directly between browsers.
///
/// Serves the app and connects the browsers in a room. Video and audio go directly from
/// browser to browser and never pass through the relay.
///
/// Each option can also be set as an environment variable. Separate the values of a list
/// with commas.
#[derive(Debug, Parser)]
#[command(name = "sightline", version, max_term_width = 100)]
pub(crate) struct Options {
    /// Address and port to listen on. Port 0 picks a free port. Can be repeated.
    ///
    /// Browsers allow cameras only on https and on localhost. For any other address, run the
    /// relay behind a TLS proxy.
    #[arg(
        long,
        env = "SIGHTLINE_LISTEN",
        value_name = "ADDRESS",
        value_delimiter = ',',
        default_value = "127.0.0.1:8080",
        help_heading = "Serving"
    )]
    pub(crate) listen: Vec<SocketAddr>,

    /// Also allow pages of this origin to connect, for example https://example.org. Can be
    /// repeated.
    ///
    /// Pages that this relay serves are always allowed.
    #[arg(
        long,
        env = "SIGHTLINE_ALLOW_ORIGIN",
        value_name = "ORIGIN",
        value_delimiter = ',',
        help_heading = "Serving"
    )]
    allow_origin: Vec<Origin>,

    /// STUN server with which browsers find their public address, for example
    /// stun:stun.example.org:3478. Can be repeated.
    ///
    /// The default is none. That is enough within one network, but not across most routers.
    #[arg(
        long,
        env = "SIGHTLINE_STUN",
        value_name = "URL",
        value_delimiter = ',',
        value_parser = stun_url,
        help_heading = "Connecting peers"
    )]
    stun: Vec<String>,

    /// Log level: error, warn, info, debug or trace; or a filter of the tracing-subscriber
    /// crate. The log goes to stderr.
    ///
    /// Debug and trace lines of libraries are never logged, because they would contain secrets
    /// and addresses.
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

    /// List the embedded files of the app and exit. The columns are path, bytes, bytes with
    /// gzip and bytes with brotli, separated by tabs.
    #[arg(long)]
    pub(crate) list_assets: bool,
}

impl Options {
    /// The library's configuration.
    ///
    /// # Errors
    /// A text for people if options contradict each other.
    pub(crate) fn config(&self) -> Result<Config, String> {
        let limits = &self.limits;
        if limits.ping_after >= limits.idle_timeout {
            return Err("--ping-after must be shorter than --idle-timeout.".into());
        }
        // The relay adds the sender to a message, so it grows.
        if limits.max_queue_bytes < limits.max_message_bytes.saturating_add(1024) {
            return Err("--max-queue-bytes must be larger than --max-message-bytes by at least \
                        1024. Otherwise the largest message could never be delivered."
                .into());
        }
        if self.stun.len() > MAX_ICE_SERVERS {
            return Err(format!("--stun can be given at most {MAX_ICE_SERVERS} times."));
        }
        Ok(Config {
            limits: Limits {
                message_bytes: limits.max_message_bytes,
                room_name: limits.max_room_name,
                receivers: limits.max_receivers,
                members: limits.max_members,
                rooms: limits.max_rooms,
                connections: limits.max_connections,
                keep_seat: limits.keep_seat.into(),
                keep_closed_seat: limits.keep_closed_seat.into(),
                head_timeout: limits.head_timeout.into(),
                join_timeout: limits.join_timeout.into(),
                ping_after: limits.ping_after.into(),
                idle_timeout: limits.idle_timeout.into(),
                write_timeout: limits.write_timeout.into(),
                queue_messages: limits.max_queue_messages,
                queue_bytes: limits.max_queue_bytes,
                message_rate: limits.max_message_rate,
                message_burst: limits.max_message_burst,
                byte_rate: limits.max_byte_rate,
                byte_burst: limits.max_byte_burst,
                tolerated_errors: limits.max_errors,
                ..Limits::default()
            },
            stun: self.stun.clone(),
            allowed_origins: self.allow_origin.clone(),
        })
    }
}

/// Checks a URL: `stun:host` or `stun:host:port`, or the same with `stuns` (RFC 7064).
fn stun_url(text: &str) -> Result<String, String> {
    let expected =
        || "expected stun:HOST or stun:HOST:PORT, for example stun:stun.example.org:3478";
    if text.len() > MAX_ICE_URL_BYTES {
        return Err(format!("at most {MAX_ICE_URL_BYTES} bytes"));
    }
    let rest = text.strip_prefix("stun:").or_else(|| text.strip_prefix("stuns:"));
    let rest = rest.filter(|rest| !rest.starts_with('/')).ok_or_else(expected)?;
    let (host, port) = match rest.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest.split_once(']').ok_or_else(expected)?;
            address.parse::<std::net::Ipv6Addr>().map_err(|_| expected())?;
            (address, port.strip_prefix(':').or((!port.is_empty()).then_some("")))
        }
        None => match rest.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (rest, None),
        },
    };
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ':' | '_');
    let is_port_valid = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
    if host.is_empty() || !host.chars().all(is_allowed) || !is_port_valid {
        return Err(expected().into());
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests;
