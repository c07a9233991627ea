//! `cargo xtask run`: the release app and relay, built and served.

use std::env;
use std::io::IsTerminal;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::app;
use crate::children::Children;
use crate::project::Project;
use crate::setup;
use crate::steps::step;

/// Where the relay listens unless it is told otherwise.
pub(crate) const RELAY: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);
/// So long the relay may take to listen before the browser is no longer opened.
const LISTENS_WITHIN: Duration = Duration::from_secs(10);

/// Builds, then serves until Ctrl-C.
pub(crate) fn run(project: &Project, args: &[String]) -> Result<ExitCode> {
    let options = Options::parse(args)?;
    setup::for_app(project)?;
    step("build the app", || app::build_app(project))?;
    let relay = step("build the relay", || app::build_relay(project))?;
    println!("==> serve (Ctrl-C ends it)");
    let mut children = Children::new()?;
    children.start("sightline", Command::new(relay).args(&options.relay))?;
    // With options of its own the relay may listen anywhere: it prints the links.
    if options.open && options.relay.is_empty() && somebody_watches() {
        open_when_it_listens(&mut children)?;
    }
    children.wait()
}

struct Options {
    open: bool,
    relay: Vec<String>,
}

impl Options {
    fn parse(args: &[String]) -> Result<Self> {
        let mut open = true;
        let mut args = args.iter();
        for arg in args.by_ref() {
            match arg.as_str() {
                "--" => break,
                "--no-open" => open = false,
                other => bail!(
                    "`{other}` is not an option of `cargo xtask run`. Options for the relay stand \
                     after `--`: cargo xtask run -- {other}"
                ),
            }
        }
        Ok(Self { open, relay: args.cloned().collect() })
    }
}

/// Whether there is a desktop and a person before it.
fn somebody_watches() -> bool {
    let set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    let desktop = !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY");
    let refused = ["CI", "SSH_CONNECTION", "SIGHTLINE_NO_OPEN"].into_iter().any(set);
    desktop && !refused && std::io::stdout().is_terminal()
}

fn open_when_it_listens(children: &mut Children) -> Result<()> {
    let deadline = Instant::now() + LISTENS_WITHIN;
    while TcpStream::connect_timeout(&RELAY, Duration::from_millis(200)).is_err() {
        if Instant::now() > deadline || children.stopping() || children.ended()?.is_some() {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(50));
    }
    // Somebody else may listen there: then ours ends at once, and says why.
    thread::sleep(Duration::from_millis(300));
    if children.ended()?.is_none() {
        open(&format!("http://{RELAY}/sender"));
    }
    Ok(())
}

/// Opens the browser that the desktop prefers. The links are printed in any case.
fn open(url: &str) {
    let mut command = if cfg!(target_os = "macos") {
        Command::new("open")
    } else if cfg!(windows) {
        let mut command = Command::new("cmd");
        command.args(["/C", "start", ""]);
        command
    } else {
        Command::new("xdg-open")
    };
    // Not waited for: it may run the browser itself. Without one the link is enough.
    let quiet = command.arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    drop(quiet.spawn());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options> {
        Options::parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn options_for_the_relay_stand_after_two_hyphens() {
        let options = parse("--no-open -- --port 9 --no-open").unwrap();
        assert!(!options.open);
        assert_eq!(options.relay, ["--port", "9", "--no-open"]);
        let options = parse("").unwrap();
        assert!(options.open && options.relay.is_empty());
        let error = parse("--port 9").err().unwrap().to_string();
        assert!(error.ends_with("cargo xtask run -- --port"), "{error}");
    }
}
