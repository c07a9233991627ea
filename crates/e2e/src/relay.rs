//! The relay under test: the program itself, on a port of its own.

use std::process::Stdio;
use std::sync::Arc;

use anyhow::{Context, Result};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::Mutex;

use crate::network::{Network, RELAY};
use crate::process::{Watcher, program};
use crate::record;
use crate::setup::INSECURE_HOST;
use crate::wait::soon;

/// A running `sightline`. A clone is the same; it ends with the last of them.
#[derive(Clone, Debug)]
pub struct Relay(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    options: Vec<String>,
    /// Where it runs, if not on this machine's network.
    network: Option<Network>,
    /// As in `127.0.0.1:12345`.
    address: String,
    running: Mutex<Option<Running>>,
}

/// Dropped in this order: it is ended, and then it is waited for.
#[derive(Debug)]
struct Running {
    _watcher: Watcher,
    child: Child,
}

impl Relay {
    /// Starts a relay on a free port.
    ///
    /// # Errors
    /// If `SIGHTLINE_BIN` doesn't name it, or it doesn't start.
    pub async fn start() -> Result<Self> {
        Self::with(&[]).await
    }

    /// Starts a relay with options besides `--listen`.
    ///
    /// # Errors
    /// As [`Relay::start`].
    pub async fn with(options: &[&str]) -> Result<Self> {
        Self::start_at("127.0.0.1:0", options, None).await
    }

    /// Starts a relay at the router of a network, always at the same address.
    ///
    /// # Errors
    /// As [`Relay::start`].
    pub async fn on(network: &Network, options: &[&str]) -> Result<Self> {
        Self::start_at(RELAY, options, Some(network.clone())).await
    }

    async fn start_at(listen: &str, options: &[&str], network: Option<Network>) -> Result<Self> {
        let options: Vec<_> = options.iter().map(|option| (*option).to_owned()).collect();
        let (running, address) = begin(listen, &options, network.as_ref()).await?;
        let running = Mutex::new(Some(running));
        Ok(Self(Arc::new(Inner { options, network, address, running })))
    }

    /// The host and port.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.0.address
    }

    /// The process, while it runs.
    pub async fn process_id(&self) -> Option<u32> {
        self.0.running.lock().await.as_ref().and_then(|running| running.child.id())
    }

    /// A page's address; `path` begins with a slash.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.0.address)
    }

    /// The same at [`INSECURE_HOST`], where a page is not secure.
    #[must_use]
    pub fn insecure_url(&self, path: &str) -> String {
        self.url(path).replace("127.0.0.1", INSECURE_HOST)
    }

    /// Ends it at once, as a crash would: no close frames.
    ///
    /// # Errors
    /// If it can't be.
    pub async fn kill(&self) -> Result<()> {
        record::acted();
        if let Some(mut running) = self.0.running.lock().await.take() {
            running.child.kill().await.context("the relay can't be killed")?;
        }
        Ok(())
    }

    /// Asks it to end (SIGTERM), and waits for that.
    ///
    /// # Errors
    /// If it doesn't end, or ends with an error.
    pub async fn stop(&self) -> Result<()> {
        record::acted();
        let Some(mut running) = self.0.running.lock().await.take() else { return Ok(()) };
        let id = running.child.id().context("the relay has ended by itself")?;
        let kill = Command::new("kill").args(["-TERM", &id.to_string()]).status().await?;
        anyhow::ensure!(kill.success(), "kill failed");
        let status = soon("the relay to end on SIGTERM", running.child.wait()).await??;
        anyhow::ensure!(status.success(), "the relay ended with {status}");
        Ok(())
    }

    /// Starts it again on the same port, after [`Relay::kill`] or [`Relay::stop`].
    ///
    /// # Errors
    /// As [`Relay::start`].
    pub async fn start_again(&self) -> Result<()> {
        record::acted();
        let mut running = self.0.running.lock().await;
        anyhow::ensure!(running.is_none(), "the relay still runs");
        *running = Some(begin(&self.0.address, &self.0.options, self.0.network.as_ref()).await?.0);
        Ok(())
    }

    /// Stops it as it is (SIGSTOP): its connections stay open, and nothing answers.
    ///
    /// # Errors
    /// If it doesn't run.
    pub async fn pause(&self) -> Result<()> {
        self.signal("-STOP").await
    }

    /// It goes on after [`Relay::pause`].
    ///
    /// # Errors
    /// If it doesn't run.
    pub async fn resume(&self) -> Result<()> {
        self.signal("-CONT").await
    }

    async fn signal(&self, signal: &str) -> Result<()> {
        record::acted();
        let id = self.process_id().await.context("the relay does not run")?;
        let kill = Command::new("kill").args([signal, &id.to_string()]).status().await?;
        anyhow::ensure!(kill.success(), "kill {signal} failed");
        Ok(())
    }
}

/// Starts the program; the address that it says it has.
async fn begin(
    listen: &str,
    options: &[String],
    network: Option<&Network>,
) -> Result<(Running, String)> {
    let program = program("SIGHTLINE_BIN")?;
    let mut command = match network {
        Some(network) => Command::from(network.router().command(&program)),
        None => Command::new(program),
    };
    let mut child = command
        .arg(format!("--listen={listen}"))
        .args(options)
        .env("SIGHTLINE_LOG", "warn")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .process_group(0)
        .spawn()
        .context("the relay does not start")?;
    let id = child.id().context("the relay ended at once")?;
    let watcher = Watcher::of(id, None)?;
    let out = child.stdout.take().context("the relay has no output")?;
    let mut lines = BufReader::new(out).lines();
    let line = soon("the relay's first line", lines.next_line()).await??;
    let line = line.context("the relay ended at once")?;
    let address = line.strip_prefix("Sightline is at http://").and_then(|l| l.strip_suffix('/'));
    let address = address.with_context(|| format!("not an address: {line}"))?.to_owned();
    // Read to the end: a full pipe would stop it.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Ok((Running { _watcher: watcher, child }, address))
}
