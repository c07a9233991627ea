//! The devices of somebody in a call: what is plugged in, in use or forbidden meanwhile.

use wasm_bindgen_test::wasm_bindgen_test;

use crate::call::joined;
use crate::page::Page;
use crate::relay::Relay;
use crate::support::{Devices, SETTLE, throughout, until};

#[wasm_bindgen_test]
async fn what_is_plugged_in_withdraws_no_request() {
    let (relay, devices) = (Relay::new(), Devices::new());
    let page = joined(&relay, &[]).await;
    page.click("#camera");
    until("it is off", || page.text("#camera") == "Camera on").await;
    devices.hold();
    page.click("#camera");
    until("it is asked for", || devices.asked() == 2).await;
    devices.plug("audio", "headset");
    throughout(SETTLE, "nothing else is", || devices.asked() == 2).await;
    devices.allow_all();
    until("the camera is on", || page.text("#camera") == "Camera off").await;
    assert_eq!(devices.sources(), "camera-1 microphone-1");
    // Nothing was replaced.
    page.stays_without_alert().await;
}

#[wasm_bindgen_test]
async fn what_is_plugged_in_is_not_switched_on_against_a_no() {
    let (relay, devices) = (Relay::new(), Devices::new());
    devices.refuse("NotAllowedError");
    let page = Page::open("/call?room=demo");
    page.until_alert("didn't allow").await;
    page.click("#join");
    relay.welcomes(0, &[]).await;
    page.until_state("waiting").await;
    devices.give();
    devices.plug("audio", "headset");
    throughout(SETTLE, "it stays off", || devices.asked() == 1 && devices.live() == 0).await;
}

#[wasm_bindgen_test]
async fn what_another_program_has_is_told_of() {
    for (kind, sentence, sources) in [
        ("video", "The camera sends no video. Another program", "microphone-1"),
        ("audio", "The microphone sends no sound. Another program", "camera-1"),
    ] {
        let (_relay, devices) = (Relay::new(), Devices::new());
        devices.busy(kind);
        let page = Page::open("/call?room=demo");
        page.until_alert(sentence).await;
        assert_eq!(devices.sources(), sources);
        devices.give();
        page.click(if kind == "video" { "#camera" } else { "#microphone" });
        until("both are on", || devices.sources() == "camera-1 microphone-1").await;
        until("all is well", || page.alerts().is_empty()).await;
    }
}

/// Who has no microphone knows that, until they want to be heard.
#[wasm_bindgen_test]
async fn what_is_not_there_is_named_when_it_is_wanted() {
    let (_relay, devices) = (Relay::new(), Devices::new());
    devices.no_microphone();
    let page = Page::open("/call?room=demo");
    until("the camera is on", || devices.sources() == "camera-1").await;
    page.stays_without_alert().await;
    page.click("#microphone");
    page.until_alert("No microphone was found").await;
    assert_eq!(devices.sources(), "camera-1");
}

/// Who switches off what they are just being asked for is not on air when they say yes.
#[wasm_bindgen_test]
async fn what_is_switched_off_while_it_is_asked_for_stays_off() {
    let (_relay, devices) = (Relay::new(), Devices::new());
    devices.hold();
    let page = Page::open("/call?room=demo");
    until("it is asked for", || devices.asked() == 1).await;
    until("it can be muted", || page.text("#microphone") == "Mute").await;
    page.click("#microphone");
    page.click("#camera");
    until("it says so", || page.text("#camera") == "Camera on").await;
    devices.allow_all();
    until("it was given", || devices.given() == 1).await;
    let is_silent = || devices.enabled("audio") == 0 && !devices.sources().contains("camera");
    until("both are off", is_silent).await;
    throughout(SETTLE, "they stay off", is_silent).await;
    assert_eq!(page.text("#microphone"), "Unmute");
}
