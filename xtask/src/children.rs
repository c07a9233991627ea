//! Programs that run until somebody ends them: started, watched, ended by their ids.

use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use signal_hook::flag;

#[cfg(unix)]
const SIGNALS: [i32; 3] = {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    [SIGINT, SIGTERM, SIGHUP]
};
#[cfg(not(unix))]
const SIGNALS: [i32; 2] = {
    use signal_hook::consts::{SIGINT, SIGTERM};
    [SIGINT, SIGTERM]
};

/// How often the children and the signals are looked at.
const POLL: Duration = Duration::from_millis(50);
/// So long a child has after it was asked to end: the relay takes up to eight seconds
/// to close its connections.
const ASKED: Duration = Duration::from_secs(10);

/// The children of one command. Dropping it ends those that still run.
pub(crate) struct Children {
    running: Vec<(&'static str, Child)>,
    stop: Arc<AtomicBool>,
}

impl Children {
    /// None yet. From here on Ctrl-C and SIGTERM end the children first; a second one
    /// ends us at once.
    pub(crate) fn new() -> Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        for signal in SIGNALS {
            // In this order, so that the first signal doesn't count as the second.
            flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&stop))
                .and_then(|_| flag::register(signal, Arc::clone(&stop)))
                .context("signals can't be caught")?;
        }
        Ok(Self { running: Vec::new(), stop })
    }

    /// Starts one that shares our standard output and error.
    pub(crate) fn start(&mut self, name: &'static str, command: &mut Command) -> Result<()> {
        // A group of its own, so that Ctrl-C in a terminal reaches it by us alone: a
        // second signal would make it drop what it is closing.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        let child = command.stdin(Stdio::null()).spawn();
        let child = child.with_context(|| format!("{name} could not be started"))?;
        self.running.push((name, child));
        Ok(())
    }

    /// Whether somebody asked us to end.
    pub(crate) fn stopping(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// The first child that has ended, if any.
    pub(crate) fn ended(&mut self) -> Result<Option<(&'static str, ExitStatus)>> {
        for (name, child) in &mut self.running {
            if let Some(status) = child.try_wait()? {
                return Ok(Some((*name, status)));
            }
        }
        Ok(None)
    }

    /// Waits until a child ends or somebody asks us to, then ends all. The exit code
    /// is that of the child that ended first; after a signal, of one that failed.
    pub(crate) fn wait(mut self) -> Result<ExitCode> {
        let first = loop {
            if let Some((name, status)) = self.ended()? {
                if self.running.len() > 1 && !self.stopping() {
                    println!("{name} has ended ({status})");
                }
                break Some(status);
            }
            if self.stopping() {
                break None;
            }
            thread::sleep(POLL);
        };
        self.end();
        match first {
            Some(status) => Ok(exit_code(status)),
            None => Ok(self.failure().map_or(ExitCode::SUCCESS, exit_code)),
        }
    }

    /// The first that ended with a code of its own that is not 0. One that ended by the
    /// signal that we sent did as it was told.
    fn failure(&mut self) -> Option<ExitStatus> {
        let statuses = self.running.iter_mut().filter_map(|(_, child)| child.wait().ok());
        statuses.into_iter().find(|status| status.code().is_some_and(|code| code != 0))
    }

    fn end(&mut self) {
        for (_, child) in &mut self.running {
            if matches!(child.try_wait(), Ok(None)) {
                ask_to_end(child);
            }
        }
        self.wait_until(Instant::now() + ASKED);
        for (name, child) in &mut self.running {
            if matches!(child.try_wait(), Ok(None)) {
                println!("{name} did not end when asked to: killed");
                // Fails only where it has just ended by itself.
                let _ = child.kill();
                let _ = child.wait();
            }
        }
    }

    fn wait_until(&mut self, deadline: Instant) {
        let all_ended = |running: &mut Vec<(&str, Child)>| {
            running.iter_mut().all(|(_, child)| !matches!(child.try_wait(), Ok(None)))
        };
        while !all_ended(&mut self.running) && Instant::now() < deadline {
            thread::sleep(POLL);
        }
    }
}

impl Drop for Children {
    fn drop(&mut self) {
        self.end();
    }
}

#[cfg(unix)]
fn ask_to_end(child: &mut Child) {
    // The standard library can only kill; asking is left to the system's own program.
    // The whole group: Trunk may have a cargo running.
    let group = format!("-{}", child.id());
    crate::sh::succeeds(Command::new("kill").args(["-TERM", "--", &group]));
}

#[cfg(not(unix))]
fn ask_to_end(child: &mut Child) {
    let _ = child.kill();
}

fn exit_code(status: ExitStatus) -> ExitCode {
    match status.code() {
        Some(code) => ExitCode::from(u8::try_from(code).unwrap_or(1)),
        None => ExitCode::FAILURE,
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_others_end_with_the_first() {
        let mut children = Children::new().unwrap();
        children.start("long", Command::new("sleep").arg("600")).unwrap();
        let id = children.running[0].1.id().to_string();
        children.start("short", Command::new("sh").args(["-c", "exit 7"])).unwrap();
        let start = Instant::now();
        let code = children.wait().unwrap();
        assert_eq!(code, ExitCode::from(7));
        assert!(start.elapsed() < ASKED, "it was killed, not asked");
        assert!(!crate::sh::succeeds(Command::new("kill").args(["-0", &id])), "it still runs");
    }
}
