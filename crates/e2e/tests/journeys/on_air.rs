//! Nobody is on air without knowing it: what is off stays off until a click, and who has left
//! comes back to where one begins.

use anyhow::Result;
use sightline_e2e::{Page, Relay, Setup, journey, until};

/// In a page of its own, as a person goes there from somewhere.
async fn join(page: &Page, relay: &Relay, room: &str) -> Result<()> {
    page.open(&relay.url("/")).await?;
    page.open(&relay.url(&format!("/call?room={room}"))).await?;
    page.click("#join").await?;
    page.find("#leave").await.map(drop)
}

/// Mutes, and switches the camera off.
async fn switch_off(page: &Page) -> Result<()> {
    page.click("#microphone").await?;
    page.wait_text("#microphone", "Unmute").await?;
    page.click("#camera").await?;
    page.wait_text("#camera", "Camera on").await
}

/// Whether any track of the page's own devices gives something.
async fn is_silent(page: &Page) -> Result<bool> {
    let tracks = page.tracks().await?;
    Ok(!tracks.iter().any(|track| track.ready_state == "live" && track.enabled))
}

/// Waits until `page` shows one other member, with these words in the tile.
async fn shows(page: &Page, words: &[&str]) -> Result<()> {
    until(format_args!("{page:?} to show {words:?}"), async || {
        let text = page.text("[data-peer]").await?;
        let all = words.iter().all(|word| text.contains(word));
        Ok(if all { Ok(()) } else { Err(text) })
    })
    .await
}

#[test]
fn a_reload_keeps_what_is_off() {
    for setup in [Setup::chromium(), Setup::firefox()] {
        journey(async |journey| {
            let relay = journey.relay().await?;
            let (one, other) = tokio::try_join!(
                journey.page("one", setup),
                journey.page("other", Setup::chromium())
            )?;
            join(&other, &relay, "off").await?;
            join(&one, &relay, "off").await?;
            other.wait_moving_picture("[data-peer] video").await?;
            switch_off(&one).await?;
            shows(&other, &["Camera off", "microphone off"]).await?;

            one.mark().await?;
            one.reload().await?;
            assert!(!one.is_marked().await?, "it was loaded again");
            // It is in the call again, with the devices as they were.
            one.find("#leave").await?;
            shows(&other, &["Camera off", "microphone off"]).await?;
            one.wait_text("#microphone", "Unmute").await?;
            one.wait_text("#camera", "Camera on").await?;
            assert!(is_silent(&one).await?, "{:?}", one.tracks().await?);

            // A click is what it takes.
            one.click("#camera").await?;
            other.wait_moving_picture("[data-peer] video").await?;
            shows(&other, &["microphone off"]).await?;
            one.click("#microphone").await?;
            until("both to be on", async || {
                let tracks = one.tracks().await?;
                let on = tracks.iter().filter(|it| it.ready_state == "live" && it.enabled).count();
                Ok(if on == 2 { Ok(()) } else { Err(format!("{tracks:?}")) })
            })
            .await
        });
    }
}

#[test]
fn who_left_and_returns_stands_in_the_lobby() {
    for setup in [Setup::chromium(), Setup::firefox()] {
        journey(async |journey| {
            let relay = journey.relay().await?;
            let (one, other) = tokio::try_join!(
                journey.page("one", setup),
                journey.page("other", Setup::chromium())
            )?;
            join(&other, &relay, "back").await?;
            join(&one, &relay, "back").await?;
            switch_off(&one).await?;
            shows(&other, &["Camera off"]).await?;
            one.client().back().await?;
            one.wait_path("/").await?;
            other.wait_gone("[data-peer]").await?;

            one.client().forward().await?;
            one.wait_path("/call?room=back").await?;
            one.find("#join").await?;
            one.wait_state("idle").await?;
            one.wait_text("#microphone", "Unmute").await?;
            assert!(is_silent(&one).await?, "{:?}", one.tracks().await?);
            assert!(!other.has("[data-peer]").await?, "it has not joined");
            // With a click it is there again, as it was.
            one.click("#join").await?;
            shows(&other, &["Camera off", "microphone off"]).await?;
            assert!(is_silent(&one).await?, "{:?}", one.tracks().await?);
            Ok(())
        });
    }
}

/// What a panic ends with: an instruction that can't be reached.
const PANIC: &str = "const page = window.wrappedJSObject ?? window; \
     const bytes = new page.Uint8Array([ \
         0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, \
         7, 5, 1, 1, 102, 0, 0, 10, 5, 1, 3, 0, 0, 11 ]); \
     const module = new page.WebAssembly.Module(bytes); \
     page.setTimeout(new page.WebAssembly.Instance(module).exports.f)";

#[test]
fn a_crash_in_a_call_is_seen_and_ends_camera_and_microphone() {
    for setup in [Setup::chromium(), Setup::firefox()] {
        journey(async |journey| {
            let relay = journey.relay().await?;
            let page = journey.page("page", setup).await?;
            page.expect_logged("unreachable");
            join(&page, &relay, "crash").await?;
            page.keep_tracks().await?;
            let tracks = page.tracks().await?;
            assert!(tracks.iter().all(|track| track.ready_state == "live"), "{tracks:?}");
            page.script(PANIC, vec![]).await?;
            page.wait_alert("has stopped working").await?;
            let on_top = "const notice = document.querySelector('#stopped p'); \
                 const { x, y, width, height } = notice.getBoundingClientRect(); \
                 return document.elementFromPoint(x + width / 2, y + height / 2) === notice";
            assert_eq!(page.script(on_top, vec![]).await?, true, "something lies over it");
            until("camera and microphone to be off", async || {
                let tracks = page.tracks().await?;
                let off = tracks.iter().all(|track| track.ready_state == "ended");
                Ok(if off { Ok(()) } else { Err(format!("{tracks:?}")) })
            })
            .await?;
            page.click("#stopped button").await?;
            page.find("#local-video").await.map(drop)
        });
    }
}
