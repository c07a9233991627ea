//! Pages that are loaded again, or left and returned to, in the middle of a call.

use anyhow::Result;
use sightline_e2e::{Setup, journey};

use crate::call::{call_between, opened, two, watching};
use crate::recovery::relay_back;

/// Each page has one connection, and nobody stands there twice.
fn pages(from: Setup, to: Setup) {
    journey(async |journey| {
        let relay = journey.relay().await?;
        let (sender, receiver) = two(journey, from, to).await?;
        call_between(&sender, &receiver, &relay, "pages").await?;
        let is_back = async || -> Result<()> {
            for page in [&receiver, &sender] {
                page.wait_state("live").await?;
                relay_back(page).await?;
            }
            receiver.wait_frames(20).await?;
            receiver.wait_moving_picture("#remote-video").await?;
            watching(&sender, 1).await?;
            opened(&sender, 1).await
        };

        receiver.reload().await?;
        is_back().await?;

        // The browser may keep the page for the way back, or not.
        receiver.open("about:blank").await?;
        receiver.client().back().await?;
        is_back().await?;

        // A camera is shown to its owner first, unless the address says otherwise.
        sender.reload().await?;
        sender.click("#go-live").await?;
        is_back().await?;

        sender.open(&relay.url("/sender?room=pages&autostart=1")).await?;
        is_back().await?;
        sender.reload().await?;
        is_back().await?;
        sender.open("about:blank").await?;
        sender.client().back().await?;
        is_back().await
    });
}

#[test]
fn loaded_again_and_returned_to() {
    pages(Setup::chromium(), Setup::chromium());
    pages(Setup::firefox(), Setup::chromium());
    pages(Setup::chromium(), Setup::firefox());
}
