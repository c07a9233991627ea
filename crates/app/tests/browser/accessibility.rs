//! The basics without which a page can't be used by ear or by keyboard: landmarks,
//! headings, names and labels, a status that is read out.

use sightline_protocol::{ErrorCode, Role};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Element;

use crate::page::Page;
use crate::relay::Relay;
use crate::support::{Devices, until};

/// What a screen reader calls it.
fn name(element: &Element) -> String {
    let label = element.get_attribute("aria-label");
    label.or_else(|| element.text_content()).unwrap_or_default().trim().to_owned()
}

fn check(page: &Page, at: &str) {
    assert_eq!(page.all("main").len(), 1, "{at}: one main landmark");
    assert_eq!(page.all("h1").len(), 1, "{at}: one first heading");
    for element in page.all("button, a[href], h1, h2, label, section[aria-label], #remote-video") {
        assert!(!name(&element).is_empty(), "{at}: {}", element.outer_html());
    }
    for input in page.all("input") {
        let label = page.find(&format!("label[for='{}']", input.id()));
        assert!(
            label.is_some_and(|label| !name(&label).is_empty()),
            "{at}: {}",
            input.outer_html()
        );
    }
    for image in page.all("img") {
        assert!(image.has_attribute("alt"), "{at}: {}", image.outer_html());
    }
    for described in page.all("[aria-describedby]") {
        let id = described.get_attribute("aria-describedby").unwrap();
        assert!(page.find(&format!("#{id}")).is_some(), "{at}: {id}");
    }
    for status in page.all("#status") {
        assert_eq!(status.get_attribute("role").as_deref(), Some("status"), "{at}");
        assert!(!name(&status).is_empty(), "{at}");
    }
    for alert in page.all(".alert") {
        assert!(alert.closest("[role=alert]").unwrap().is_some(), "{at}: it is read out");
    }
    // A second one of the same id is found by nobody.
    let mut ids: Vec<String> = page.all("[id]").iter().map(Element::id).collect();
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count, "{at}: {ids:?}");
    // The keyboard's order is the page's.
    assert!(page.all("[tabindex]:not([tabindex='-1'])").is_empty(), "{at}");
}

#[wasm_bindgen_test]
fn the_document_says_its_language() {
    let document = include_str!("../../../../index.html");
    assert!(document.contains("<html lang=\"en\">"));
    assert!(document.contains("name=\"viewport\"") && !document.contains("user-scalable"));
}

#[wasm_bindgen_test]
async fn pages_without_a_room() {
    for path in [
        "/",
        "/nowhere",
        "/receiver",
        "/receiver?room=a%2Fb",
        "/sender?room=a%2Fb",
        "/call?room=a%2Fb",
    ] {
        check(&Page::open(path), path);
    }
}

#[wasm_bindgen_test]
async fn the_sender_in_its_states() {
    let (relay, devices) = (Relay::new(), Devices::new());
    devices.refuse("NotAllowedError");
    let page = Page::open("/sender?room=demo");
    page.until_alert("didn't allow").await;
    check(&page, "without a camera");
    devices.give();
    page.click("#camera-retry");
    until("the picture is there", || page.has_video("#local-video")).await;
    check(&page, "preview");
    relay.welcomes(0, &[]).await;
    page.click("#go-live");
    page.until_state("waiting").await;
    check(&page, "live");
    relay.refuse(0, ErrorCode::Replaced);
    page.until_state("ended").await;
    page.until_there("#retry").await;
    check(&page, "replaced");
    page.click("#retry");
    relay.welcomes(1, &[]).await;
    page.until_there("#go-live").await;
    page.click("#go-live");
    until("it is live", || page.find("#stop").is_some()).await;
    page.click("#stop");
    page.until_state("ended").await;
    check(&page, "stopped");
}

#[wasm_bindgen_test]
async fn the_receiver_in_its_states() {
    let relay = Relay::new();
    let page = Page::open("/receiver?room=demo");
    page.until_status("Looking for the room…").await;
    check(&page, "connecting");
    relay.welcomes(0, &[(7, Role::Sender)]).await;
    page.until_state("waiting").await;
    check(&page, "waiting");
    relay.refuse(0, ErrorCode::RoomFull);
    page.until_state("failed").await;
    check(&page, "refused");
}

#[wasm_bindgen_test]
async fn the_call_in_its_states() {
    let (relay, devices) = (Relay::new(), Devices::new());
    devices.refuse("NotAllowedError");
    let page = Page::open("/call?room=demo");
    page.until_alert("didn't allow").await;
    check(&page, "without a camera");
    devices.give();
    page.click("#camera-retry");
    until("the picture is there", || page.has_video("#local-video")).await;
    check(&page, "lobby");
    page.click("#join");
    relay.welcomes(0, &[]).await;
    page.until_state("waiting").await;
    check(&page, "alone");
    for n in 7..10 {
        let peer = crate::relay::info(n, Role::Member);
        relay.say(0, &sightline_protocol::RelayMessage::PeerJoined { peer });
    }
    until("there are three", || page.all(".tile").len() == 3).await;
    check(&page, "in company");
    page.click("#leave");
    page.until_state("ended").await;
    check(&page, "left");
}
