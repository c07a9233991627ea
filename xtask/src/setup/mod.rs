//! Brings what the other commands need, each thing only where it is missing.

mod browsers;
mod networks;
mod rust;
mod tools;

use std::process::ExitCode;

use anyhow::Result;

pub(crate) use browsers::{Browser, Browsers};
pub(crate) use tools::locked_version;

use crate::project::Project;
use crate::steps::step;

/// What building the app needs: the wasm32 target, Trunk, wasm-bindgen.
pub(crate) fn for_app(project: &Project) -> Result<()> {
    rust::wasm_target(project)?;
    tools::trunk(project)?;
    tools::wasm_bindgen(project)?;
    tools::clean(project);
    Ok(())
}

/// rustfmt and clippy.
pub(crate) fn for_checks(project: &Project) -> Result<()> {
    rust::components(project)
}

/// The browsers and their drivers. Each is there or has its reason.
pub(crate) fn for_browsers(project: &Project) -> Browsers {
    let browsers = Browsers::ensure(project);
    tools::clean(project);
    browsers
}

/// What makes networks of their own for journeys. They are skipped where it is missing.
pub(crate) fn for_networks() {
    networks::ensure();
}

/// `cargo xtask setup`.
pub(crate) fn everything(project: &Project) -> Result<ExitCode> {
    for_checks(project)?;
    for_app(project)?;
    let browsers = for_browsers(project);
    for_networks();
    step("look for the browsers", || {
        browsers.print();
        browsers.all()
    })?;
    println!("\nEverything is there.");
    Ok(ExitCode::SUCCESS)
}
