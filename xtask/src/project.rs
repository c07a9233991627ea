//! Where things are: the workspace, its tools, what is built.

use std::env::{self, consts::EXE_SUFFIX};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::sh;

/// The workspace and what `cargo metadata` says about it.
pub(crate) struct Project {
    /// The folder of the workspace's `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Where cargo builds.
    pub(crate) target: PathBuf,
    /// The workspace's packages, without what they depend on.
    pub(crate) metadata: Value,
}

impl Project {
    /// Asks cargo.
    pub(crate) fn find() -> Result<Self> {
        // Cargo sets the variable for what it runs; the value at compile time is
        // another checkout's where two share a target folder.
        let manifest = env::var("CARGO_MANIFEST_DIR")
            .ok()
            .filter(|dir| dir.ends_with("xtask"))
            .unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").to_owned());
        let root = Path::new(&manifest)
            .parent()
            .context("xtask is not in a workspace any more: run `cargo xtask` again.")?
            .to_owned();
        let mut cargo = sh::cargo(&root);
        cargo.args(["metadata", "--no-deps", "--format-version", "1"]);
        let metadata: Value = serde_json::from_str(&sh::output(&mut cargo)?)
            .context("cargo metadata printed no JSON")?;
        let target = metadata
            .get("target_directory")
            .and_then(Value::as_str)
            .context("cargo metadata names no target folder")?
            .into();
        Ok(Self { root, target, metadata })
    }

    /// The folder for tools, the root of `cargo install`.
    pub(crate) fn tools(&self) -> PathBuf {
        self.root.join(".tools")
    }

    /// `PATH` with the workspace's own tools first.
    pub(crate) fn path(&self) -> OsString {
        let old = env::var_os("PATH").unwrap_or_default();
        let mut dirs = vec![self.tools().join("bin")];
        dirs.extend(env::split_paths(&old));
        env::join_paths(dirs).unwrap_or(old)
    }

    /// A folder of our own beside what cargo builds.
    pub(crate) fn scratch(&self) -> PathBuf {
        self.target.join("xtask")
    }

    /// What Trunk builds and the relay embeds.
    pub(crate) fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// The relay's binary as one of cargo's profiles builds it.
    pub(crate) fn relay(&self, profile_dir: &str) -> PathBuf {
        self.target.join(profile_dir).join(format!("sightline{EXE_SUFFIX}"))
    }

    /// The name, manifest folder and dependencies of each package of the workspace.
    pub(crate) fn packages(&self) -> impl Iterator<Item = Package<'_>> {
        let packages = self.metadata.get("packages").and_then(Value::as_array);
        packages.into_iter().flatten().filter_map(|package| {
            let manifest = package.get("manifest_path")?.as_str()?;
            let name = package.get("name")?.as_str()?;
            Some(Package { name, dir: Path::new(manifest).parent()?, value: package })
        })
    }
}

/// One package of the workspace.
pub(crate) struct Package<'a> {
    pub(crate) name: &'a str,
    pub(crate) dir: &'a Path,
    value: &'a Value,
}

impl<'a> Package<'a> {
    /// What it links or builds with; what only its tests use is left out.
    pub(crate) fn dependencies(&self) -> Vec<&'a str> {
        let all = self.value.get("dependencies").and_then(Value::as_array);
        all.into_iter()
            .flatten()
            .filter(|dep| dep.get("kind").and_then(Value::as_str) != Some("dev"))
            .filter_map(|dep| dep.get("name")?.as_str())
            .collect()
    }
}
