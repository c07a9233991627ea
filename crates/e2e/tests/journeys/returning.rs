//! Links that lead into a room and begin at once.

use sightline_e2e::{Setup, journey};

use crate::call::two;

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
