//! Two pages in a call, and what all faults happen to.

use std::time::Duration;

use anyhow::{Context, Result};
use sightline_e2e::{Front, Host, Journey, Network, Page, Relay, Relaying, Setup, until};

/// So long both pages are left alone before a fault: after less, a page takes a fault for
/// one more of the same and waits longer before it tries again.
const CALM: Duration = Duration::from_secs(6);

/// Hosts for two pages.
pub(crate) struct Hosts {
    pub(crate) network: Network,
    pub(crate) sender: Host,
    pub(crate) receiver: Host,
}

/// A sender and a receiver, each in a Chromium of its own, and what is between them.
pub(crate) struct Call {
    pub(crate) sender: Page,
    pub(crate) receiver: Page,
    pub(crate) relay: Relay,
    /// What the relay's pages are opened by, where there are no hosts.
    pub(crate) front: Option<Front>,
    pub(crate) hosts: Option<Hosts>,
}

impl Call {
    /// On this machine, with something in front of the relay.
    pub(crate) async fn here(journey: &Journey) -> Result<Self> {
        let relay = journey.relay().await?;
        let front = Front::of(&relay, Relaying::Through).await?;
        let setup = Setup::chromium().watched();
        let sender = journey.page("sender", setup.clone()).await?;
        let receiver = journey.page("receiver", setup).await?;
        Ok(Self { sender, receiver, relay, front: Some(front), hosts: None })
    }

    /// On two hosts of a network.
    pub(crate) async fn on_hosts(journey: &Journey) -> Result<Self> {
        let (network, relay) = journey.network().await?;
        let (from, to) = (network.host()?, network.host()?);
        let setup = Setup::chromium().watched();
        let sender = journey.page("sender", setup.clone().on(&from)).await?;
        let receiver = journey.page("receiver", setup.on(&to)).await?;
        let hosts = Some(Hosts { network, sender: from, receiver: to });
        Ok(Self { sender, receiver, relay, front: None, hosts })
    }

    /// Opens both pages anew, in another room.
    pub(crate) async fn open(&self, room: &str) -> Result<()> {
        let url = |path: &str| match &self.front {
            Some(front) => front.url(path),
            None => self.relay.url(path),
        };
        self.sender.open(&url(&format!("/sender?room={room}&autostart=1"))).await?;
        self.receiver.open(&url(&format!("/receiver?room={room}"))).await
    }

    /// Waits until nothing is left of the fault before.
    pub(crate) async fn is_calm(&self) -> Result<()> {
        for page in [&self.sender, &self.receiver] {
            page.wait_state("live").await?;
            page.wait_no_alert().await?;
        }
        until("a picture without a break", async || {
            let since = sightline_e2e::now();
            tokio::time::sleep(CALM).await;
            let frames = self.receiver.frames(since).await?;
            let gap = sightline_e2e::largest_gap(&frames);
            let calm = frames.len() > 50 && gap < 300.0;
            Ok(if calm { Ok(()) } else { Err(format!("{} frames, {gap} ms", frames.len())) })
        })
        .await
    }

    pub(crate) fn hosts(&self) -> Result<&Hosts> {
        self.hosts.as_ref().context("this call has no hosts")
    }
}
