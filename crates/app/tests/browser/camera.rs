//! Where there is no camera the sender's page says why and what to do, and "Try again"
//! does it without a reload.

use sightline_protocol::Role;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::Page;
use crate::relay::Relay;
use crate::support::{Connections, Devices, SETTLE, throughout, until};

async fn tries_again(page: &Page, devices: &Devices) {
    devices.give();
    page.click("#camera-retry");
    until("all is well", || page.alerts().is_empty() && page.has_video("#local-video")).await;
    page.until_there("#go-live").await;
    page.until_status("Only you see this").await;
}

#[wasm_bindgen_test]
async fn every_refusal_has_its_sentence_and_a_way_on() {
    let (_relay, devices) = (Relay::new(), Devices::new());
    for (name, sentence) in [
        ("NotAllowedError", "didn't allow the camera"),
        ("NotFoundError", "No camera was found"),
        ("NotReadableError", "Another program may be using it"),
        ("WeirdError", "could not be started (WeirdError)"),
    ] {
        devices.refuse(name);
        let page = Page::open("/sender?room=demo");
        page.until_alert(sentence).await;
        page.until_state("failed").await;
        page.until_status("The camera is off").await;
        assert!(page.find("#go-live").unwrap().has_attribute("disabled"));
        assert_eq!(page.text("#camera-retry"), "Try again");
        tries_again(&page, &devices).await;
    }
}

#[wasm_bindgen_test]
async fn refused_again_and_again() {
    let (_relay, devices) = (Relay::new(), Devices::new());
    devices.refuse("NotAllowedError");
    let page = Page::open("/sender?room=demo");
    for times in 1..=3 {
        page.until_alert("didn't allow").await;
        assert_eq!(devices.asked(), times);
        page.click("#camera-retry");
        until("it is asked again", || devices.asked() == times + 1).await;
    }
    // Another failure has another sentence.
    devices.refuse("NotReadableError");
    page.until_alert("didn't allow").await;
    page.click("#camera-retry");
    page.until_alert("Another program").await;
    tries_again(&page, &devices).await;
}

#[wasm_bindgen_test]
async fn a_page_that_is_not_secure() {
    let (_relay, devices) = (Relay::new(), Devices::new());
    devices.hide();
    let page = Page::open("/sender?room=demo");
    page.until_alert("https://").await;
    assert_eq!(page.state(), "failed");
}

#[wasm_bindgen_test]
async fn without_a_microphone_there_is_a_picture() {
    let (_relay, devices) = (Relay::new(), Devices::new());
    devices.no_microphone();
    let page = Page::open("/sender?room=demo");
    until("the picture is there", || page.has_video("#local-video")).await;
    assert_eq!((devices.asked(), devices.live()), (3, 1));
    page.until_alert("There is no sound").await;
    assert_eq!(page.state(), "idle", "a picture is better than nothing");
    // One was connected.
    tries_again(&page, &devices).await;
    assert_eq!(devices.live(), 2);
}

#[wasm_bindgen_test]
async fn a_microphone_that_is_taken_away() {
    let (_relay, devices) = (Relay::new(), Devices::new());
    let page = Page::open("/sender?room=demo");
    until("the picture is there", || page.has_video("#local-video")).await;
    devices.unplug("audio");
    page.until_alert("Your microphone was disconnected").await;
    assert!(page.has_video("#local-video"), "the picture goes on");
    assert_eq!(devices.sources(), "camera-1");
    tries_again(&page, &devices).await;
    // And by itself, another one.
    devices.unplug("audio");
    page.until_alert("Your microphone was disconnected").await;
    devices.plug("audio", "microphone-2");
    until("it is taken up", || page.alerts().is_empty()).await;
    assert_eq!(devices.sources(), "camera-1 microphone-2");
}

#[wasm_bindgen_test]
async fn a_camera_that_is_taken_away() {
    let (relay, devices, connections) = (Relay::new(), Devices::new(), Connections::new());
    let page = Page::open("/sender?room=demo");
    until("the picture is there", || page.has_video("#local-video")).await;
    relay.welcomes(0, &[(7, Role::Receiver)]).await;
    until("it connects", || connections.open() == 1).await;
    page.click("#go-live");
    until("it is live", || page.find("#stop").is_some()).await;
    devices.unplug("video");
    page.until_alert("was disconnected").await;
    assert_eq!(page.state(), "connecting", "it goes on with sound alone");
    assert_eq!(devices.sources(), "microphone-1", "those who watch still hear");
    assert_eq!(connections.open(), 1, "who watches stays connected");

    devices.give();
    page.click("#camera-retry");
    until("all is well", || page.alerts().is_empty() && page.has_video("#local-video")).await;
    assert_eq!(page.state(), "connecting", "it is live as before");
    assert_eq!((devices.live(), devices.asked()), (2, 2));
}

#[wasm_bindgen_test]
async fn stopped_while_the_person_is_asked() {
    let (relay, devices) = (Relay::new(), Devices::new());
    devices.hold();
    let page = Page::open("/sender?room=demo&autostart=1");
    until("the camera is asked for", || devices.asked() == 1).await;
    relay.welcomes(0, &[]).await;
    page.click("#stop");
    page.until_state("ended").await;
    devices.allow_all();
    until("the person said yes", || devices.given() == 1).await;
    until("the camera is off", || devices.live() == 0).await;
    assert_eq!(page.state(), "ended");

    // And the yes to an older question is not taken for one to the new.
    page.click("#again");
    until("it is asked again", || devices.asked() == 2).await;
    page.until_status("Waiting for the browser to allow the camera…").await;
    devices.allow_all();
    until("the picture is there", || page.has_video("#local-video")).await;
}

#[wasm_bindgen_test]
async fn another_camera_takes_over_by_itself() {
    let (_relay, devices) = (Relay::new(), Devices::new());
    devices.add("video", "camera-2");
    let page = Page::open("/sender?room=demo");
    until("the picture is there", || page.has_video("#local-video")).await;
    devices.unplug("video");
    page.until_alert("Another camera is now in use").await;
    assert!(page.find("#camera-retry").is_none(), "there is nothing to do");
    assert_eq!(page.state(), "idle");
    until("the picture is there", || page.has_video("#local-video")).await;
    assert_eq!(devices.sources(), "camera-2 microphone-1");
    // A second that comes and goes is nobody's business.
    devices.plug("video", "camera-3");
    throughout(SETTLE, "it stays", || devices.asked() == 2).await;
}

#[wasm_bindgen_test]
async fn a_permission_that_is_withdrawn_is_not_asked_for_again() {
    let (_relay, devices) = (Relay::new(), Devices::new());
    let page = Page::open("/sender?room=demo");
    until("the picture is there", || page.has_video("#local-video")).await;
    devices.end("video");
    page.until_alert("its permission was removed").await;
    throughout(SETTLE, "the person is left in peace", || devices.asked() == 1).await;
    devices.refuse("NotAllowedError");
    page.click("#camera-retry");
    page.until_alert("didn't allow the camera").await;
    devices.give();
    page.click("#camera-retry");
    until("all is well", || page.alerts().is_empty() && page.has_video("#local-video")).await;
    assert_eq!(devices.asked(), 3);
}

#[wasm_bindgen_test]
async fn stopped_while_a_camera_is_taken_up_again() {
    let (relay, devices) = (Relay::new(), Devices::new());
    let page = Page::open("/sender?room=demo&autostart=1");
    until("the picture is there", || page.has_video("#local-video")).await;
    relay.welcomes(0, &[]).await;
    devices.unplug("video");
    page.until_alert("was disconnected").await;
    devices.hold();
    devices.plug("video", "camera-1");
    until("it is asked for", || devices.asked() == 2).await;
    page.click("#stop");
    page.until_state("ended").await;
    devices.allow_all();
    until("it was given", || devices.given() == 2).await;
    until("all is off", || devices.live() == 0).await;
    throughout(SETTLE, "it stays off", || devices.live() == 0 && page.state() == "ended").await;
}

#[wasm_bindgen_test]
async fn a_camera_that_is_busy_when_it_returns() {
    let (_relay, devices) = (Relay::new(), Devices::new());
    let page = Page::open("/sender?room=demo");
    until("the picture is there", || page.has_video("#local-video")).await;
    devices.unplug("video");
    page.until_alert("was disconnected").await;
    devices.refuse("NotReadableError");
    devices.plug("video", "camera-1");
    until("it was asked for", || devices.asked() == 2).await;
    devices.give();
    until("all is well", || page.alerts().is_empty() && page.has_video("#local-video")).await;
    assert_eq!(devices.asked(), 3, "it was tried again by itself");
}

/// Where one of the two is blocked, the other is used, and what is missing is named.
#[wasm_bindgen_test]
async fn one_that_is_blocked_does_not_stop_the_other() {
    for (kind, sentence, sources) in [
        ("audio", "didn't allow the microphone.", "camera-1"),
        ("video", "didn't allow the camera.", "microphone-1"),
    ] {
        for path in ["/sender?room=demo", "/call?room=demo"] {
            let (relay, devices) = (Relay::new(), Devices::new());
            devices.block(kind);
            let page = Page::open(path);
            page.until_alert(sentence).await;
            until("the other is on", || devices.sources() == sources).await;
            assert_eq!(devices.asked(), 2, "the blocked one is not asked for");
            if path.starts_with("/sender") {
                relay.welcomes(0, &[]).await;
                page.click("#go-live");
                page.until_state("waiting").await;
                let shared = if kind == "audio" { "without sound" } else { "sound only" };
                until("it says so", || page.text("#shares").contains(shared)).await;
            }
            devices.give();
            page.click("#camera-retry");
            until("both are on", || devices.sources() == "camera-1 microphone-1").await;
            page.until_no_alert().await;
        }
    }
}

/// Browsers block a page for a week that asks again and again.
#[wasm_bindgen_test]
async fn who_closes_the_question_is_not_asked_twice() {
    let (_relay, devices) = (Relay::new(), Devices::new());
    devices.dismiss();
    let page = Page::open("/sender?room=demo");
    page.until_alert("didn't allow the camera and the microphone").await;
    throughout(SETTLE, "that was all", || devices.asked() == 1).await;
}

#[wasm_bindgen_test]
async fn a_phone_shows_what_is_in_front_of_its_owner() {
    let (_relay, devices) = (Relay::new(), Devices::new());
    devices.add("video", "camera-2");
    devices.facing("camera-1", "user");
    devices.facing("camera-2", "environment");
    let page = Page::open("/sender?room=demo");
    let mirrored = || page.find(".stage").unwrap().get_attribute("data-mirrored");
    until("the rear camera is on", || devices.sources() == "camera-2 microphone-1").await;
    until("the other is offered", || page.text("#turn") == "Front camera").await;
    assert_eq!(mirrored().as_deref(), Some("false"), "there is text in what it sees");
    page.click("#turn");
    until("the front camera is on", || devices.sources() == "camera-1 microphone-1").await;
    until("the other is offered", || page.text("#turn") == "Rear camera").await;
    assert_eq!(mirrored().as_deref(), Some("true"), "as in a mirror");
    drop(page);
    let _page = Page::open("/call?room=demo");
    until("in a call people show themselves", || devices.sources() == "camera-1 microphone-1")
        .await;
}

/// Who stops while the page finds out which of the two is blocked is not asked for the other one.
#[wasm_bindgen_test]
async fn stopped_while_the_permissions_are_looked_up() {
    let (relay, devices) = (Relay::new(), Devices::new());
    devices.block("audio");
    devices.hold_permissions();
    let page = Page::open("/sender?room=demo&autostart=1");
    relay.welcomes(0, &[]).await;
    until("both were refused", || devices.asked() == 1).await;
    page.click("#stop");
    page.until_state("ended").await;
    devices.tell_permissions();
    let is_off = || devices.asked() == 1 && devices.live() == 0;
    throughout(SETTLE, "nothing is switched on", is_off).await;
}
