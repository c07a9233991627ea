//! Programs that this crate starts, and their certain end.
//!
//! A WebDriver server starts a browser, and that a dozen processes. They all stay in
//! the server's process group, and a small watcher ends that group as soon as its
//! standard input closes: when the owner is dropped, and also when this process is
//! killed or crashes and nothing is dropped any more.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, process};

use anyhow::{Context, Result};

use crate::network::Namespace;
use crate::wait::until;

/// `$1` is the process group, `$2` its folder, if it has one. Once more for files that
/// were being written while the processes ended.
const WATCH: &str = r#"
trap '' INT TERM HUP
read -r line
kill -s KILL -- "-$1" 2>/dev/null
[ -z "$2" ] || rm -rf -- "$2" 2>/dev/null || { sleep 0.3; rm -rf -- "$2"; }
"#;

/// Tidies up, which is to end a process group, when it is dropped, or when this process is gone.
#[derive(Debug)]
pub(crate) struct Watcher(Child);

impl Watcher {
    /// Watches over a process group, and a folder that goes with it.
    pub(crate) fn of(group: u32, folder: Option<&Path>) -> Result<Self> {
        let group = group.to_string();
        let folder = folder.map(Path::as_os_str);
        Self::start(
            WATCH,
            &[Some(group.as_ref()), folder].into_iter().flatten().collect::<Vec<_>>(),
        )
    }

    /// Runs a script of `sh` that waits for the end of its input before it tidies up.
    pub(crate) fn start(script: &str, arguments: &[&OsStr]) -> Result<Self> {
        let mut watcher = Command::new("sh");
        watcher.args(["-c", script, "watcher"]).args(arguments);
        watcher.stdin(Stdio::piped()).process_group(0);
        Ok(Self(watcher.spawn().context("sh does not start")?))
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

/// The program that an environment variable names.
///
/// # Errors
/// A sentence that says how the journeys are meant to be run.
pub fn program(variable: &str) -> Result<PathBuf> {
    let path = env::var_os(variable).map(PathBuf::from).with_context(|| {
        format!(
            "{variable} is not set. Run the journeys with `cargo xtask test journeys`: it builds \
             the relay, finds the browsers and says where they are."
        )
    })?;
    anyhow::ensure!(
        path.is_file(),
        "{variable} names {}, which is not there. Run the journeys with `cargo xtask test \
         journeys`.",
        path.display()
    );
    Ok(path)
}

/// A WebDriver server with all that it starts and a folder for it.
#[derive(Debug)]
pub(crate) struct Server {
    /// None when it is being dropped.
    watcher: Option<Watcher>,
    child: Child,
    folder: PathBuf,
}

impl Server {
    /// Starts a server. What it and its browser write goes to [`Server::log`], their
    /// temporary files into a folder that goes with it. It is on this machine's network, or
    /// inside another.
    pub(crate) fn start(
        program: &Path,
        arguments: &[&str],
        inside: Option<&Namespace>,
    ) -> Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("sightline-e2e-{}-{count}", process::id()));
        fs::create_dir_all(&folder).with_context(|| format!("no folder {}", folder.display()))?;
        let log = File::create(folder.join("log"))?;
        let command = inside.map(|namespace| namespace.command(program));
        let mut child = command
            .unwrap_or_else(|| Command::new(program))
            .args(arguments)
            .env("TMPDIR", &folder)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .process_group(0)
            .spawn()
            .with_context(|| format!("{} does not start", program.display()))?;
        match Watcher::of(child.id(), Some(&folder)) {
            Ok(watcher) => Ok(Self { watcher: Some(watcher), child, folder }),
            Err(error) => {
                let _ = child.kill();
                let _ = child.wait();
                Err(error)
            }
        }
    }

    /// What the server and its browser have written so far.
    pub(crate) fn log(&self) -> String {
        let bytes = fs::read(self.folder.join("log")).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Ends the server and its browser at once, as a crash would.
    pub(crate) fn kill(&self) -> Result<()> {
        let group = format!("-{}", self.child.id());
        let status = Command::new("kill").args(["-s", "KILL", "--", &group]).status()?;
        anyhow::ensure!(status.success(), "a browser can't be killed");
        Ok(())
    }

    /// Waits until the server has written something; fails as soon as it has ended.
    pub(crate) async fn says(&mut self, mark: &str) -> Result<()> {
        until(format_args!("a driver to write {mark:?}"), async || {
            let ended = self.child.try_wait()?;
            let log = self.log();
            if log.contains(mark) {
                return Ok(Ok(()));
            }
            anyhow::ensure!(ended.is_none(), "it has ended: {log}");
            Ok(Err(log))
        })
        .await
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.watcher.take());
        let _ = self.child.wait();
    }
}
