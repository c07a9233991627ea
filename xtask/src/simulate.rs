//! `cargo xtask simulate`: whole sessions in virtual time, as many as wanted.

use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use crate::project::Project;
use crate::sh;

/// So many take a minute or two.
const SEEDS: u64 = 1_000_000;

/// Tries many seeds, or shows what happens with one.
pub(crate) fn simulate(project: &Project, args: &[String]) -> Result<ExitCode> {
    let (variable, value) = match args {
        [] => ("SIGHTLINE_SEEDS", SEEDS),
        [option, value] => {
            let variable = match option.as_str() {
                "--seeds" => "SIGHTLINE_SEEDS",
                "--seed" => "SIGHTLINE_SEED",
                other => bail!("`{other}` is not an option of this command. {USAGE}"),
            };
            let value = value.replace('_', "").parse();
            (variable, value.with_context(|| format!("{option} needs a whole number. {USAGE}"))?)
        }
        _ => bail!("{USAGE}"),
    };
    let mut cargo = sh::cargo(&project.root);
    cargo.args(["test", "--quiet", "-p", "sightline-session"]);
    cargo.args(["--test", "simulation", "--", "--nocapture", "every_seed_ends_well"]);
    // A failed seed's trace is what counts, not where in the test it was noticed.
    cargo.env(variable, value.to_string()).env("RUST_BACKTRACE", "0");
    println!("  The crate's simulation, for {variable}={value}:");
    match sh::run(&mut cargo) {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(_) => bail!(
            "A session did not end well. `cargo xtask simulate --seed N` shows that seed's story \
             again."
        ),
    }
}

const USAGE: &str =
    "Give `--seeds N` to try N of them, or `--seed N` to be shown what happens in one.";
