//! From the click on "Go live" to the first frame at a receiver that waits, beside the
//! limit: two peer connections in one page. With the relay near, and with a delay each
//! way to it.
//!
//! `cargo xtask bench first-frame` builds what it needs and starts it. Everything stays
//! on this machine.
#![allow(clippy::print_stdout, reason = "a command-line tool speaks on standard output")]

#[path = "../bench/common/mod.rs"]
mod common;
#[path = "../bench/first_frame/mod.rs"]
mod first_frame;

use std::time::Duration;

use anyhow::Result;
use clap::Parser;
use common::document;
use common::machine;
use common::options::Common;
use first_frame::compare::ratio;
use first_frame::delay::Delay;
use first_frame::pages::Windows;
use first_frame::report::{self, Distance, GOAL};
use sightline_e2e::{Relay, Setup};

/// Measures the time from the click on "Go live" to the first frame, beside the limit.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask bench first-frame")]
struct Options {
    /// Runs of each series.
    #[arg(long, default_value_t = 40)]
    runs: usize,

    /// The delay each way to the far relay, in milliseconds.
    #[arg(long, default_value_t = 50)]
    delay: u64,

    #[command(flatten)]
    common: Common,

    /// Show where the time goes in each run.
    #[arg(long)]
    verbose: bool,
}

fn main() -> Result<()> {
    let options = Options::parse();
    for variable in ["SIGHTLINE_BIN", "CHROMEDRIVER"] {
        document::need_file(variable)?;
    }
    let version = machine::version(&document::need_file("CHROMIUM")?)?;
    let quiet = options.common.quiet();

    let mut calm_runs = 0;
    let distances = sightline_e2e::run(async |journey| {
        let relay = Relay::start().await?;
        let far = Delay::start(relay.address(), Duration::from_millis(options.delay)).await?;
        let page = journey.page("both", Setup::chromium().watched()).await?;
        let windows = Windows::open(page).await?;
        let name = [String::from("near"), format!("{} ms away, each way", options.delay)];
        let mut distances = name.map(|name| Distance { name, ..Distance::default() });
        // The first run of each is slower: nothing is warm. It doesn't count.
        for number in 0..=options.runs.max(1) {
            for (index, distance) in distances.iter_mut().enumerate() {
                let url = |path: &str| if index == 0 { relay.url(path) } else { far.url(path) };
                let room = format!("first-frame-{number}-{index}");
                // In turns, and each begins as often as the other.
                for turn in 0..2 {
                    let calm = quiet.wait();
                    let (name, series, run) = if (number + turn) % 2 == 0 {
                        ("limit", &mut distance.limit, windows.limit(url).await?)
                    } else {
                        ("ours", &mut distance.ours, windows.ours(url, &room).await?)
                    };
                    if options.verbose {
                        println!("{number} {} {name}: {}", distance.name, run.detail);
                    }
                    if number > 0 {
                        series.push(run.came);
                        calm_runs += usize::from(calm);
                    }
                }
            }
            if number % 10 == 0 {
                println!("{number} of {} runs", options.runs.max(1));
            }
        }
        Ok(distances)
    })?;

    let all_runs: usize = distances.iter().map(|one| one.limit.len() + one.ours.len()).sum();
    let noise = format!("Other programs were calm before {calm_runs} of the {all_runs} runs.");

    let table = report::table(&distances);
    println!("\n{table}\n{noise}");
    for distance in &distances {
        let ratio = ratio(&distance.ours, &distance.limit);
        let verdict = if ratio.value <= GOAL { "within" } else { "beyond" };
        println!("The relay {}: {:.3}, {verdict} the goal of {GOAL}.", distance.name, ratio.value);
    }
    if options.common.dry {
        return Ok(());
    }
    let text =
        format!("{}, {}; {version}. {noise}\n\n{table}", machine::today(), machine::describe(),);
    let path = document::rewrite("first-frame", &text)?;
    println!("Written to {}.", path.display());
    Ok(())
}
