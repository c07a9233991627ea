//! `sightline`: the relay as a command-line program.

mod logging;
mod options;

use std::io::Write;
use std::process::ExitCode;

use anyhow::{Context, anyhow};
use clap::Parser;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::options::Options;

/// The exit code after a second signal: 128 + SIGINT, as in shells.
const INTERRUPTED: i32 = 130;

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sightline: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> anyhow::Result<()> {
    if options.list_assets {
        return list_assets();
    }
    let config = options.config().map_err(|text| anyhow!(text))?;
    logging::start(&options.log)?;
    let limits = &config.limits;
    raise_file_limit(limits.connections.saturating_add(limits.spare_connections));
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("Can't start the runtime")?
        .block_on(async {
            let mut listeners = Vec::new();
            for address in &options.listen {
                let listener = TcpListener::bind(address).await.map_err(|error| {
                    anyhow!("Can't listen on {address}: {}", bind_error(&error, address.port()))
                })?;
                listeners.push(listener);
            }
            let shutdown = CancellationToken::new();
            stop_on_signals(shutdown.clone()).context("Can't listen for signals")?;
            print_links(&listeners)?;
            sightline_relay::serve_all(listeners, config, shutdown).await;
            Ok(())
        })
}

/// Why an address can't be bound, and what to do.
fn bind_error(error: &std::io::Error, port: u16) -> String {
    match error.kind() {
        std::io::ErrorKind::AddrInUse => format!(
            "port {port} is in use by another program. Stop it, or choose another port with --listen."
        ),
        std::io::ErrorKind::PermissionDenied => {
            format!(
                "this user is not allowed to use port {port}. Choose one above 1023 with --listen."
            )
        }
        std::io::ErrorKind::AddrNotAvailable => {
            "this machine does not have this address. Choose another one with --listen.".into()
        }
        _ => format!("{error}."),
    }
}

/// Programs read the port from the first line: keep its form.
fn print_links(listeners: &[TcpListener]) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    for listener in listeners {
        let address = listener.local_addr().context("Can't get the listener's address")?;
        writeln!(out, "Sightline is at http://{address}/")?;
        writeln!(out, "  share a camera: http://{address}/sender")?;
        writeln!(out, "  watch:          http://{address}/receiver")?;
    }
    out.flush()?;
    Ok(())
}

fn list_assets() -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    for file in sightline_relay::asset_sizes() {
        writeln!(out, "{}\t{}\t{}\t{}", file.path, file.raw, file.gzip, file.brotli)?;
    }
    Ok(())
}

/// Raises the limit of open files. Each connection is an open file, and the usual limit is about
/// a thousand.
fn raise_file_limit(connections: usize) {
    // Some more for the listener, the log and the runtime.
    let wanted = u64::try_from(connections).unwrap_or(u64::MAX).saturating_add(64);
    match rlimit::increase_nofile_limit(wanted) {
        Ok(files) if files >= wanted => {}
        // Not a warning, because few relays ever have that many connections.
        Ok(files) => info!(
            files,
            wanted,
            "the limit of open files is too low for --max-connections; raise it with `ulimit -n`"
        ),
        Err(error) => warn!(%error, "cannot read the limit of open files"),
    }
}

/// The first SIGINT or SIGTERM starts a graceful shutdown, the second one exits at once.
fn stop_on_signals(shutdown: CancellationToken) -> std::io::Result<()> {
    let mut signals = Signals::new()?;
    tokio::spawn(async move {
        signals.next().await;
        info!("shutting down; send the signal again to exit at once");
        shutdown.cancel();
        signals.next().await;
        std::process::exit(INTERRUPTED);
    });
    Ok(())
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    #[allow(clippy::unnecessary_wraps, reason = "same signature as on Unix")]
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        // Fails if there is no console for Ctrl-C.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
