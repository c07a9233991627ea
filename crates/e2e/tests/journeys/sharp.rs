//! The first frame is a sharp one, where the path carries it.

use std::time::Duration;

use serde::Deserialize;
use sightline_e2e::{Setup, journey};

use crate::call::two;

/// Long enough for a path to be measured, on a machine that does other things as well.
const MEASURED: Duration = Duration::from_secs(20);

/// Notes the width of the first frame, and when the first came that is 1280 wide.
const NOTE_FRAMES: &str = "
    const video = document.querySelector('#remote-video');
    const seen = (window.seenFrames = { width: 0, first: 0, sharp: 0 });
    const next = (now, { width }) => {
      if (!seen.width) Object.assign(seen, { width, first: now });
      if (!seen.sharp && width >= 1280) seen.sharp = now;
      video.requestVideoFrameCallback(next);
    };
    video.requestVideoFrameCallback(next);";

#[derive(Debug, Deserialize)]
struct Seen {
    width: u32,
    first: f64,
    sharp: f64,
}

/// Notes that a sender is told to keep the resolution: then the path is measured.
const NOTE_PREFERENCE: &str = "
    const { setParameters } = RTCRtpSender.prototype;
    RTCRtpSender.prototype.setParameters = function (parameters) {
      window.keepsResolution = parameters.degradationPreference === 'maintain-resolution';
      return setParameters.call(this, parameters);
    };";

fn sharp(setup: fn() -> Setup) {
    journey(async |journey| {
        let relay = journey.relay().await?;
        let (sender, receiver) = two(journey, setup(), setup()).await?;
        sender.open(&relay.url("/sender?room=sharp")).await?;
        sender.script(NOTE_PREFERENCE, vec![]).await?;
        receiver.open(&relay.url("/receiver?room=sharp")).await?;
        receiver.wait_text("#status", "about to go live").await?;
        let measured = "return window.keepsResolution === true";
        sender.wait_script(MEASURED, "the path is measured", measured).await?;
        receiver.script(NOTE_FRAMES, vec![]).await?;
        sender.click("#go-live").await?;
        receiver.wait_state("live").await?;
        let sharp = "return window.seenFrames.sharp > 0";
        receiver.wait_script(MEASURED, "a frame is 1280 wide", sharp).await?;
        let seen = receiver.script("return window.seenFrames", vec![]).await?;
        let seen: Seen = serde_json::from_value(seen)?;
        assert_eq!(seen.width, 1280, "{seen:?}");
        assert!(seen.sharp - seen.first <= 100.0, "{seen:?}");
        receiver.wait_frames(20).await
    });
}

#[test]
fn the_first_frame_is_sharp_in_chromium() {
    sharp(Setup::chromium);
}

#[test]
fn the_first_frame_is_sharp_in_firefox() {
    sharp(Setup::firefox);
}
