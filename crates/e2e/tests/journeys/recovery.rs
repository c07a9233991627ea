//! What the journeys about recovery look for: how long the picture stood still, and
//! whether a page says that something is wrong, however it is worded.

use std::time::{Duration, Instant};

use anyhow::Result;
use sightline_e2e::{Page, largest_gap, now, until, until_within};

/// A freeze that people notice, in milliseconds.
pub(crate) const FREEZE: f64 = 500.0;

/// For whoever reads how fast it was (`--nocapture`).
#[allow(clippy::print_stdout, reason = "for tests")]
pub(crate) fn note(text: &str) {
    println!("{text}");
}

/// The fault itself: so long it lasts.
pub(crate) async fn lasting(time: Duration) {
    tokio::time::sleep(time).await;
}

/// Asserts that the picture of a watched page has not stood still since a time.
pub(crate) async fn no_freeze(page: &Page, since: f64) -> Result<()> {
    let mut frames = page.frames(since).await?;
    frames.push(now());
    let gap = largest_gap(&frames);
    let count = frames.len();
    note(&format!("{page:?}: {count} frames, at most {gap} ms apart"));
    anyhow::ensure!(gap < FREEZE, "the picture of {page:?} stood still for {gap} ms");
    Ok(())
}

/// The same in any page, since [`Page::reset_gap`].
pub(crate) async fn no_gap(page: &Page) -> Result<()> {
    let video = page.remote().await?;
    note(&format!("{page:?}: at most {} ms apart", video.gap));
    anyhow::ensure!(video.gap < FREEZE, "the picture of {page:?} stood still: {video:?}");
    Ok(())
}

/// Waits until a page says something about the relay. It has nothing to say about one that is well.
pub(crate) async fn relay_away(page: &Page, patience: Duration) -> Result<()> {
    until_within(patience, format_args!("{page:?} to say that the relay is away"), async || {
        let text = page.text("body").await?;
        Ok(if text.to_lowercase().contains("relay") { Ok(()) } else { Err(text) })
    })
    .await
}

/// Waits until a page says nothing about the relay any more, nor that anything is wrong.
pub(crate) async fn relay_back(page: &Page) -> Result<()> {
    until(format_args!("{page:?} to be let in by the relay"), async || {
        let text = page.text("body").await?;
        Ok(if text.to_lowercase().contains("relay") { Err(text) } else { Ok(()) })
    })
    .await?;
    page.wait_no_alert().await
}

/// The connections that a watched page has now.
pub(crate) async fn connected_once(page: &Page) -> Result<()> {
    let connections = page.connections().await?;
    anyhow::ensure!(connections == ["connected"], "{page:?} has made others: {connections:?}");
    Ok(())
}

/// Waits until the picture of a page goes on.
pub(crate) async fn back_within(patience: Duration, page: &Page, what: &str) -> Result<()> {
    let (start, before) = (Instant::now(), page.remote().await?.shown);
    until_within(patience, format_args!("{page:?} to show frames, as {what}"), async || {
        let shown = page.video("#remote-video").await?.map_or(0, |video| video.shown);
        // An element that was exchanged counts anew.
        let more = if shown < before { shown } else { shown - before };
        Ok(if more > 5 { Ok(()) } else { Err(format!("{more}, {:?}", page.state().await?)) })
    })
    .await?;
    note(&format!("{page:?} has a picture after {:.1?}: {what}", start.elapsed()));
    Ok(())
}
