//! The relay under load beside a room relay in Node and the least that a relay can do:
//! memory of idle connections, processor time and latency of messages, connects.
//!
//! `cargo xtask bench relay` builds what it needs and starts it. It speaks to 127.0.0.1
//! only, ends by itself, and ends what it started.
#![allow(clippy::print_stdout, reason = "a command-line tool speaks on standard output")]

#[path = "../bench/common/mod.rs"]
mod common;
#[path = "../bench/relay/mod.rs"]
mod relay;

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Parser;
use common::document;
use common::machine::{self, Busy};
use common::options::Common;
use relay::measure::{self, Amount, Round};
use relay::report::{self, Column, Taken};
use relay::server::{self, Kind};

/// Measures the relay beside a room relay in Node, in turns.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask bench relay")]
struct Options {
    /// How often each server is measured; the table has the medians.
    #[arg(long, default_value_t = 7)]
    rounds: usize,

    /// Idle connections, for the memory of one.
    #[arg(long, default_value_t = 10_000)]
    connections: usize,

    /// Messages of each kind, one at a time; three times as many with several under way.
    #[arg(long, default_value_t = 20_000)]
    messages: usize,

    #[command(flatten)]
    common: Common,

    /// Be the server that does the least (used by this program itself).
    #[arg(long, hide = true)]
    serve_floor: bool,
}

fn main() -> Result<()> {
    let options = Options::parse();
    if options.serve_floor {
        return relay::floor::serve();
    }
    let amount = Amount {
        alone: options.messages.max(100),
        together: options.messages.max(100) * 3,
        connections: options.connections.max(2) / 2 * 2,
    };
    allow_files(amount.connections)?;
    let kinds = [
        Kind::Sightline(document::need_file("SIGHTLINE_BIN")?),
        Kind::Node { script: document::crate_folder().join("bench/room-relay.js") },
        Kind::Floor,
    ];
    server::pin_load()?;

    let quiet = options.common.quiet();
    let rounds = options.rounds.max(1);
    let mut columns = kinds.each_ref().map(|kind| Column { name: kind.name(), rounds: Vec::new() });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    // Rounds that others disturbed are repeated, as long as there is time.
    for round in 0.. {
        let enough = |column: &Column| column.calm() >= rounds;
        if round >= rounds && (columns.iter().all(enough) || quiet.is_over()) {
            break;
        }
        // In turns, each round beginning with another one.
        for turn in 0..kinds.len() {
            let which = (round + turn) % kinds.len();
            if let (Some(kind), Some(column)) = (kinds.get(which), columns.get_mut(which))
                && !enough(column)
            {
                quiet.wait();
                let (busy, own, start) = (Busy::now(), own_cpu()?, Instant::now());
                let Round { figures, cpu } = runtime.block_on(measure::round(kind, amount))?;
                let used = cpu + own_cpu()?.saturating_sub(own);
                let others = Busy::now().since(busy).saturating_sub(used);
                let others = others.as_secs_f64() / start.elapsed().as_secs_f64();
                column.rounds.push(Taken { others, figures });
                let (name, others) = (column.name, others * 100.0);
                println!("round {}: {name}; others used {others:.0} % of one core", round + 1);
            }
        }
    }
    for column in &mut columns {
        column.keep_calmest(rounds);
    }

    let noise = report::noise(&columns);
    let table = report::table(&columns, amount);
    println!("\n{table}\n{noise}");
    if options.common.dry {
        return Ok(());
    }
    let node = machine::version(std::path::Path::new("node"))?;
    let text = format!(
        "{}, {}; Node {node}. Median of {} rounds (smallest to largest). {noise}\n\n{table}",
        machine::today(),
        machine::describe(),
        rounds,
    );
    let path = document::rewrite("relay", &text)?;
    println!("Written to {}.", path.display());
    Ok(())
}

/// What this program itself has used.
fn own_cpu() -> Result<Duration> {
    server::cpu_of(std::process::id())
}

/// Each connection is an open file, here and in the server, which asks for itself.
fn allow_files(connections: usize) -> Result<()> {
    let wanted = u64::try_from(connections).unwrap_or(u64::MAX).saturating_add(256);
    let files =
        rlimit::increase_nofile_limit(wanted).context("the limit of open files is unknown")?;
    if files < wanted {
        bail!(
            "the system allows {files} open files, and {connections} connections need {wanted}: \
             raise the limit (`ulimit -n {wanted}`), or measure fewer with --connections."
        );
    }
    Ok(())
}
