//! `cargo xtask dev`: Trunk with reload, and a relay for its page.

use std::process::{Command, ExitCode, Stdio};

use anyhow::{Result, bail};

use crate::app;
use crate::children::Children;
use crate::project::Project;
use crate::run::RELAY;
use crate::setup;
use crate::sh;
use crate::steps::step;

/// The page comes from Trunk (trunk.toml's port), not from the relay: its origins
/// have to be allowed.
const PAGE_ORIGINS: [&str; 2] = ["http://127.0.0.1:8081", "http://localhost:8081"];

/// Serves the app with reload until Ctrl-C.
pub(crate) fn dev(project: &Project, args: &[String]) -> Result<ExitCode> {
    if let Some(other) = args.first() {
        bail!("`{other}` is not an option of `cargo xtask dev`.");
    }
    setup::for_app(project)?;
    step("build the relay", || {
        let mut cargo = sh::cargo(&project.root);
        sh::run(cargo.args(["build", "-p", "sightline-relay", "--bin", "sightline"]))
    })?;

    println!("==> serve the app on {} (Ctrl-C ends it)", PAGE_ORIGINS[0]);
    let mut relay = Command::new(project.relay("debug"));
    // Its links lead to the app that was built in, if any, not to the one with reload.
    relay.stdout(Stdio::null());
    relay.args(["--listen", &RELAY.to_string()]);
    for origin in PAGE_ORIGINS {
        relay.args(["--allow-origin", origin]);
    }
    // Not into `dist`: that holds the release app, which the relay embeds.
    let mut trunk = app::trunk(project);
    trunk.arg("serve").arg("--dist").arg(project.scratch().join("dev"));

    let mut children = Children::new()?;
    children.start("the relay", &mut relay)?;
    children.start("trunk serve", &mut trunk)?;
    children.wait()
}
