//! A camera that isn't given, or isn't there.

use sightline_e2e::{Camera, Setup, journey};

const DENIED: &str = "The browser didn't allow the camera. Allow camera and microphone for this \
                      page, by the icon beside its address, then try again.";

#[test]
fn permission_denied_and_then_given() {
    journey(async |journey| {
        let relay = journey.relay().await?;
        let setup = Setup::chromium().camera(Camera::Asking);
        let sender = journey.page("sender", setup).await?;
        let receiver = journey.page("receiver", Setup::chromium()).await?;
        sender.permit(&relay.url(""), false).await?;
        sender.open(&relay.url("/sender?room=denied")).await?;
        sender.wait_alert(DENIED).await?;
        sender.wait_state("failed").await?;
        sender.mark().await?;
        let off = "return document.querySelector('#go-live')?.disabled ?? true";
        assert_eq!(sender.script(off, vec![]).await?, true, "there is nothing to share");
        receiver.open(&relay.url("/receiver?room=denied")).await?;
        receiver.wait_state("waiting").await?;

        // Again in vain, and then not.
        sender.click("#camera-retry").await?;
        sender.wait_alert(DENIED).await?;
        sender.permit(&relay.url(""), true).await?;
        sender.click("#camera-retry").await?;
        sender.wait_state("idle").await?;
        sender.wait_no_alert().await?;
        sender.click("#go-live").await?;
        receiver.wait_state("live").await?;
        receiver.wait_frames(10).await?;
        assert!(sender.is_marked().await?, "the page was loaded anew");
        Ok(())
    });
}

#[test]
fn permission_denied_in_firefox() {
    journey(async |journey| {
        let relay = journey.relay().await?;
        let setup = Setup::firefox().camera(Camera::Denied);
        let sender = journey.page("sender", setup).await?;
        sender.open(&relay.url("/sender?room=denied")).await?;
        sender.wait_alert(DENIED).await?;
        sender.wait_state("failed").await?;
        assert!(sender.has("#camera-retry").await?, "no way to try again");
        Ok(())
    });
}

#[test]
fn no_camera() {
    journey(async |journey| {
        let relay = journey.relay().await?;
        let setup = Setup::chromium().camera(Camera::Absent);
        let sender = journey.page("sender", setup).await?;
        sender.open(&relay.url("/sender?room=none")).await?;
        sender.wait_alert("No camera was found. Connect one, then try again.").await?;
        sender.wait_state("failed").await?;
        assert!(sender.has("#camera-retry").await?, "no way to try again");
        Ok(())
    });
}

/// While the browser asks, the page says that it waits.
#[test]
fn the_question_is_open() {
    journey(async |journey| {
        let relay = journey.relay().await?;
        let setup = Setup::chromium().camera(Camera::Asking);
        let sender = journey.page("sender", setup).await?;
        sender.open(&relay.url("/sender?room=asked")).await?;
        sender.wait_text("#status", "Waiting for the browser to allow the camera").await?;
        // Whoever leaves meanwhile gets no camera afterwards.
        sender.click("header a").await?;
        sender.wait_path("/").await?;
        sender.permit(&relay.url(""), true).await
    });
}
