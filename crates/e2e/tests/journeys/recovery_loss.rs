//! A network that loses packets, and one that lets none of the media through.

use std::time::{Duration, Instant};

use anyhow::Result;
use sightline_e2e::{
    Fault, Journey, Network, Page, Relay, Setup, journey_on_network, until_within,
};

use crate::call::{call_between, two};
use crate::recovery::{connected_once, lasting, note};

/// Frames a second that a page shows from now on.
async fn frames_a_second(page: &Page, time: Duration) -> Result<f64> {
    let (start, before) = (Instant::now(), page.remote().await?.shown);
    lasting(time).await;
    let shown = page.remote().await?.shown.saturating_sub(before);
    Ok(shown as f64 / start.elapsed().as_secs_f64())
}

/// Two pages in a network, which have not begun.
async fn two_in(journey: &Journey, network: &Network) -> Result<(Page, Page)> {
    let setup = |host| Setup::chromium().watched().on(host);
    let (from, to) = (network.host()?, network.host()?);
    two(journey, setup(&from), setup(&to)).await
}

async fn packets_are_lost(
    network: &Network,
    relay: &Relay,
    (sender, receiver): (Page, Page),
) -> Result<()> {
    call_between(&sender, &receiver, relay, "loss").await?;
    let mut usual: f64 = 30.0;
    for (percent, least, time) in [(0, 5.0, 3), (5, 20.0, 6), (12, 5.0, 6), (25, 0.1, 30)] {
        network.suffer(Fault::Loss(percent))?;
        let missed = receiver.missed().await?;
        // What was on its way is shown still.
        lasting(Duration::from_secs(2)).await;
        let rate = frames_a_second(&receiver, Duration::from_secs(time)).await?;
        note(&format!("{percent} % lost: {rate:.1} frames a second"));
        anyhow::ensure!(percent == 0 || receiver.missed().await? > missed, "nothing was lost");
        // Where the machine doesn't make 30, there are as many fewer.
        let least = least * (usual / 30.0).min(1.0);
        anyhow::ensure!(rate >= least, "{percent} % lost: {rate:.1} frames a second");
        if percent == 0 {
            usual = rate;
        }
    }
    // Nothing was dropped and made anew, not even at the worst.
    connected_once(&sender).await?;
    connected_once(&receiver).await?;
    network.mend()?;
    receiver.wait_state("live").await?;
    receiver.wait_frames(60).await
}

/// However it is worded: a sentence that says where to look.
async fn names_the_cause(page: &Page, patience: Duration) -> Result<()> {
    let words = ["udp", "firewall", "network"];
    until_within(patience, format_args!("{page:?} to name the cause"), async || {
        let alerts = page.alerts().await?;
        let named = words.iter().any(|word| alerts.to_lowercase().contains(word));
        Ok(if named { Ok(()) } else { Err(format!("{:?}, {alerts:?}", page.state().await?)) })
    })
    .await?;
    note(&format!("{page:?} says {:?}", page.alerts().await?));
    Ok(())
}

async fn udp_is_blocked(
    network: &Network,
    relay: &Relay,
    (sender, receiver): (Page, Page),
) -> Result<()> {
    network.suffer(Fault::NoUdp)?;
    sender.open(&relay.url("/sender?room=blocked&autostart=1")).await?;
    receiver.open(&relay.url("/receiver?room=blocked")).await?;
    receiver.wait_text("#status", "Connecting to the sender…").await?;
    let start = Instant::now();
    for page in [&sender, &receiver] {
        let left = Duration::from_secs(15).saturating_sub(start.elapsed());
        names_the_cause(page, left).await?;
    }
    note(&format!("named within {:.1?}", start.elapsed()));
    network.mend()?;
    let start = Instant::now();
    until_within(Duration::from_secs(60), "the two to connect", async || {
        let states = (sender.state().await?, receiver.state().await?);
        let live = states.0 == "live" && states.1 == "live";
        Ok(if live { Ok(()) } else { Err(format!("{states:?}")) })
    })
    .await?;
    note(&format!("connected after {:.1?}", start.elapsed()));
    receiver.wait_frames(10).await?;
    sender.wait_no_alert().await?;
    receiver.wait_no_alert().await
}

/// Two networks at the same time: in one of them there is nothing to do but to wait.
#[test]
fn lossy_and_blocked() {
    journey_on_network(async |journey, network, relay| {
        let (blocked, other) = journey.network().await?;
        // Before the calls: a browser that starts takes the machine for itself.
        let lossy = two_in(journey, network).await?;
        let cut = two_in(journey, &blocked).await?;
        let lossy = packets_are_lost(network, relay, lossy);
        tokio::try_join!(lossy, udp_is_blocked(&blocked, &other, cut)).map(drop)
    });
}
