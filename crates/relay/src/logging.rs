//! Sets up the log, and keeps peers' data out of it.

use std::io::IsTerminal;

use anyhow::Context;
use tracing::{Level, Metadata};
use tracing_subscriber::filter::{FilterExt, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

/// The crates that never log what peers say, at any level.
const OWN_CRATES: [&str; 3] = ["sightline", "sightline_relay", "sightline_protocol"];

/// Starts the log on stderr. Lines must pass the filter and [`may_be_logged`].
pub(crate) fn start(filter: &str) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(filter)
        .with_context(|| format!("--log {filter} is not a valid filter; try --log info"))?;
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_filter(filter.and(filter_fn(may_be_logged)));
    tracing_subscriber::registry().with(lines).try_init().context("Can't start the log")
}

/// Excludes the debug and trace lines of other crates, whatever the filter is. tungstenite logs
/// whole messages with secrets, room names, session descriptions and addresses, and any other
/// crate may do so after an update.
fn may_be_logged(line: &Metadata<'_>) -> bool {
    let crate_name = line.target().split("::").next().unwrap_or_default();
    OWN_CRATES.contains(&crate_name) || *line.level() <= Level::INFO
}
