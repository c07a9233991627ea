//! Links that lead into a room, and pages that are loaded again.

use sightline_e2e::{Setup, journey};

use crate::call::{call, opened, two, watching};

#[test]
fn reloading_the_sender() {
    journey(async |journey| {
        let relay = journey.relay().await?;
        let (sender, receiver) = call(journey, &relay, "reload").await?;
        sender.mark().await?;
        sender.reload().await?;
        assert!(!sender.is_marked().await?);
        // Its own seat again, and a preview first.
        sender.wait_state("idle").await?;
        sender.click("#go-live").await?;
        receiver.wait_state("live").await?;
        sender.wait_state("live").await?;
        sender.wait_no_alert().await?;
        receiver.wait_no_alert().await?;
        receiver.wait_frames(10).await?;
        watching(&sender, 1).await
    });
}

#[test]
fn reloading_the_receiver() {
    journey(async |journey| {
        let relay = journey.relay().await?;
        let (sender, receiver) = call(journey, &relay, "again").await?;
        receiver.reload().await?;
        receiver.wait_state("live").await?;
        receiver.wait_frames(10).await?;
        receiver.wait_sound().await?;
        watching(&sender, 1).await?;
        opened(&sender, 1).await
    });
}

#[test]
fn autostart_needs_no_click() {
    for (from, to) in [(Setup::chromium(), Setup::firefox()), (Setup::firefox(), Setup::chromium())]
    {
        journey(async |journey| {
            let relay = journey.relay().await?;
            let (sender, receiver) = two(journey, from, to).await?;
            receiver.open(&relay.url("/receiver?room=kiosk&autostart=1")).await?;
            receiver.wait_state("waiting").await?;
            sender.open(&relay.url("/sender?room=kiosk&autostart=1")).await?;
            receiver.wait_state("live").await?;
            sender.wait_state("live").await?;
            receiver.wait_frames(10).await?;
            receiver.wait_sound().await?;

            // And again after a reload.
            sender.reload().await?;
            sender.wait_state("live").await?;
            receiver.wait_state("live").await?;
            receiver.wait_frames(10).await
        });
    }
}
