//! Builds what is served: the app by Trunk, then the relay that embeds it.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::project::Project;
use crate::sh;

/// The cargo profile of the relay that is measured and shipped.
pub(crate) const SERVER: &str = "server";

/// What the app is built from, within the workspace. A folder counts with all its files.
const SOURCES: &[&str] = &[
    ".cargo/config.toml",
    "Cargo.lock",
    "Cargo.toml",
    "assets",
    "crates/app/Cargo.toml",
    "crates/app/src",
    "crates/protocol/Cargo.toml",
    "crates/protocol/src",
    "crates/session/Cargo.toml",
    "crates/session/src",
    "crates/web/Cargo.toml",
    "crates/web/src",
    "index.html",
    "trunk.toml",
];

/// `trunk build --release`, unless what is there was built from the same sources:
/// Trunk itself would run wasm-bindgen each time, and a changed `dist` would build
/// the relay anew.
pub(crate) fn build_app(project: &Project) -> Result<()> {
    let record = project.scratch().join("app.fingerprint");
    let sources = fingerprint_of_sources(project)?;
    let now = |dist: u64| format!("{sources:016x} {dist:016x}\n");
    if project.dist().join("index.html").is_file()
        && let Ok(last) = fs::read_to_string(&record)
        && last == now(fingerprint(&[project.dist()])?)
    {
        println!("  the app is up to date");
        return Ok(());
    }
    sh::run(trunk(project).args(["build", "--release"]))?;
    fs::create_dir_all(project.scratch())?;
    fs::write(&record, now(fingerprint(&[project.dist()])?))
        .with_context(|| format!("{} can't be written", record.display()))
}

/// The relay with the app in it, as it is shipped.
pub(crate) fn build_relay(project: &Project) -> Result<PathBuf> {
    let mut cargo = sh::cargo(&project.root);
    cargo.args(["build", "--profile", SERVER, "-p", "sightline-relay", "--bin", "sightline"]);
    sh::run(&mut cargo)?;
    let relay = project.relay(SERVER);
    if !relay.is_file() {
        bail!("cargo built no {}", relay.display());
    }
    Ok(relay)
}

/// Trunk, with our tools on its `PATH`: what it finds there it doesn't download.
pub(crate) fn trunk(project: &Project) -> Command {
    let own = project.tools().join("bin").join("trunk");
    let mut trunk = Command::new(if own.is_file() { own } else { "trunk".into() });
    trunk.current_dir(&project.root).env("PATH", project.path());
    // Trunk takes the variable's value for a yes or no of its own, and refuses others.
    trunk.env_remove("NO_COLOR");
    trunk
}

fn fingerprint_of_sources(project: &Project) -> Result<u64> {
    let files: Vec<PathBuf> = SOURCES.iter().map(|source| project.root.join(source)).collect();
    let rustc = sh::output(Command::new("rustc").current_dir(&project.root).arg("-vV"))?;
    let flags = std::env::var_os("RUSTFLAGS");
    let mut hasher = DefaultHasher::new();
    (fingerprint(&files)?, rustc, flags).hash(&mut hasher);
    Ok(hasher.finish())
}

/// A number that changes with the names and contents of files. Not cryptographic:
/// nobody gains from a collision.
fn fingerprint(roots: &[PathBuf]) -> Result<u64> {
    let mut hasher = DefaultHasher::new();
    for root in roots {
        hash_into(&mut hasher, root)?;
    }
    Ok(hasher.finish())
}

fn hash_into(hasher: &mut DefaultHasher, path: &Path) -> Result<()> {
    path.hash(hasher);
    if path.is_dir() {
        let entries = path.read_dir()?.collect::<Result<Vec<_>, _>>()?;
        let mut paths: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            hash_into(hasher, &path)?;
        }
    } else {
        // A source that is not there is one more state of it.
        fs::read(path).ok().hash(hasher);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_follows_names_and_contents() {
        let dir = std::env::temp_dir().join(format!("xtask-fingerprint-{}", std::process::id()));
        fs::create_dir_all(dir.join("deep")).unwrap();
        let print = || fingerprint(std::slice::from_ref(&dir)).unwrap();
        let empty = print();
        fs::write(dir.join("deep/a"), "1").unwrap();
        let one = print();
        assert_ne!(one, empty);
        assert_eq!(one, print(), "nothing changed");
        fs::write(dir.join("deep/a"), "2").unwrap();
        assert_ne!(one, print());
        fs::rename(dir.join("deep/a"), dir.join("deep/b")).unwrap();
        let renamed = print();
        fs::write(dir.join("deep/b"), "1").unwrap();
        assert_ne!(renamed, print());
        fs::remove_dir_all(dir).unwrap();
    }
}
