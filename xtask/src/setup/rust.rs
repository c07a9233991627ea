//! What rustup brings: the browser's target, rustfmt and clippy.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::project::Project;
use crate::sh;
use crate::steps::step;

pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// The standard library for the browser.
pub(crate) fn wasm_target(project: &Project) -> Result<()> {
    if has_target(project)? {
        return Ok(());
    }
    step("add the Rust target for browsers", || {
        if sh::which("rustup").is_none() {
            bail!(
                "Rust's standard library for {WASM} is missing, and there is no rustup to bring \
                 it. Install Rust with rustup (https://rustup.rs), or that library from where your \
                 Rust came from (Debian and Ubuntu: `sudo apt-get install \
                 libstd-rust-dev-wasm32`), then try again."
            );
        }
        let mut rustup = Command::new("rustup");
        sh::run(rustup.current_dir(&project.root).args(["target", "add", WASM]))?;
        if !has_target(project)? {
            bail!(
                "rustup added {WASM} to another toolchain than the one in use. Run `rustup show`, \
                 then `rustup target add {WASM} --toolchain NAME` with the name of the active one."
            );
        }
        Ok(())
    })
}

fn has_target(project: &Project) -> Result<bool> {
    let mut rustc = Command::new("rustc");
    rustc.current_dir(&project.root).args(["--print", "target-libdir", "--target", WASM]);
    let dir = sh::output(&mut rustc)?;
    let Ok(files) = Path::new(dir.trim()).read_dir() else { return Ok(false) };
    Ok(files.flatten().any(|file| file.file_name().to_string_lossy().starts_with("libstd-")))
}

/// rustfmt and clippy, which rustup's minimal profile leaves out.
pub(crate) fn components(project: &Project) -> Result<()> {
    for (subcommand, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        let present = || sh::succeeds(sh::cargo(&project.root).args([subcommand, "--version"]));
        if present() {
            continue;
        }
        step(&format!("add {component}"), || {
            if sh::which("rustup").is_none() {
                bail!(
                    "{component} is missing, and there is no rustup to bring it. Install it from \
                     where your Rust came from (Debian and Ubuntu: `sudo apt-get install \
                     rustfmt rust-clippy`), then try again."
                );
            }
            let mut rustup = Command::new("rustup");
            sh::run(rustup.current_dir(&project.root).args(["component", "add", component]))
        })?;
    }
    Ok(())
}
