//! What most journeys begin with: two pages that are live.

use anyhow::Result;
use sightline_e2e::{Journey, Page, Relay, Setup, until};

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
    call_between(&sender, &receiver, relay, room).await?;
    Ok((sender, receiver))
}

/// The same with pages that are there already.
pub(crate) async fn call_between(
    sender: &Page,
    receiver: &Page,
    relay: &Relay,
    room: &str,
) -> Result<()> {
    share(sender, relay, room).await?;
    watch(receiver, relay, room).await?;
    sender.wait_state("live").await
}

/// Waits until a sender says that so many are watching.
pub(crate) async fn watching(sender: &Page, count: usize) -> Result<()> {
    counted(sender, "#status", "watching", count).await
}

/// Waits until a sender says that so many have opened its link.
pub(crate) async fn opened(sender: &Page, count: usize) -> Result<()> {
    counted(sender, "#watching", "the link open", count).await
}

/// However it is worded.
async fn counted(page: &Page, selector: &str, what: &str, count: usize) -> Result<()> {
    let number = if count == 0 { "nobody".to_owned() } else { count.to_string() };
    until(format_args!("{page:?} to have {number} {what} in {selector}"), async || {
        let text = page.text(selector).await?.to_lowercase();
        let said = text.split(|c: char| !c.is_alphanumeric()).any(|word| word == number);
        Ok(if said && text.contains(what) { Ok(()) } else { Err(text) })
    })
    .await
}
