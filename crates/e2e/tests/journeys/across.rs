//! From one browser to another: nothing before the click, all of it afterwards.

use std::time::Duration;

use anyhow::Result;
use sightline_e2e::{Kind, Page, Setup, journey};

use crate::call::{two, watching};

fn across(from: Setup, to: Setup) {
    journey(async |journey| {
        let relay = journey.relay().await?;
        let (sender, receiver) = two(journey, from, to).await?;
        sender.open(&relay.url("/sender?room=across")).await?;
        receiver.open(&relay.url("/receiver?room=across")).await?;

        receiver.wait_connected().await?;
        sender.wait_text("#status", "Only you see this").await?;
        sender.wait_moving_picture("#local-video").await?;
        receiver.nothing_arrives(Duration::from_secs(1)).await?;
        nothing_was_sent(&sender, &receiver).await?;
        assert_eq!(receiver.state().await?, "waiting");
        assert_eq!(sender.state().await?, "idle");

        sender.click("#go-live").await?;
        receiver.wait_state("live").await?;
        sender.wait_state("live").await?;
        watching(&sender, 1).await?;
        receiver.wait_frames(20).await?;
        receiver.wait_moving_picture("#remote-video").await?;
        receiver.wait_sound().await?;
        receiver.wait_frames(20).await?;
        assert_eq!(receiver.state().await?, "live");
        assert_eq!(receiver.alerts().await?, "");
        assert_eq!(sender.alerts().await?, "");
        Ok(())
    });
}

/// The connection is there, and not one packet of picture or sound has gone over it.
async fn nothing_was_sent(sender: &Page, receiver: &Page) -> Result<()> {
    if sender.setup().watched {
        assert_eq!(sender.connections().await?, ["connected"]);
        assert_eq!(sender.sent().await?, 0);
    }
    if receiver.setup().watched {
        assert_eq!(receiver.connections().await?, ["connected"]);
        assert_eq!(receiver.received().await?, 0);
    }
    Ok(())
}

#[test]
fn chromium_to_chromium() {
    across(Setup::chromium().watched(), Setup::chromium().watched());
}

#[test]
fn chromium_to_firefox() {
    across(Setup::chromium().watched(), Setup::firefox());
}

#[test]
fn firefox_to_chromium() {
    across(Setup::firefox(), Setup::chromium().watched());
}

/// As browsers come: a page without a camera has candidates without addresses.
#[test]
fn hidden_addresses() {
    for kind in [Kind::Chromium, Kind::Firefox] {
        let receiver = Setup { kind, ..Setup::chromium() };
        journey(async |journey| {
            let relay = journey.relay().await?;
            let (sender, receiver) =
                two(journey, Setup::chromium(), receiver.addresses_hidden()).await?;
            sender.open(&relay.url("/sender?room=hidden&autostart=1")).await?;
            receiver.open(&relay.url("/receiver?room=hidden")).await?;
            receiver.wait_state("live").await?;
            receiver.wait_frames(10).await
        });
    }
}
