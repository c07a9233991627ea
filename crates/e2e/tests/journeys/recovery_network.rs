//! The network between two pages changes, or is away for a while: the picture is back by
//! itself, in the page that was open.

use std::time::Duration;

use anyhow::Result;
use sightline_e2e::{Fault, Host, Journey, Network, Page, Relay, Setup, journey_on_network};

use crate::call::{call_between, two};
use crate::recovery::{back_within, lasting, relay_back};

/// From when the network is there again. A machine with four browsers on it takes its time;
/// how long it takes where it has nothing else to do is in docs/benchmarks.md.
const BACK: Duration = Duration::from_secs(30);

struct Call<'a> {
    network: &'a Network,
    sender: Page,
    receiver: Page,
    from: Host,
    to: Host,
}

impl Call<'_> {
    /// Something happened to the network: the picture is back, and nobody loaded a page.
    async fn is_back(&self, what: &str) -> Result<()> {
        back_within(BACK, &self.receiver, what).await?;
        for page in [&self.sender, &self.receiver] {
            page.wait_state("live").await?;
            relay_back(page).await?;
            anyhow::ensure!(page.is_marked().await?, "{page:?} was loaded again");
        }
        self.receiver.wait_moving_picture("#remote-video").await
    }

    /// The fault lasts for a while, and takes away the picture.
    async fn stands_still(&self, time: Duration) -> Result<()> {
        // What was on its way is shown still.
        lasting(time / 2).await;
        let before = self.receiver.remote().await?.shown;
        lasting(time / 2).await;
        let after = self.receiver.remote().await?.shown;
        anyhow::ensure!(before == after, "frames came all the same");
        Ok(())
    }

    /// A host loses its network, and is in another one some seconds later.
    async fn moves(&self, host: &Host, what: &str) -> Result<()> {
        host.unplug()?;
        self.stands_still(Duration::from_secs(3)).await?;
        host.plug_elsewhere()?;
        self.is_back(what).await
    }

    /// The two don't reach each other, but for the relay all is well.
    async fn path_is_cut(&self) -> Result<()> {
        self.network.suffer(Fault::NoPath)?;
        self.stands_still(Duration::from_secs(6)).await?;
        self.network.mend()?;
        self.is_back("the path is there again").await
    }
}

/// Two hosts and a call between them, and what happens to it.
async fn over(
    journey: &Journey,
    (network, relay): (&Network, &Relay),
    (from, to): (Setup, Setup),
    body: impl AsyncFnOnce(&Call<'_>) -> Result<()>,
) -> Result<()> {
    let hosts = (network.host()?, network.host()?);
    let (sender, receiver) = two(journey, from.on(&hosts.0), to.on(&hosts.1)).await?;
    call_between(&sender, &receiver, relay, "network").await?;
    for page in [&sender, &receiver] {
        page.mark().await?;
    }
    body(&Call { network, sender, receiver, from: hosts.0, to: hosts.1 }).await
}

#[test]
fn between_two_chromiums() {
    journey_on_network(async |journey, network, relay| {
        let chromium = Setup::chromium().watched();
        over(journey, (network, relay), (chromium.clone(), chromium), async |call| {
            call.moves(&call.to, "the receiver is in another network").await?;
            call.moves(&call.from, "the sender is in another network").await?;
            call.path_is_cut().await
        })
        .await
    });
}

/// Two networks at the same time: what both need most of is time.
#[test]
fn between_chromium_and_firefox() {
    journey_on_network(async |journey, network, relay| {
        let other = journey.network().await?;
        let pair = (Setup::chromium(), Setup::firefox());
        let to_firefox = over(journey, (network, relay), pair, async |call| {
            call.moves(&call.to, "Firefox is in another network").await?;
            call.path_is_cut().await
        });
        let pair = (Setup::firefox(), Setup::chromium());
        let from_firefox = over(journey, (&other.0, &other.1), pair, async |call| {
            call.moves(&call.from, "Firefox, which sends, is in another network").await?;
            call.path_is_cut().await
        });
        tokio::try_join!(to_firefox, from_firefox).map(drop)
    });
}
