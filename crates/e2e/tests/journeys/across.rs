//! From one browser to another.

use std::time::Duration;

use sightline_e2e::{Setup, journey};

fn across(from: Setup, to: Setup) {
    journey(async |journey| {
        let relay = journey.relay().await?;
        let sender = journey.page("sender", from).await?;
        let receiver = journey.page("receiver", to).await?;
        sender.open(&relay.url("/sender?room=across")).await?;
        receiver.open(&relay.url("/receiver?room=across")).await?;
        receiver.wait_connected().await?;
        receiver.nothing_arrives(Duration::from_secs(1)).await?;
        sender.click("#go-live").await?;
        receiver.wait_state("live").await?;
        sender.wait_state("live").await?;
        receiver.wait_frames(20).await?;
        receiver.wait_moving_picture("#remote-video").await?;
        receiver.wait_sound().await?;
        Ok(())
    });
}

#[test]
fn chromium_to_chromium() {
    across(Setup::chromium(), Setup::chromium());
}

#[test]
fn chromium_to_firefox() {
    across(Setup::chromium(), Setup::firefox());
}

#[test]
fn firefox_to_chromium() {
    across(Setup::firefox(), Setup::chromium());
}
