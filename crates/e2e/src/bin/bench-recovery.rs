//! From a fault in the middle of a call to the picture, or to the relay, being back.
//!
//! `cargo xtask bench recovery` builds what it needs and starts it. Everything stays on
//! this machine.
#![allow(clippy::print_stdout, reason = "a command-line tool speaks on standard output")]

#[path = "../bench/common/mod.rs"]
mod common;
#[path = "../bench/recovery/mod.rs"]
mod recovery;

use anyhow::{Result, bail};
use clap::{Parser, ValueEnum};
use common::document;
use common::machine;
use common::options::Common;
use recovery::call::Call;
use recovery::fault::Fault;
use recovery::report::{self, Runs};
use sightline_e2e::Network;

/// Measures the time from a fault in the middle of a call to the end of what it did.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask bench recovery")]
struct Options {
    /// Runs of each fault.
    #[arg(long, default_value_t = 20)]
    runs: usize,

    /// This fault alone; may be given several times. docs/benchmarks.md stays as it is.
    #[arg(long, value_enum)]
    only: Vec<Fault>,

    #[command(flatten)]
    common: Common,

    /// Show each run.
    #[arg(long)]
    verbose: bool,
}

fn main() -> Result<()> {
    let options = Options::parse();
    for variable in ["SIGHTLINE_BIN", "CHROMEDRIVER"] {
        document::need_file(variable)?;
    }
    let version = machine::version(&document::need_file("CHROMIUM")?)?;
    let wanted: Vec<Fault> = Fault::value_variants()
        .iter()
        .copied()
        .filter(|fault| options.only.is_empty() || options.only.contains(fault))
        .collect();
    if wanted.iter().any(|fault| fault.is_of_network())
        && let Some(why) = Network::missing()
    {
        bail!("The faults of the network can't be made: {why}. `--only` names others.");
    }

    let quiet = options.common.quiet();
    let mut calm = true;
    let mut all = Vec::new();
    for of_network in [false, true] {
        let faults = wanted.iter().copied().filter(|fault| fault.is_of_network() == of_network);
        let faults: Vec<Fault> = faults.collect();
        if faults.is_empty() {
            continue;
        }
        // Before the pages are there: they work all the time.
        calm &= quiet.wait();
        sightline_e2e::run(async |journey| {
            let call = if of_network {
                Call::on_hosts(journey).await?
            } else {
                Call::here(journey).await?
            };
            for fault in faults {
                all.push(measure(&call, fault, &options).await?);
            }
            Ok(())
        })?;
    }

    let table = report::table(&all);
    let noise = if calm { "calm" } else { "at work" };
    let noise = format!("Other programs were {noise} when it began.");
    println!("\n{table}\n{noise}");
    if options.common.dry || !options.only.is_empty() {
        return Ok(());
    }
    let text =
        format!("{}, {}; {version}. {noise}\n\n{table}", machine::today(), machine::describe());
    let path = document::rewrite("recovery", &text)?;
    println!("Written to {}.", path.display());
    Ok(())
}

/// All runs of a fault. After one that did not end well both pages are opened anew.
async fn measure(call: &Call, fault: Fault, options: &Options) -> Result<Runs> {
    println!("{}", fault.title());
    let mut runs = Runs { fault, outcomes: Vec::new(), failures: 0 };
    call.open(&format!("{fault:?}-0")).await?;
    for number in 1..=options.runs.max(1) {
        call.is_calm().await?;
        match fault.happens(call).await {
            Ok(outcome) => {
                if options.verbose {
                    let gap = outcome.gap.map_or_else(String::new, |gap| format!(", gap {gap} ms"));
                    println!("  {number}: {} ms{gap}", outcome.back);
                }
                runs.outcomes.push(outcome);
            }
            Err(error) => {
                println!("  {number}: {error:#}");
                runs.failures += 1;
                call.open(&format!("{fault:?}-{number}")).await?;
            }
        }
    }
    Ok(runs)
}
