//! A network of its own for a journey: hosts that reach each other through a router, which
//! can lose packets, cut paths, block UDP, delay packets and limit what a host sends. The kernel's network namespaces are the
//! machines; nothing of it can be seen from outside, and nothing outside can be reached.
//!
//! ```text
//!   10.77.1.2        10.77.2.2        10.77.3.2       a browser each
//!       |                |                |
//!   10.77.1.1        10.77.2.1        10.77.3.1
//!       +------------ router -------------+           the relay and a STUN server, 10.77.0.1
//! ```
//!
//! It needs root, `ip` and `nft`, which Linux alone has. WebDriver does not go over this
//! network but through [`Namespace::forward`], so that a browser that is cut off still
//! answers the test.

mod host;
mod line;
mod namespace;
mod stun;

use std::process::Command;
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};

pub use host::Host;
use line::Line;
pub(crate) use namespace::{Forward, Namespace};
use stun::Stun;

/// Where the relay listens. It may be the same in all networks, as they don't touch.
pub(crate) const RELAY: &str = "10.77.0.1:8080";
const RELAY_ADDRESS: &str = "10.77.0.1";
const STUN: &str = "10.77.0.1:3478";

/// What a network does to its packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// So many of a hundred packets are lost, whatever they are and wherever they go.
    Loss(u8),
    /// UDP goes nowhere, as in many offices.
    NoUdp,
    /// Hosts don't reach each other; the relay they do.
    NoPath,
    /// Hosts don't reach the relay; each other they do.
    NoRelay,
}

impl Fault {
    /// What the router does, for `nft`. A packet from host to host passes `prerouting` and
    /// `forward`, one to the relay `prerouting` and `input`, one from it `output`; no
    /// packet may be counted twice.
    fn rules(self) -> String {
        let rules = match self {
            Self::Loss(percent) => {
                let drop = format!("numgen random mod 100 < {percent} drop");
                [("prerouting", format!("iifname \"host*\" {drop}")), ("output", drop)].to_vec()
            }
            Self::NoUdp => vec![("prerouting", "meta l4proto udp drop".to_owned())],
            Self::NoPath => vec![("forward", "drop".to_owned())],
            Self::NoRelay => vec![("input", "drop".to_owned()), ("output", "drop".to_owned())],
        };
        let chains = rules.iter().map(|(hook, rule)| {
            format!("chain {hook} {{\n type filter hook {hook} priority 0;\n {rule}\n}}\n")
        });
        format!("table inet faults {{\n{}}}\n", chains.collect::<String>())
    }
}

/// Hosts around a router. A clone is the same; it is removed with the last of them, and
/// when this process ends, however that comes.
#[derive(Clone, Debug)]
pub struct Network(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// What the namespaces' names begin with.
    name: String,
    _stun: Stun,
    /// What packets are delayed by, once they are.
    lines: Mutex<Vec<Line>>,
    router: Namespace,
    hosts: AtomicU8,
}

impl Network {
    /// Why there can be no such network here, if so.
    #[must_use]
    pub fn missing() -> Option<String> {
        let succeeds = |program: &str, arguments: &[&str]| {
            Command::new(program).args(arguments).output().is_ok_and(|out| out.status.success())
        };
        let missing = [("ip", "-V", "iproute2"), ("nft", "-v", "nftables")]
            .into_iter()
            .find(|(program, option, _)| !succeeds(program, &[option]));
        if let Some((program, _, package)) = missing {
            return Some(format!("{program} is missing (Debian: `apt-get install {package}`)"));
        }
        // An old namespace may be listed by anybody; a new one needs the right to.
        Namespace::make(&unique()).err().map(|error| {
            format!("network namespaces can't be made, which takes root on Linux ({error:#})")
        })
    }

    /// A network without hosts.
    ///
    /// # Errors
    /// Where it can't be made, see [`Network::missing`].
    pub async fn start() -> Result<Self> {
        let name = unique();
        let router = Namespace::make(&format!("{name}-router"))?;
        router.ip(&format!("address add {RELAY_ADDRESS}/32 dev lo"))?;
        router.run("sysctl", &["-q", "-w", "net.ipv4.ip_forward=1"])?;
        let stun = Stun::start(&router, STUN).await?;
        let (lines, hosts) = (Mutex::default(), AtomicU8::new(0));
        Ok(Self(Arc::new(Inner { name, _stun: stun, lines, router, hosts })))
    }

    /// The address of its STUN server, for the relay to tell pages.
    #[must_use]
    pub fn stun(&self) -> String {
        format!("stun:{STUN}")
    }

    /// Adds a host.
    ///
    /// # Errors
    /// Where it can't be made.
    pub fn host(&self) -> Result<Host> {
        let number = self.0.hosts.fetch_add(1, Ordering::Relaxed) + 1;
        Host::join(&self.0.name, &self.0.router, number)
            .with_context(|| format!("host {number} can't be made"))
    }

    /// From now on this happens, and nothing else that was asked for before.
    ///
    /// # Errors
    /// Where the router does not take it.
    pub fn suffer(&self, fault: Fault) -> Result<()> {
        crate::record::acted();
        self.mend()?;
        self.0.router.run_with("nft", &["-f", "-"], &fault.rules())
    }

    /// All is well from now on. Hosts that are unplugged stay that way.
    ///
    /// # Errors
    /// Where the router does not take it.
    pub fn mend(&self) -> Result<()> {
        crate::record::acted();
        self.0.router.run("nft", &["flush", "ruleset"])
    }

    /// From now on every packet that a host or the relay sends takes so long to the others, so
    /// that twice of it is the round trip between any two. Call it once, after the last
    /// [`Network::host`].
    ///
    /// # Errors
    /// Where TUN devices can't be made, or the packets are delayed already.
    pub async fn delay(&self, each_way: Duration) -> Result<()> {
        let router = &self.0.router;
        line::prepare(router).context("the router can't be prepared for delayed packets")?;
        let hosts = self.0.hosts.load(Ordering::Relaxed);
        for address in (1..=hosts).flat_map(host::routers) {
            // Hosts ask for these by ARP, which nobody answers at the end of a line.
            router.ip(&format!("rule add priority 5 to {address} lookup local"))?;
        }
        for number in 0..=hosts {
            let from = match number {
                // What the router sends itself comes from there, for a rule.
                0 => format!("iif lo from {RELAY_ADDRESS}"),
                _ => format!("iif host{number}"),
            };
            let line = Line::start(router, number, &from, each_way).await?;
            self.0.lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        }
        Ok(())
    }

    /// From now on a host can send no more than so many kilobits (1,000 bits) a second, as
    /// behind a router at home whose queue holds 200 ms of it and drops what is beyond. For
    /// networks with [`Network::delay`].
    ///
    /// # Errors
    /// Where the packets of this host are not delayed, or `tc` is missing.
    pub fn limit_uplink(&self, host: &Host, kilobits: u32) -> Result<()> {
        line::limit(&self.0.router, host.number(), kilobits)
            .with_context(|| format!("the uplink of {} can't be limited", host.address()))
    }

    pub(crate) fn router(&self) -> &Namespace {
        &self.0.router
    }
}

/// A name that no other network has, of this process or another.
fn unique() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("sightline-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}
