//! A camera that isn't given, or isn't there.

use sightline_e2e::{Camera, Setup, journey};

use crate::call::{share, two, watch};

const DENIED: &str = "The browser didn't allow the camera and the microphone. Allow them with the \
                      icon next to the page's address, then try again.";

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
        assert!(sender.has("#camera-retry").await?, "no way to try again");
        // Sound can be shared without.
        sender.wait_state("idle").await?;
        sender.wait_text("#shares", "sound only").await
    });
}

/// Allowed, live, and then withdrawn by the icon beside the address.
#[test]
fn permission_withdrawn_during_a_call() {
    journey(async |journey| {
        let relay = journey.relay().await?;
        let setup = Setup::chromium().camera(Camera::Asking);
        let sender = journey.page("sender", setup).await?;
        let receiver = journey.page("receiver", Setup::chromium()).await?;
        sender.permit(&relay.url(""), true).await?;
        share(&sender, &relay, "withdrawn").await?;
        watch(&receiver, &relay, "withdrawn").await?;
        sender.permit(&relay.url(""), false).await?;
        sender.wait_alert("Your camera was disconnected, or its permission was removed").await?;
        sender.wait_state("failed").await?;

        sender.permit(&relay.url(""), true).await?;
        sender.click("#camera-retry").await?;
        sender.wait_state("live").await?;
        sender.wait_no_alert().await?;
        receiver.wait_state("live").await?;
        receiver.wait_frames(10).await
    });
}

/// Over plain HTTP from another machine there is no camera; to watch needs none.
#[test]
fn a_page_that_is_not_secure() {
    for setup in [Setup::chromium(), Setup::firefox()] {
        journey(async |journey| {
            let relay = journey.relay().await?;
            let (sender, other) = two(journey, Setup::chromium(), setup).await?;
            other.open(&relay.insecure_url("/sender?room=no-camera")).await?;
            other.wait_alert("Browsers allow the camera on secure pages only").await?;
            other.wait_state("failed").await?;
            // Nor is there a clipboard: the link is selected instead.
            other.click("#copy").await?;
            other.wait_text(".share", "The link is selected. Copy it with your keyboard").await?;
            assert_eq!(other.focused().await?, "#link");
            let selected = "return getSelection().toString() || document.activeElement.value \
                 .slice(document.activeElement.selectionStart, document.activeElement.selectionEnd)";
            let link = relay.insecure_url("/receiver?room=no-camera");
            assert_eq!(other.script(selected, vec![]).await?, link);

            share(&sender, &relay, "plain").await?;
            other.open(&relay.insecure_url("/receiver?room=plain")).await?;
            other.wait_state("live").await?;
            other.wait_frames(10).await?;
            other.wait_sound().await
        });
    }
}
