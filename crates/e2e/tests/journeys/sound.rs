//! Where the browser lets no sound out without a click.

use sightline_e2e::{Setup, journey};

use crate::call::two;

fn blocked(receiver: Setup) {
    journey(async |journey| {
        let relay = journey.relay().await?;
        let (sender, receiver) =
            two(journey, Setup::chromium(), receiver.autoplay_blocked()).await?;
        sender.open(&relay.url("/sender?room=muted&autostart=1")).await?;
        receiver.open(&relay.url("/receiver?room=muted")).await?;
        receiver.wait_state("live").await?;
        receiver.wait_frames(10).await?;
        receiver.wait_text("#sound", "Turn the sound on").await?;
        assert!(receiver.remote().await?.muted, "it can't play with sound");
        receiver.click("#sound").await?;
        receiver.wait_gone("#sound").await?;
        let video = receiver.remote().await?;
        assert!(!video.muted && !video.paused, "{video:?}");
        receiver.wait_frames(10).await?;
        receiver.wait_sound().await
    });
}

#[test]
fn one_click_turns_the_sound_on_in_chromium() {
    blocked(Setup::chromium());
}

#[test]
fn one_click_turns_the_sound_on_in_firefox() {
    blocked(Setup::firefox());
}
