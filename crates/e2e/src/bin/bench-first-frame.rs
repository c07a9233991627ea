//! From the click on "Go live" to a sharp picture at a receiver that waits, and how the
//! picture goes on, beside the browser's defaults: on this machine, and over networks with a
//! slow uplink.
//!
//! `cargo xtask bench first-frame` builds what it needs and starts it. Everything stays
//! on this machine.
#![allow(clippy::print_stdout, reason = "a command-line tool speaks on standard output")]

#[path = "../bench/common/mod.rs"]
mod common;
#[path = "../bench/first_frame/mod.rs"]
mod first_frame;

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Parser, ValueEnum};
use common::document;
use common::machine::{self, Quiet};
use common::options::Common;
use first_frame::goals;
use first_frame::link::Link;
use first_frame::report;
use first_frame::scene::Scene;
use first_frame::stage::{Kind, Stage};
use first_frame::summary::Summary;
use sightline_e2e::{Network, Setup};

/// Measures the time from the click on "Go live" to a sharp picture, and how the picture goes
/// on, beside the browser's defaults.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask bench first-frame")]
struct Options {
    /// Runs of each kind.
    #[arg(long, default_value_t = 5)]
    runs: usize,

    /// This link alone: `loopback`, `firefox`, or the sender's uplink in Mbit/s; may be given
    /// several times. docs/benchmarks.md stays as it is.
    #[arg(long, value_enum)]
    only: Vec<Link>,

    /// What the sender's camera sees.
    #[arg(long, value_enum, default_value_t = Camera::Synthetic)]
    camera: Camera,

    /// Measure nothing, but record into this folder what Chromium says of the video that it sends
    /// over paths that change. The tests in `crates/session/src/quality/traces` read it.
    #[arg(long)]
    trace: Option<PathBuf>,

    #[command(flatten)]
    common: Common,

    /// Show each run.
    #[arg(long)]
    verbose: bool,
}

/// What a camera sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Camera {
    /// What Chromium makes: little moves, so that it needs few bits.
    Synthetic,
    /// A landscape with fine grain that passes by, which needs many.
    Busy,
}

/// How calm it was.
#[derive(Default)]
struct Calm {
    calm: usize,
    runs: usize,
}

fn main() -> Result<()> {
    let options = Options::parse();
    for variable in ["SIGHTLINE_BIN", "CHROMEDRIVER"] {
        document::need_file(variable)?;
    }
    let mut version = machine::version(&document::need_file("CHROMIUM")?)?;
    let wanted: Vec<Link> = Link::value_variants()
        .iter()
        .copied()
        .filter(|link| options.only.is_empty() || options.only.contains(link))
        // Firefox can't be given a scene.
        .filter(|link| *link != Link::Firefox || options.camera == Camera::Synthetic)
        .collect();
    if wanted.iter().any(|link| link.uplink().is_some())
        && let Some(why) = Network::missing()
    {
        bail!("Networks with a slow uplink can't be made: {why}. `--only loopback` needs none.");
    }
    if wanted.contains(&Link::Firefox) {
        document::need_file("GECKODRIVER")?;
        let firefox = machine::version(&document::need_file("FIREFOX")?)?;
        version = format!("{version}, {firefox}");
    }
    let scene = (options.camera == Camera::Busy).then(Scene::write).transpose()?;
    let setup =
        scene.as_ref().map_or_else(Setup::chromium, |scene| Setup::chromium().scene(scene.path()));

    if let Some(folder) = &options.trace {
        return sightline_e2e::run(async |journey| {
            first_frame::trace::record(folder, journey, setup.clone()).await
        });
    }

    let quiet = options.common.quiet();
    let mut calm = Calm::default();
    let mut all = Vec::new();
    let mut outcome = Ok(());
    for kind in Kind::ALL {
        let links: Vec<Link> =
            wanted.iter().copied().filter(|link| Kind::of(*link) == kind).collect();
        if links.is_empty() || outcome.is_err() {
            continue;
        }
        // What was measured before something went wrong is shown all the same.
        outcome = sightline_e2e::run(async |journey| {
            let stage = Stage::new(kind, journey, setup.clone()).await?;
            for link in links {
                stage.set(link)?;
                all.extend(measure(&stage, link, &options, &quiet, &mut calm).await?);
            }
            Ok(())
        });
    }

    let goals = report::goals(&goals::goals(&all));
    let table = report::table(&all);
    let noise = format!("Other programs were calm before {} of the {} runs.", calm.calm, calm.runs);
    println!("\n{table}\n{goals}\n{noise}");
    outcome?;
    if options.common.dry || !options.only.is_empty() {
        return Ok(());
    }
    let section = match options.camera {
        Camera::Synthetic => "first-frame",
        Camera::Busy => "first-frame --camera busy",
    };
    let (today, machine) = (machine::today(), machine::describe());
    let text = format!("{today}, {machine}; {version}. {noise}\n\n{table}\n{goals}");
    let path = document::rewrite(section, &text)?;
    println!("Written to {}.", path.display());
    Ok(())
}

/// All runs over a link, the pages in turns.
async fn measure(
    stage: &Stage,
    link: Link,
    options: &Options,
    quiet: &Quiet,
    calm: &mut Calm,
) -> Result<Vec<Summary>> {
    let mut summaries: Vec<Summary> =
        link.pages().iter().map(|pages| Summary::new(link, *pages)).collect();
    // The first run of each is slower: nothing is warm. It doesn't count.
    for number in 0..=options.runs.max(1) {
        println!("{}: {number} of {} runs", link.title(), options.runs.max(1));
        let count = summaries.len();
        for turn in 0..count {
            // Each comes first as often as the others.
            let Some(summary) = summaries.get_mut((number + turn) % count) else { continue };
            let is_calm = quiet.wait();
            let room = format!("first-frame-{link:?}-{:?}-{number}", summary.pages);
            let outcome = stage.run(summary.pages, &room.to_lowercase(), number > 0).await;
            if options.verbose {
                println!("  {}: {outcome:?}", summary.pages.title());
            }
            if number == 0 {
                continue;
            }
            calm.runs += 1;
            calm.calm += usize::from(is_calm);
            match outcome {
                Ok(Some(run)) => summary.runs.push(run),
                Ok(None) => summary.failures += 1,
                Err(error) => {
                    println!("  {} failed: {error:#}", summary.pages.title());
                    summary.failures += 1;
                }
            }
        }
    }
    Ok(summaries)
}
