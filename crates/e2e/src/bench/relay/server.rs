//! The servers under load: started on a core of their own, watched, and stopped.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// The core of the server; the load has the other.
const SERVER_CORE: &str = "1";
const LOAD_CORE: &str = "0";

/// A kind of server.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// The relay of this project, as it is shipped.
    Sightline(PathBuf),
    /// A room relay in Node with the `ws` package.
    Node {
        /// The script.
        script: PathBuf,
    },
    /// The least that a relay can do (see [`super::floor`]).
    Floor,
}

impl Kind {
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Sightline(_) => "Sightline",
            Self::Node { .. } => "Node `ws`",
            Self::Floor => "floor",
        }
    }

    /// The command line, without what pins it to a core.
    fn command(&self) -> Result<Vec<String>> {
        let text = |path: &Path| path.display().to_string();
        Ok(match self {
            // A connection here sends as much as thousands of pages do: with the rates of
            // one page the limit would be measured.
            Self::Sightline(binary) => vec![
                text(binary),
                "--listen=127.0.0.1:0".into(),
                "--max-message-rate=1000000".into(),
                "--max-message-burst=1000000".into(),
                "--max-byte-rate=1000000000".into(),
                "--max-byte-burst=1000000000".into(),
            ],
            Self::Node { script } => vec!["node".into(), "--expose-gc".into(), text(script)],
            Self::Floor => {
                let own = std::env::current_exe().context("this program's path is unknown")?;
                vec![text(&own), "--serve-floor".into()]
            }
        })
    }
}

/// A running server; ended when dropped.
pub(crate) struct Server {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
    pub(crate) address: SocketAddr,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It keeps nothing that an orderly end would save.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// Starts one on a free port and waits until it says which.
    pub(crate) fn start(kind: &Kind) -> Result<Self> {
        let mut child = Command::new("taskset")
            .args(["-c", SERVER_CORE])
            .args(kind.command()?)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // The relay logs each join there: it does the work, nobody reads it.
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("{} can't be started on a core of its own", kind.name()))?;
        let stdin = child.stdin.take();
        let stdout = child.stdout.take().context("a child without standard output")?;
        let mut stdout = BufReader::new(stdout);
        let mut line = String::new();
        let read = stdout.read_line(&mut line);
        let address = line
            .split_once("http://")
            .and_then(|(_, rest)| rest.trim().trim_end_matches('/').parse().ok());
        let server = |address| Self { child, stdin, stdout, address };
        match (read, address) {
            (Ok(_), Some(address)) => Ok(server(address)),
            _ => {
                drop(server(SocketAddr::from(([0, 0, 0, 0], 0))));
                bail!("{} did not say where it listens", kind.name())
            }
        }
    }

    /// Lets a server with a garbage collector collect, so that what it only has not
    /// given back yet doesn't count. The answer is a line.
    pub(crate) fn collect_garbage(&mut self, kind: &Kind) -> Result<()> {
        if let (Kind::Node { .. }, Some(stdin)) = (kind, &mut self.stdin) {
            stdin.write_all(b"collect\n")?;
            self.stdout.read_line(&mut String::new()).context("the server did not answer")?;
        }
        Ok(())
    }

    /// The processor time that its threads have used.
    pub(crate) fn cpu(&self) -> Result<Duration> {
        cpu_of(self.child.id())
    }

    /// Its own memory in bytes, without the files that it maps.
    pub(crate) fn memory(&self) -> Result<f64> {
        let path = format!("/proc/{}/status", self.child.id());
        let status = fs::read_to_string(&path).context("the server is gone")?;
        anonymous(&status).with_context(|| format!("{path} has no RssAnon"))
    }
}

/// `RssAnon` of /proc/PID/status.
fn anonymous(status: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"))?;
    let kib: u32 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(f64::from(kib) * 1024.0)
}

/// The processor time of a process, to the nanosecond: the clock ticks of
/// /proc/PID/stat are 10 ms, too coarse for some thousand messages.
pub(crate) fn cpu_of(pid: u32) -> Result<Duration> {
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).context("the process is gone")?;
    let mut nanos = 0;
    for task in tasks {
        let path = task?.path().join("schedstat");
        // A thread may have ended meanwhile; none of the servers starts and ends them.
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let first = text.split(' ').next().and_then(|first| first.parse::<u64>().ok());
        nanos += first.context("this kernel keeps no schedstat")?;
    }
    Ok(Duration::from_nanos(nanos))
}

/// Keeps this program on the core of the load.
pub(crate) fn pin_load() -> Result<()> {
    if std::thread::available_parallelism().map_or(1, usize::from) < 2 {
        bail!("the load and the server need a core each; this machine has one");
    }
    let pinned = Command::new("taskset")
        .args(["-a", "-c", "-p", LOAD_CORE, &std::process::id().to_string()])
        .stdout(Stdio::null())
        .status();
    match pinned {
        Ok(status) if status.success() => Ok(()),
        _ => bail!("`taskset` did not work; this benchmark needs Linux with util-linux"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read() {
        let status = "VmRSS:\t   20000 kB\nRssAnon:\t    1234 kB\nRssFile:\t 1 kB\n";
        assert_eq!(anonymous(status), Some(1234.0 * 1024.0));
        assert_eq!(anonymous("VmRSS: 1 kB"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn processor_time_grows() {
        let before = cpu_of(std::process::id()).unwrap();
        let mut sum = 0_u64;
        for i in 0..3_000_000_u64 {
            sum = std::hint::black_box(sum ^ i.rotate_left(7));
        }
        assert!(cpu_of(std::process::id()).unwrap() > before, "{sum}");
    }
}
