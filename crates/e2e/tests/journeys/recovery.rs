//! What the journeys about recovery look for: how long the picture stood still, and
//! whether a page says that something is wrong, however it is worded.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use sightline_e2e::{Page, until, until_within};

/// A freeze that people notice, in milliseconds.
const FREEZE: f64 = 500.0;

/// For whoever reads how fast it was (`--nocapture`).
#[allow(clippy::print_stdout, reason = "for tests")]
pub(crate) fn note(text: &str) {
    println!("{text}");
}

/// The fault itself: so long it lasts.
pub(crate) async fn lasting(time: Duration) {
    tokio::time::sleep(time).await;
}

/// How long a picture stands still where nothing happens, in milliseconds: what of it is the
/// machine's, which may be busy.
pub(crate) struct Usual(f64);

impl Usual {
    /// Looks for some seconds. What [`Usual::still_holds`] judges begins when it has.
    pub(crate) async fn of(page: &Page, video: &str) -> Result<Self> {
        page.reset_gap_in(video).await?;
        lasting(Duration::from_secs(3)).await;
        let usual = page.video(video).await?.context("there is no picture")?;
        page.reset_gap_in(video).await?;
        Ok(Self(usual.gap))
    }

    /// Asserts that a picture has not stood still since: not for longer than people notice,
    /// or than it does anyway; and that nobody has stopped it.
    pub(crate) async fn still_holds(&self, page: &Page, video: &str, what: &str) -> Result<()> {
        let now = page.video(video).await?.context("the picture is gone")?;
        let (gap, usual) = (now.gap, self.0);
        note(&format!("{page:?}: at most {gap:.0} ms between frames ({usual:.0} before): {what}"));
        let limit = FREEZE.max(usual * 4.0);
        anyhow::ensure!(gap < limit && now.stops == 0, "{page:?}, {what}: {now:?}, not {limit} ms");
        Ok(())
    }
}

/// Waits until a page says something about the relay. It has nothing to say about one that is well.
pub(crate) async fn relay_away(page: &Page, patience: Duration) -> Result<()> {
    until_within(patience, format_args!("{page:?} to say that the relay is away"), async || {
        let text = page.text("body").await?;
        Ok(if text.to_lowercase().contains("server") { Ok(()) } else { Err(text) })
    })
    .await
}

/// Waits until a page says nothing about the relay any more, nor that anything is wrong.
pub(crate) async fn relay_back(page: &Page) -> Result<()> {
    until(format_args!("{page:?} to be let in by the relay"), async || {
        let text = page.text("body").await?;
        Ok(if text.to_lowercase().contains("server") { Err(text) } else { Ok(()) })
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
