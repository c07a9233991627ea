//! A host of a [`Network`](crate::Network): what a browser runs on, and its plug.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Result;

use super::namespace::Namespace;

/// What is added to a host's number for its other subnet.
const ELSEWHERE: u8 = 100;

/// A machine with one network interface. A clone is the same one; it is removed with the
/// last of them.
#[derive(Clone, Debug)]
pub struct Host(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    namespace: Namespace,
    number: u8,
    /// Whether it is in its other subnet.
    elsewhere: AtomicBool,
}

/// The router's addresses in both subnets of a host.
pub(super) fn routers(number: u8) -> [String; 2] {
    [number, number + ELSEWHERE].map(|subnet| format!("10.77.{subnet}.1"))
}

impl PartialEq for Host {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Host {}

impl Host {
    /// Connects a new host with the router, which is ready for it in two subnets.
    pub(super) fn join(network: &str, router: &Namespace, number: u8) -> Result<Self> {
        let namespace = Namespace::make(&format!("{network}-host{number}"))?;
        namespace.ip(&format!(
            "link add lan type veth peer name host{number} netns {}",
            router.name()
        ))?;
        for address in routers(number) {
            router.ip(&format!("address add {address}/24 dev host{number}"))?;
        }
        router.ip(&format!("link set host{number} up"))?;
        let host = Self(Arc::new(Inner { namespace, number, elsewhere: AtomicBool::new(false) }));
        host.plug()?;
        Ok(host)
    }

    /// Its address now.
    #[must_use]
    pub fn address(&self) -> String {
        format!("10.77.{}.2", self.subnet())
    }

    /// Its network is gone, and so is its address.
    ///
    /// # Errors
    /// Where it is gone already.
    pub fn unplug(&self) -> Result<()> {
        self.0.namespace.ip("link set lan down")?;
        self.0.namespace.ip("address flush dev lan")
    }

    /// Its network is there again, with the address that it had.
    ///
    /// # Errors
    /// Where it was not unplugged.
    pub fn plug(&self) -> Result<()> {
        let namespace = &self.0.namespace;
        namespace.ip(&format!("address add {}/24 dev lan", self.address()))?;
        namespace.ip("link set lan up")?;
        namespace.ip(&format!("route add default via 10.77.{}.1", self.subnet()))
    }

    /// Another network is there, with another address.
    ///
    /// # Errors
    /// Where it was not unplugged.
    pub fn plug_elsewhere(&self) -> Result<()> {
        self.0.elsewhere.fetch_not(Ordering::Relaxed);
        self.plug()
    }

    fn subnet(&self) -> u8 {
        let elsewhere = self.0.elsewhere.load(Ordering::Relaxed);
        self.0.number + if elsewhere { ELSEWHERE } else { 0 }
    }

    /// Which of the network's hosts it is, from 1.
    pub(super) fn number(&self) -> u8 {
        self.0.number
    }

    pub(crate) fn namespace(&self) -> &Namespace {
        &self.0.namespace
    }
}
