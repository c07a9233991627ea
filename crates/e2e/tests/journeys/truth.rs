//! What a page says agrees with what is the case, and with the rest of what it says.

use anyhow::Result;
use sightline_e2e::{Page, Relay, Setup, journey, until};

use crate::call::{call_between, opened, share, two, watching};
use crate::recovery::relay_away;

/// Both browsers, on both sides.
fn pairs() -> [(Setup, Setup); 2] {
    [(Setup::chromium(), Setup::firefox()), (Setup::firefox(), Setup::chromium())]
}

/// The system holds the camera of a page in Chromium back, or gives it again.
async fn camera_paused(page: &Page, paused: bool) -> Result<()> {
    let script = "const stream = document.querySelector('#local-video').srcObject; \
         const [track] = stream.getVideoTracks(); \
         const [muted] = arguments; \
         Object.defineProperty(track, 'muted', { value: muted, configurable: true }); \
         track.dispatchEvent(new Event(muted ? 'mute' : 'unmute'))";
    page.script(script, vec![paused.into()]).await.map(drop)
}

async fn wait_title(page: &Page, wanted: &str) -> Result<()> {
    until(format_args!("{page:?} to be called {wanted}"), async || {
        let title = page.client().title().await?;
        Ok(if title == wanted { Ok(()) } else { Err(title) })
    })
    .await
}

#[test]
fn titles_follow() {
    for (from, to) in pairs() {
        journey(async |journey| {
            let relay = journey.relay().await?;
            let (sender, receiver) = two(journey, from, to).await?;
            sender.open(&relay.url("/sender?room=title")).await?;
            wait_title(&sender, "Share a camera · Sightline").await?;
            receiver.open(&relay.url("/receiver?room=title")).await?;
            wait_title(&receiver, "Watch · Sightline").await?;
            sender.click("#go-live").await?;
            wait_title(&sender, "● Live · Sightline").await?;
            wait_title(&receiver, "● Live · Sightline").await?;
            sender.click("#stop").await?;
            wait_title(&sender, "Share a camera · Sightline").await?;
            wait_title(&receiver, "Watch · Sightline").await
        });
    }
}

/// Whoever has the link open is still there; the page that has left just doesn't know.
#[test]
fn who_has_stopped_says_nothing_of_the_room() {
    journey(async |journey| {
        let relay = journey.relay().await?;
        let (sender, receiver) = two(journey, Setup::chromium(), Setup::chromium()).await?;
        call_between(&sender, &receiver, &relay, "claims").await?;
        opened(&sender, 1).await?;
        sender.click("#stop").await?;
        sender.wait_state("ended").await?;
        until("nothing to be claimed", async || {
            let said = sender.text("#watching").await?;
            Ok(if said.is_empty() { Ok(()) } else { Err(said) })
        })
        .await
    });
}

/// A viewer meets a sender who is not live yet: that they are being connected is no news.
#[test]
fn a_viewer_who_waits_reads_one_thing_after_the_other() {
    for (from, to) in pairs() {
        journey(async |journey| {
            let relay = journey.relay().await?;
            let (sender, receiver) = two(journey, from, to).await?;
            receiver.open(&relay.url("/receiver?room=meet")).await?;
            receiver.wait_text("#status", "Waiting for the sender").await?;
            sender.open(&relay.url("/sender?room=meet")).await?;
            receiver.wait_text("#status", "about to go live").await?;
            receiver.wait_connected().await?;
            sender.click("#go-live").await?;
            receiver.wait_state("live").await?;
            let said = receiver.said("status").await;
            assert_eq!(said.first().map(String::as_str), Some("waiting: Waiting for the sender"));
            assert_eq!(said.last().map(String::as_str), Some("live: Live"));
            assert_eq!(said.len(), 3, "{said:?}");
            Ok(())
        });
    }
}

const PAUSED: &str = "The sender's camera is paused. The video resumes automatically.";

#[test]
fn a_camera_that_is_paused() {
    for to in [Setup::chromium(), Setup::firefox()] {
        journey(async |journey| {
            let relay = journey.relay().await?;
            let (sender, receiver) = two(journey, Setup::chromium(), to).await?;
            // From the start: nothing was ever seen.
            sender.open(&relay.url("/sender?room=paused")).await?;
            receiver.open(&relay.url("/receiver?room=paused")).await?;
            receiver.wait_connected().await?;
            camera_paused(&sender, true).await?;
            sender.click("#go-live").await?;
            receiver.wait_alert(PAUSED).await?;
            receiver.wait_state("waiting").await?;
            camera_paused(&sender, false).await?;
            receiver.wait_state("live").await?;
            receiver.wait_no_alert().await?;
            receiver.wait_frames(5).await?;

            // With the relay away: there is no picture that could go on.
            relay.kill().await?;
            let continues = "Lost the connection to the server. The video continues.";
            receiver.wait_text("body", continues).await?;
            camera_paused(&sender, true).await?;
            receiver.wait_alert(PAUSED).await?;
            relay_away(&receiver, sightline_e2e::PATIENCE).await?;
            until("nothing to be said of a picture that goes on", async || {
                let text = receiver.text("body").await?;
                Ok(if text.contains("video continues") { Err(text) } else { Ok(()) })
            })
            .await
        });
    }
}

/// The lid is closed for longer than a seat is kept.
async fn sleep(page: &Page, relay: &Relay, seconds: u32) -> Result<()> {
    let script = "const page = window.wrappedJSObject ?? window; \
         const before = page.Date.now(); const began = performance.now(); \
         page.Date.now = () => before + performance.now() - began + arguments[0] * 1000";
    relay.kill().await?;
    page.script(&script.replace("arguments[0]", &seconds.to_string()), vec![]).await?;
    relay.start_again().await
}

#[test]
fn a_laptop_that_wakes() {
    for setup in [Setup::chromium(), Setup::firefox()] {
        journey(async |journey| {
            let relay = journey.relay().await?;
            let sender = journey.page("sender", setup.clone()).await?;
            share(&sender, &relay, "wakes").await?;
            watching(&sender, 0).await?;
            sleep(&sender, &relay, 50).await?;
            let receiver = journey.page("receiver", Setup::chromium()).await?;
            receiver.open(&relay.url("/receiver?room=wakes")).await?;
            receiver.wait_state("live").await?;
            receiver.open("about:blank").await?;
            watching(&sender, 0).await?;

            sleep(&sender, &relay, 3_600).await?;
            sender.wait_alert("You were away, so you are no longer live.").await?;
            sender.wait_state("idle").await?;
            receiver.open(&relay.url("/receiver?room=wakes")).await?;
            receiver.wait_connected().await?;
            receiver.wait_text("#status", "about to go live").await?;
            sender.click("#go-live").await?;
            receiver.wait_state("live").await?;
            sender.wait_no_alert().await
        });
    }
}
