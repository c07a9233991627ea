//! The command line and the environment, and the library's configuration from them.

#![allow(rustdoc::bare_urls, reason = "these comments are the text of --help")]

mod limits;

use std::net::SocketAddr;

use clap::Parser;
use sightline_protocol::limits::{MAX_ICE_SERVERS, MAX_ICE_URL_BYTES};
use sightline_relay::{Config, Limits, Origin};

use limits::LimitOptions;

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
    ///
    /// Of the libraries in it nothing below info is logged, whatever the filter says: that
    /// would have secrets and addresses in it.
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
mod tests;
