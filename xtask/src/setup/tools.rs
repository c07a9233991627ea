//! What cargo builds for us: Trunk, wasm-bindgen and geckodriver, in `.tools/bin`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::project::Project;
use crate::sh;
use crate::steps::step;

/// The last Trunk that our minimum Rust compiles.
const TRUNK: &str = "0.21.14";

/// Trunk, of exactly the version that this workspace is built with.
pub(crate) fn trunk(project: &Project) -> Result<()> {
    if has(project, &["trunk"], TRUNK) {
        return Ok(());
    }
    step("build Trunk (some minutes, once)", || install(project, "trunk", Some(TRUNK), true))
}

/// wasm-bindgen and its test runner, of exactly the version in Cargo.lock: they
/// refuse what any other version of the library made.
pub(crate) fn wasm_bindgen(project: &Project) -> Result<()> {
    let version = locked_version(&project.root, "wasm-bindgen")?;
    if has(project, &["wasm-bindgen", "wasm-bindgen-test-runner"], &version) {
        return Ok(());
    }
    step(&format!("build wasm-bindgen {version} (some minutes, once)"), || {
        // Without --locked: a mirror of the registry may lack a version that the lock
        // file of this package names.
        install(project, "wasm-bindgen-cli", Some(&version), false)
    })
}

/// The geckodriver that is built where none is there. Any other does as well: each
/// drives every Firefox of the last years.
const GECKODRIVER: &str = "0.37.1";

/// geckodriver: our own, or the one on PATH.
pub(crate) fn geckodriver(project: &Project) -> Result<PathBuf> {
    let own = own(project, "geckodriver");
    if own.is_file() {
        return Ok(own);
    }
    if let Some(found) = sh::which("geckodriver") {
        return Ok(found);
    }
    step("build geckodriver (some minutes, once)", || {
        install(project, "geckodriver", Some(GECKODRIVER), false)
    })?;
    Ok(own)
}

/// Removes what the builds of tools left behind: gigabytes that nobody needs again.
pub(crate) fn clean(project: &Project) {
    let build = build_dir(project);
    if build.is_dir() {
        // Only disk space is at stake.
        let _ = fs::remove_dir_all(build);
    }
}

/// The version of a crate in Cargo.lock.
///
/// # Errors
/// Where it is not there exactly once.
pub(crate) fn locked_version(root: &Path, name: &str) -> Result<String> {
    let lock = fs::read_to_string(root.join("Cargo.lock")).context("Cargo.lock can't be read")?;
    version_in(&lock, name)
}

fn version_in(lock: &str, name: &str) -> Result<String> {
    let header = format!("name = \"{name}\"");
    let mut lines = lock.lines();
    let mut versions = Vec::new();
    while lines.by_ref().any(|line| line == header) {
        let version = lines.next().and_then(|line| line.strip_prefix("version = \""));
        versions.extend(version.and_then(|line| line.strip_suffix('"')));
    }
    match versions.as_slice() {
        [one] => Ok((*one).to_owned()),
        [] => bail!("Cargo.lock has no {name}: run `cargo update --workspace`."),
        _ => bail!(
            "Cargo.lock has {name} in several versions, and the app works with one only: run \
             `cargo tree --invert {name}` and `cargo update`."
        ),
    }
}

fn build_dir(project: &Project) -> PathBuf {
    project.tools().join("build")
}

fn own(project: &Project, name: &str) -> PathBuf {
    project.tools().join("bin").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// Whether all of them are ours in that version; where none is ours, on `PATH`.
/// (Ours come first on the `PATH` that we give.)
fn has(project: &Project, names: &[&str], version: &str) -> bool {
    names.iter().all(|name| {
        let own = own(project, name);
        let tool = if own.is_file() { Some(own) } else { sh::which(name) };
        tool.is_some_and(|tool| {
            sh::output(Command::new(tool).arg("--version"))
                .is_ok_and(|said| is_version(&said, version))
        })
    })
}

/// `trunk 0.21.14` and `wasm-bindgen 0.2.100 (1234abcd)` both say their version so.
fn is_version(said: &str, version: &str) -> bool {
    said.split_whitespace().nth(1) == Some(version)
}

fn install(project: &Project, name: &str, version: Option<&str>, locked: bool) -> Result<()> {
    let mut cargo = sh::cargo(&project.root);
    // By force, as cargo may remember a tool whose file was removed.
    cargo.args(["install", name, "--force"]);
    if let Some(version) = version {
        cargo.args(["--version", version]);
    }
    if locked {
        cargo.arg("--locked");
    }
    // One folder for all: what they have in common is built once.
    cargo.arg("--root").arg(project.tools()).arg("--target-dir").arg(build_dir(project));
    // Built to be used soon, not to be fast.
    cargo
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_RELEASE_LTO", "false")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "false");
    sh::run(&mut cargo).with_context(|| {
        let version = version.map(|version| format!(" --version {version}")).unwrap_or_default();
        format!(
            "{name} could not be built. See what cargo says above (most often the network or a \
             missing C compiler), then try again; or install it where PATH finds it: \
             `cargo install {name}{version}`"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.2.3\"\n\n\
        [[package]]\nname = \"b\"\nversion = \"0.1.0\"\ndependencies = [\n \"a\",\n]\n\n\
        [[package]]\nname = \"b\"\nversion = \"0.2.0\"\n";

    #[test]
    fn the_lock_file_tells_versions() {
        assert_eq!(version_in(LOCK, "a").unwrap(), "1.2.3");
        assert!(version_in(LOCK, "b").unwrap_err().to_string().contains("several"));
        assert!(version_in(LOCK, "c").unwrap_err().to_string().contains("no c"));
    }

    #[test]
    fn tools_tell_versions() {
        for (said, is) in [
            ("trunk 1.2.3\n", true),
            ("wasm-bindgen 1.2.3 (0123abc)\n", true),
            ("trunk 1.2.30\n", false),
            ("", false),
        ] {
            assert_eq!(is_version(said, "1.2.3"), is, "{said}");
        }
    }
}
