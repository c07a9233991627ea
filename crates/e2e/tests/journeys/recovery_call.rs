//! A call of three: each sees the others, whoever comes or goes, and without the relay.

use std::time::Duration;

use anyhow::{Context, Result};
use serde::Deserialize;
use sightline_e2e::{Camera, PATIENCE, Page, Relay, Setup, journey, until};

use crate::recovery::{Usual, relay_away, relay_back};

/// Another member, as a page shows it.
#[derive(Debug, Deserialize)]
struct Other {
    peer: String,
    state: String,
    text: String,
}

impl Other {
    fn video(&self) -> String {
        format!("[data-peer=\"{}\"] video", self.peer)
    }
}

async fn others(page: &Page) -> Result<Vec<Other>> {
    let script = "return [...document.querySelectorAll('[data-peer]')].map(one => \
         ({ peer: one.dataset.peer, state: one.dataset.state ?? '', text: one.innerText }))";
    Ok(serde_json::from_value(page.script(script, vec![]).await?)?)
}

/// Waits until a page shows so many others, with all of them connected.
async fn sees(page: &Page, count: usize) -> Result<Vec<Other>> {
    until(format_args!("{page:?} to show {count} others"), async || {
        let others = others(page).await?;
        let all = others.len() == count && others.iter().all(|one| one.state == "live");
        Ok(if all { Ok(others) } else { Err(format!("{others:?}")) })
    })
    .await
}

/// Whom a page shows as somebody without a camera.
async fn without_camera(page: &Page) -> Result<Other> {
    until(format_args!("{page:?} to say who has no camera"), async || {
        let others = others(page).await?;
        let said = format!("{others:?}");
        let found = others.into_iter().find(|one| one.text.to_lowercase().contains("camera"));
        Ok(found.ok_or(said))
    })
    .await
}

/// All that have a camera move.
async fn moves(page: &Page, count: usize) -> Result<()> {
    // Who has just come may have been connected to before there was a camera.
    let seen = until(format_args!("{page:?} to show {count} pictures"), async || {
        let mut others = others(page).await?;
        others.retain(|other| !other.text.to_lowercase().contains("camera"));
        Ok(if others.len() == count { Ok(others) } else { Err(format!("{others:?}")) })
    })
    .await?;
    for other in seen {
        page.wait_moving_picture(&other.video()).await?;
    }
    Ok(())
}

/// Waits until a page marks somebody as speaking, or no longer does.
async fn marks(page: &Page, other: &Other, speaking: bool) -> Result<()> {
    let tile = format!("[data-peer=\"{}\"]", other.peer);
    let what = format!("{} to be marked: {speaking}", other.peer);
    let script =
        format!("return document.querySelector('{tile}').dataset.speaking == '{speaking}'");
    page.wait_script(PATIENCE, &what, &script).await
}

async fn join(page: &Page, relay: &Relay) -> Result<()> {
    page.open(&relay.url("/call?room=three&autostart=1")).await
}

/// The picture of somebody in a page, while something happens to others.
async fn undisturbed(
    page: &Page,
    other: &Other,
    what: &str,
    happens: impl AsyncFnOnce() -> Result<()>,
) -> Result<()> {
    let usual = Usual::of(page, &other.video()).await?;
    happens().await?;
    usual.still_holds(page, &other.video(), what).await
}

#[test]
fn a_call_of_three() {
    journey(async |journey| {
        let relay = journey.relay().await?;
        let (first, second, third) = tokio::try_join!(
            journey.page("first", Setup::chromium()),
            journey.page("second", Setup::firefox()),
            journey.page("third", Setup::chromium().camera(Camera::Absent)),
        )?;
        join(&first, &relay).await?;
        first.wait_moving_picture("#local-video").await?;
        join(&second, &relay).await?;
        for page in [&first, &second] {
            sees(page, 1).await?;
            moves(page, 1).await?;
        }

        let seen = sees(&first, 1).await?.pop().context("nobody")?;
        undisturbed(&first, &seen, "somebody comes", async || {
            join(&third, &relay).await?;
            for page in [&first, &second, &third] {
                sees(page, 2).await?;
            }
            Ok(())
        })
        .await?;
        moves(&third, 2).await?;
        let unseen = without_camera(&first).await?;
        assert_eq!(without_camera(&second).await?.peer, unseen.peer);
        assert_ne!(unseen.peer, seen.peer);
        moves(&first, 1).await?;
        moves(&second, 1).await?;

        // The microphones hum and beep.
        marks(&first, &seen, true).await?;
        let beeping = others(&second).await?.into_iter().find(|one| one.peer != unseen.peer);
        marks(&second, &beeping.context("nobody")?, true).await?;
        // Without a picture, too.
        marks(&first, &unseen, true).await?;
        marks(&second, &unseen, true).await?;
        second.click("#microphone").await?;
        marks(&first, &seen, false).await?;
        second.click("#microphone").await?;
        marks(&first, &seen, true).await?;

        undisturbed(&first, &seen, "the relay is killed", async || {
            relay.kill().await?;
            for page in [&first, &second, &third] {
                relay_away(page, Duration::from_secs(10)).await?;
            }
            relay.start_again().await?;
            for page in [&first, &second, &third] {
                relay_back(page).await?;
            }
            Ok(())
        })
        .await?;

        undisturbed(&first, &seen, "somebody leaves", async || {
            third.open("about:blank").await?;
            for page in [&first, &second] {
                sees(page, 1).await?;
            }
            Ok(())
        })
        .await?;
        moves(&first, 1).await?;
        moves(&second, 1).await
    });
}
