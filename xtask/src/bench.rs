//! `cargo xtask bench`: builds what is measured, and starts the measurement.

use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use crate::app::{self, SERVER};
use crate::project::Project;
use crate::setup::{self, Browser};
use crate::sh;
use crate::steps::step;

const MEASUREMENTS: [&str; 3] = ["first-frame", "recovery", "relay"];

/// What the relay in Node is written with.
const WS: &str = "ws@8.23.0";

/// Runs one of the measurements of `crates/e2e`.
pub(crate) fn bench(project: &Project, args: &[String]) -> Result<ExitCode> {
    let Some((which, rest)) = args.split_first() else {
        bail!("Say what to measure: `cargo xtask bench` and `{}`.", MEASUREMENTS.join("`, `"));
    };
    let rest = match rest.split_first() {
        Some((first, rest)) if first == "--" => rest,
        _ => rest,
    };
    let mut bench = sh::cargo(&project.root);
    bench.args(["run", "--profile", SERVER, "-p", "sightline-e2e", "--bin"]);
    match which.as_str() {
        "first-frame" | "recovery" => {
            setup::for_app(project)?;
            let browsers = setup::for_browsers(project);
            browsers.get(Browser::Chromium)?;
            browsers.tell(&mut bench);
            setup::for_networks();
            bench.arg(format!("bench-{which}"));
        }
        "relay" => {
            setup::for_app(project)?;
            bench.env("NODE_PATH", node_ws(project)?).arg("bench-relay");
        }
        other => {
            bail!("There is no measurement `{other}`, only `{}`.", MEASUREMENTS.join("`, `"))
        }
    }
    step("build the app", || app::build_app(project))?;
    let relay = step("build the relay", || app::build_relay(project))?;
    bench.env("SIGHTLINE_BIN", relay).arg("--").args(rest);
    step(&format!("measure {which}"), || sh::run(&mut bench))?;
    Ok(ExitCode::SUCCESS)
}

/// Node's `ws`, which the relay is measured beside: the folder of its packages.
fn node_ws(project: &Project) -> Result<std::path::PathBuf> {
    let home = project.tools().join("npm");
    let modules = home.join("node_modules");
    if sh::which("node").is_none() || sh::which("npm").is_none() {
        bail!(
            "Node or npm is missing; the relay is measured beside a room relay in Node. Install \
             them (Debian and Ubuntu: `sudo apt-get install nodejs npm`; Fedora: `sudo dnf install \
             nodejs-npm`; macOS: `brew install node`), then try again."
        );
    }
    if !modules.join("ws").join("package.json").is_file() {
        step("install the npm package ws", || {
            std::fs::create_dir_all(&home).context("the folder for npm can't be made")?;
            let mut npm = std::process::Command::new("npm");
            npm.current_dir(&home).args([
                "install",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--prefix",
            ]);
            sh::run(npm.arg(&home).arg(WS))
        })?;
    }
    Ok(modules)
}
