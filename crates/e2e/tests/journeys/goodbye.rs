//! Who leaves while the relay is away tells the others directly.

use std::time::{Duration, Instant};

use anyhow::Result;
use sightline_e2e::{PATIENCE, Page, Setup, journey, until};

use crate::call::{call_between, two, watching};
use crate::recovery::{note, relay_away};

const GONE: &str = "The sender has left. This page reconnects when they return.";

/// What a goodbye may take, on a machine that is busy: without one it takes 20 s and more.
const SOON: Duration = Duration::from_secs(4);

/// Both browsers, on both sides.
fn pairs() -> [(Setup, Setup); 2] {
    [(Setup::chromium(), Setup::firefox()), (Setup::firefox(), Setup::chromium())]
}

/// Clicks, and waits for what another page makes of it.
async fn told(page: &Page, selector: &str, heard: impl AsyncFnOnce() -> Result<()>) -> Result<()> {
    let start = Instant::now();
    page.click(selector).await?;
    heard().await?;
    let took = start.elapsed();
    anyhow::ensure!(took < SOON, "it took {took:.1?} to hear of {selector}");
    note(&format!("{selector} heard after {took:.1?}"));
    Ok(())
}

#[test]
fn a_sender_stops() {
    for (from, to) in pairs() {
        journey(async |journey| {
            let relay = journey.relay().await?;
            let (sender, receiver) = two(journey, from, to).await?;
            call_between(&sender, &receiver, &relay, "unheard").await?;
            relay.kill().await?;
            relay_away(&receiver, PATIENCE).await?;
            told(&sender, "#stop", async || receiver.wait_alert(GONE).await).await?;
            receiver.wait_state("waiting").await?;

            // The relay knows nothing of it, and nobody is confused.
            relay.start_again().await?;
            sender.click("#again").await?;
            sender.click("#go-live").await?;
            receiver.wait_state("live").await?;
            receiver.wait_no_alert().await
        });
    }
}

#[test]
fn a_sender_leaves_by_a_link() {
    for (from, to) in pairs() {
        journey(async |journey| {
            let relay = journey.relay().await?;
            let (sender, receiver) = two(journey, from, to).await?;
            call_between(&sender, &receiver, &relay, "link").await?;
            relay.kill().await?;
            relay_away(&receiver, PATIENCE).await?;
            sender.click("header a").await?;
            told(&sender, "#leave-anyway", async || receiver.wait_alert(GONE).await).await
        });
    }
}

#[test]
fn a_receiver_leaves() {
    for (from, to) in pairs() {
        journey(async |journey| {
            let relay = journey.relay().await?;
            let (sender, receiver) = two(journey, from, to).await?;
            call_between(&sender, &receiver, &relay, "watched").await?;
            relay.kill().await?;
            relay_away(&sender, PATIENCE).await?;
            told(&receiver, "#leave", async || {
                until("the sender to miss its viewer", async || {
                    let text = sender.text("#status").await?;
                    Ok(if text.contains("1 person") { Err(text) } else { Ok(()) })
                })
                .await
            })
            .await?;
            relay.start_again().await?;
            watching(&sender, 0).await
        });
    }
}

#[test]
fn a_member_leaves() {
    for (one, other) in pairs() {
        journey(async |journey| {
            let relay = journey.relay().await?;
            let (one, other) =
                tokio::try_join!(journey.page("one", one), journey.page("other", other))?;
            for page in [&one, &other] {
                page.open(&relay.url("/call?room=bye&autostart=1")).await?;
            }
            for page in [&one, &other] {
                page.wait_state("live").await?;
            }
            let called = other.text(".tile-name strong").await?;
            one.wait_text(".own .badge", &format!("You ({called})")).await?;
            relay.kill().await?;
            relay_away(&other, PATIENCE).await?;
            told(&one, "#leave", async || other.wait_gone("[data-peer]").await).await?;
            // By the number that both call it by.
            other.wait_text(".unseen[role=status]", &format!("{called} has left.")).await
        });
    }
}
