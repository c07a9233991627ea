//! What most journeys begin with: two pages that are live.

use anyhow::Result;
use sightline_e2e::{Journey, Page, Relay, Setup};

/// A sender and a receiver, in browsers of their own, that have opened nothing yet.
pub(crate) async fn two(journey: &Journey, from: Setup, to: Setup) -> Result<(Page, Page)> {
    // Both at once: that is what takes time.
    tokio::try_join!(journey.page("sender", from), journey.page("receiver", to))
}

/// The sender opens a room and goes live.
pub(crate) async fn share(sender: &Page, relay: &Relay, room: &str) -> Result<()> {
    sender.open(&relay.url(&format!("/sender?room={room}"))).await?;
    sender.click("#go-live").await
}

/// The receiver opens a room and sees frames.
pub(crate) async fn watch(receiver: &Page, relay: &Relay, room: &str) -> Result<()> {
    receiver.open(&relay.url(&format!("/receiver?room={room}"))).await?;
    receiver.wait_state("live").await?;
    receiver.wait_frames(5).await
}

/// A sender and a receiver in Chromium, live.
pub(crate) async fn call(journey: &Journey, relay: &Relay, room: &str) -> Result<(Page, Page)> {
    let (sender, receiver) = two(journey, Setup::chromium(), Setup::chromium()).await?;
    share(&sender, relay, room).await?;
    watch(&receiver, relay, room).await?;
    sender.wait_state("live").await?;
    Ok((sender, receiver))
}
