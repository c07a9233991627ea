//! `sightline`: the relay as a program.

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

/// How a program ends that a second signal stopped: 128 + SIGINT, as shells have it.
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
    let config = options.config().map_err(|sentence| anyhow!(sentence))?;
    logging::start(&options.log)?;
    let limits = &config.limits;
    raise_file_limit(limits.connections.saturating_add(limits.spare_connections));
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("The runtime did not start")?
        .block_on(async {
            let mut listeners = Vec::new();
            for address in &options.listen {
                let listener = TcpListener::bind(address).await.map_err(|error| {
                    anyhow!("Can't serve on {address}: {}", why_not(&error, address.port()))
                })?;
                listeners.push(listener);
            }
            let shutdown = CancellationToken::new();
            stop_on_signals(shutdown.clone()).context("Signals can't be received")?;
            print_links(&listeners)?;
            sightline_relay::serve_all(listeners, config, shutdown).await;
            Ok(())
        })
}

fn why_not(error: &std::io::Error, port: u16) -> String {
    match error.kind() {
        std::io::ErrorKind::AddrInUse => format!(
            "another program has port {port}. Stop it, or choose another port with --listen."
        ),
        std::io::ErrorKind::PermissionDenied => {
            format!("port {port} is not allowed to this user. Choose one above 1023 with --listen.")
        }
        std::io::ErrorKind::AddrNotAvailable => {
            "this machine does not have the address. Choose another one with --listen.".into()
        }
        _ => format!("{error}."),
    }
}

/// Programs read the first line to learn the port: keep its form.
fn print_links(listeners: &[TcpListener]) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    for listener in listeners {
        let address = listener.local_addr().context("The listener has no address")?;
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

/// Each connection is an open file, and most systems allow a program about a thousand
/// until it asks for more.
fn raise_file_limit(connections: usize) {
    // A few more for the listener, the log and the runtime.
    let wanted = u64::try_from(connections).unwrap_or(u64::MAX).saturating_add(64);
    match rlimit::increase_nofile_limit(wanted) {
        Ok(files) if files >= wanted => {}
        // Not a warning: few relays ever have that many connections.
        Ok(files) => info!(
            files,
            wanted,
            "the system allows fewer open files than --max-connections needs; raise `ulimit -n`"
        ),
        Err(error) => warn!(%error, "the limit of open files is unknown"),
    }
}

/// The first SIGINT or SIGTERM ends the relay in an orderly way, the second at once.
fn stop_on_signals(shutdown: CancellationToken) -> std::io::Result<()> {
    let mut signals = Signals::new()?;
    tokio::spawn(async move {
        signals.next().await;
        info!("stopping; once more to stop at once");
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
    #[allow(clippy::unnecessary_wraps, reason = "as on Unix")]
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        // An error means that there is no console to press Ctrl-C on.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
