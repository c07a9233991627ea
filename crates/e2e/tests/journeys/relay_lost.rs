//! The relay goes away and comes back: what is connected stays connected.

use sightline_e2e::{Front, PATIENCE, Page, Relaying, Setup, journey};

use crate::call::{opened, two};
use crate::recovery::{relay_away, relay_back};

async fn goes_on(page: &Page) -> anyhow::Result<()> {
    page.reset_gap().await?;
    page.wait_frames(45).await?;
    let video = page.remote().await?;
    assert!(video.gap < 3000.0 && video.stops == 0, "the picture stood still: {video:?}");
    assert_eq!(page.state().await?, "live");
    Ok(())
}

/// A network that is gone says nothing: the pages have to notice by themselves.
#[test]
fn a_call_goes_on_when_the_relay_falls_silent() {
    journey(async |journey| {
        let relay = journey.relay().await?;
        let front = Front::of(&relay, Relaying::Through).await?;
        let (sender, receiver) = two(journey, Setup::chromium(), Setup::chromium()).await?;
        sender.open(&front.url("/sender?room=silent&autostart=1")).await?;
        receiver.open(&front.url("/receiver?room=silent")).await?;
        receiver.wait_state("live").await?;
        front.relaying(Relaying::Silent);
        for page in [&receiver, &sender] {
            relay_away(page, PATIENCE).await?;
        }
        goes_on(&receiver).await?;
        front.relaying(Relaying::Through);
        for page in [&receiver, &sender] {
            relay_back(page).await?;
        }
        goes_on(&receiver).await?;
        assert_eq!(sender.state().await?, "live");
        opened(&sender, 1).await
    });
}

/// Connected, but not live yet: there is no picture to go on with, and all that there
/// was comes back.
#[test]
fn who_waits_comes_back() {
    journey(async |journey| {
        let relay = journey.relay().await?;
        let (sender, receiver) = two(journey, Setup::chromium(), Setup::chromium()).await?;
        sender.open(&relay.url("/sender?room=back")).await?;
        sender.wait_state("idle").await?;
        receiver.open(&relay.url("/receiver?room=back")).await?;
        receiver.wait_connected().await?;
        relay.kill().await?;
        for page in [&receiver, &sender] {
            relay_away(page, PATIENCE).await?;
            page.wait_text("#retry", "Try now").await?;
        }
        relay.start_again().await?;
        for page in [&receiver, &sender] {
            relay_back(page).await?;
        }
        sender.click("#go-live").await?;
        receiver.wait_state("live").await?;
        receiver.wait_frames(10).await
    });
}
