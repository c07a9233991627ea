//! The first page leads on, a room's name is checked where it is typed, and an address
//! that means nothing says so. Moving between pages needs no load.

use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlInputElement};

use crate::page::{Page, address, document};
use crate::relay::Relay;
use crate::support::{Devices, until};

#[wasm_bindgen_test]
async fn says_what_it_is_and_leads_on() {
    let (_relay, devices) = (Relay::new(), Devices::new());
    devices.hold();
    let page = Page::open("/");
    assert!(page.text("h1").contains("live"));
    assert!(page.text("main").contains("directly"));
    assert_eq!(document().title(), "Live video from your browser to another · Sightline");

    assert!(page.click_with_ctrl("a[href='/sender']"), "a new tab is the browser's business");
    assert_eq!(address(), "/");
    page.click("a[href='/sender']");
    until("the sender's page is there", || page.find("#local-video").is_some()).await;
    assert!(address().starts_with("/sender?room="), "{}", address());
    assert_eq!(document().title(), "Share a camera · Sightline");
    // For those who hear the page it begins with its heading.
    until("the heading has the focus", || {
        document().active_element().is_some_and(|focused| focused.tag_name() == "H1")
    })
    .await;

    web_sys::window().unwrap().history().unwrap().back().unwrap();
    until("it is home again", || page.find("#room").is_some()).await;
    assert_eq!(address(), "/");
}

#[wasm_bindgen_test]
async fn a_name_that_is_none_is_explained_and_stays() {
    let page = Page::open("/");
    let too_long = "a".repeat(65);
    for (typed, sentence) in [
        ("", "needs a name"),
        ("   ", "needs a name"),
        ("a/b", "letters a to z"),
        ("café", "letters a to z"),
        ("<b>bold</b>", "letters a to z"),
        (&too_long, "at most 64"),
    ] {
        page.fill("#room", typed);
        page.click("form button");
        until("it is explained", || page.text("#room-problem").contains(sentence)).await;
        assert_eq!(page.the::<HtmlInputElement>("#room").value(), typed);
        assert_eq!(document().active_element().unwrap().id(), "room");
        assert_eq!(page.the::<Element>("#room").get_attribute("aria-invalid").unwrap(), "true");
        assert_eq!(address(), "/");
    }
    assert!(page.find("b").is_none());
}

#[wasm_bindgen_test]
async fn a_name_leads_to_its_room() {
    let _relay = Relay::new();
    let page = Page::open("/");
    page.fill("#room", "  Kabod Lupim ");
    page.click("form button");
    until("the receiver's page is there", || page.find("#remote-video").is_some()).await;
    assert_eq!(address(), "/receiver?room=kabod-lupim");
    assert!(page.text("main").contains("kabod-lupim"));
}

#[wasm_bindgen_test]
async fn a_call_can_be_started_and_joined() {
    let (_relay, devices) = (Relay::new(), Devices::new());
    devices.hold();
    let page = Page::open("/");
    page.click("a[href='/call']");
    until("the call is there", || page.find(".call").is_some()).await;
    assert!(address().starts_with("/call?room="), "{}", address());
    assert_eq!(document().title(), "Call · Sightline");
    drop(page);
    let page = Page::open("/");
    page.fill("#call", "a/b");
    page.click("#call + button");
    until("it is explained", || page.text("#call-problem").contains("letters a to z")).await;
    assert_eq!(page.text("#room-problem"), "");
    page.fill("#call", "Our Call");
    page.click("#call + button");
    until("the call is there", || page.find(".call").is_some()).await;
    assert_eq!(address(), "/call?room=our-call");
}

#[wasm_bindgen_test]
async fn a_receiver_without_a_room_asks_for_one() {
    let relay = Relay::new();
    let page = Page::open("/receiver");
    assert_eq!(page.state(), "idle");
    assert!(page.status().contains("Which room"));
    assert_eq!(page.alerts(), "");
    assert_eq!(relay.sockets.made(), 0, "there is nothing to join yet");
    page.fill("#room", "demo");
    page.click("form button");
    until("the screen is there", || page.find("#remote-video").is_some()).await;
    assert_eq!(address(), "/receiver?room=demo");
    assert_eq!(relay.sockets.made(), 1);
}

#[wasm_bindgen_test]
async fn a_room_that_is_none_is_explained() {
    let (relay, devices) = (Relay::new(), Devices::new());
    for room in ["a%2Fb", "%3Cb%3E", "..%2F..", "caf%C3%A9", "%00", &"a".repeat(65)] {
        let page = Page::open(&format!("/receiver?room={room}"));
        assert_eq!(page.state(), "failed");
        assert!(page.alerts().starts_with("A room name can have"), "{}", page.alerts());
        assert!(page.find("#room").is_some(), "another one can be typed");
        drop(page);

        let page = Page::open(&format!("/sender?room={room}"));
        assert_eq!(page.state(), "failed");
        assert!(page.alerts().starts_with("A room name can have"), "{}", page.alerts());
    }
    assert_eq!((relay.sockets.made(), devices.asked()), (0, 0));
    devices.hold();
    let page = Page::open("/sender?room=a%2Fb&autostart=1");
    page.click("main a[href='/sender']");
    until("there is a new room", || page.find("#local-video").is_some()).await;
    assert!(address().starts_with("/sender?room="), "{}", address());
}

#[wasm_bindgen_test]
async fn an_address_that_means_nothing_says_so() {
    for path in ["/nowhere", "/sender/x", "/Sender", "/receiver.html", "/%E0%A4%A"] {
        let page = Page::open(path);
        assert!(page.text("h1").contains("Page not found"), "{path}");
        assert_eq!(document().title(), "Not found · Sightline");
    }
    let page = Page::open("/nowhere");
    page.click("main a[href='/']");
    until("it is home", || page.find("#room").is_some()).await;
    assert_eq!(address(), "/");
    // The brand leads home from everywhere.
    let page = Page::open("/nowhere");
    page.click("header a[href='/']");
    until("it is home", || page.find("#room").is_some()).await;
}
