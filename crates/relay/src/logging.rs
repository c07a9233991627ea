//! What goes to the log, and what never does.

use std::io::IsTerminal;

use anyhow::Context;
use tracing::{Level, Metadata};
use tracing_subscriber::filter::{FilterExt, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

/// The crates whose every line is written with the log's readers in mind.
const OWN: [&str; 3] = ["sightline", "sightline_relay", "sightline_protocol"];

/// Starts the log on stderr, with what the filter lets through and [`may_be_logged`].
pub(crate) fn start(filter: &str) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(filter)
        .with_context(|| format!("--log {filter}: this is not a filter, as in info"))?;
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_filter(filter.and(filter_fn(may_be_logged)));
    tracing_subscriber::registry().with(lines).try_init().context("The log did not start")
}

/// Whatever the filter says, other crates' debug and trace lines stay out: tungstenite's
/// have whole messages, with secrets, rooms' names, session descriptions and addresses,
/// and which of the others do may change with any update.
fn may_be_logged(line: &Metadata<'_>) -> bool {
    let from = line.target().split("::").next().unwrap_or_default();
    OWN.contains(&from) || *line.level() <= Level::INFO
}
