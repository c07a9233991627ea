//! The relay goes away and comes back: what is connected stays connected.

use sightline_e2e::{Front, Page, Relay, Relaying, Setup, journey};

use crate::call::{call, opened, two, watch, watching};

const LOST: &str = "The connection to the relay is lost. It is tried again by itself.";

async fn goes_on(page: &Page) -> anyhow::Result<()> {
    page.reset_gap().await?;
    page.wait_frames(45).await?;
    let video = page.remote().await?;
    assert!(video.gap < 1500.0, "the picture stood still: {video:?}");
    assert_eq!(page.state().await?, "live");
    Ok(())
}

fn call_goes_on(end: impl AsyncFn(&Relay) -> anyhow::Result<()>) {
    journey(async |journey| {
        let relay = journey.relay().await?;
        let late = journey.page("late", Setup::chromium()).await?;
        let (sender, receiver) = call(journey, &relay, "lost").await?;
        end(&relay).await?;
        receiver.wait_alert(LOST).await?;
        sender.wait_alert(LOST).await?;
        goes_on(&receiver).await?;
        assert_eq!(sender.state().await?, "live");

        relay.start_again().await?;
        receiver.wait_no_alert().await?;
        sender.wait_no_alert().await?;
        goes_on(&receiver).await?;
        assert_eq!(sender.state().await?, "live");
        watch(&late, &relay, "lost").await?;
        watching(&sender, 2).await?;
        goes_on(&receiver).await
    });
}

#[test]
fn a_call_goes_on_when_the_relay_is_killed() {
    call_goes_on(Relay::kill);
}

#[test]
fn a_call_goes_on_when_the_relay_is_stopped() {
    call_goes_on(Relay::stop);
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
        receiver.wait_alert(LOST).await?;
        sender.wait_alert(LOST).await?;
        goes_on(&receiver).await?;
        front.relaying(Relaying::Through);
        receiver.wait_no_alert().await?;
        sender.wait_no_alert().await?;
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
            page.wait_alert(LOST).await?;
            page.wait_text("#retry", "Try now").await?;
        }
        relay.start_again().await?;
        receiver.wait_no_alert().await?;
        sender.wait_no_alert().await?;
        sender.click("#go-live").await?;
        receiver.wait_state("live").await?;
        receiver.wait_frames(10).await
    });
}
