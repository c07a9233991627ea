//! Whatever way a page is left, at whatever moment, its camera goes off, its socket and
//! its connections are closed, and nothing happens behind its back.

use sightline_protocol::Role;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::Page;
use crate::relay::Relay;
use crate::support::{Connections, Devices, SETTLE, State, throughout, until};

/// What a page may hold.
struct Held {
    relay: Relay,
    devices: Devices,
    connections: Connections,
}

impl Held {
    fn new() -> Self {
        Self { relay: Relay::new(), devices: Devices::new(), connections: Connections::new() }
    }

    fn is_given_up(&self) -> bool {
        self.devices.live() == 0
            && self.connections.open() == 0
            && self.relay.sockets.open_ones() == 0
    }

    async fn until_given_up(&self) {
        until("all is given up", || self.is_given_up()).await;
        let made = (self.connections.made(), self.relay.sockets.made(), self.devices.asked());
        throughout(SETTLE, "nothing begins anew", || {
            let now = (self.connections.made(), self.relay.sockets.made(), self.devices.asked());
            self.is_given_up() && now == made
        })
        .await;
    }

    /// A sender that is live, with a receiver that has not answered yet.
    async fn live_sender(&self) -> Page {
        let page = Page::open("/sender?room=demo&autostart=1");
        until("the picture is there", || page.has_video("#local-video")).await;
        self.relay.welcomes(self.relay.sockets.made() - 1, &[(7, Role::Receiver)]).await;
        until("it connects", || self.connections.open() == 1).await;
        page
    }
}

#[wasm_bindgen_test]
async fn a_sender_that_is_closed() {
    let held = Held::new();
    let mut page = held.live_sender().await;
    page.leave();
    assert_eq!((held.devices.live(), held.connections.open()), (0, 0));
    held.until_given_up().await;
    let goodbye = held.relay.sockets.take_sent(0).pop();
    assert_eq!(goodbye.as_deref(), Some(r#"{"type":"leave"}"#));
}

#[wasm_bindgen_test]
async fn a_sender_that_is_left_by_a_link() {
    let held = Held::new();
    let page = held.live_sender().await;
    page.click("header a[href='/']");
    page.click("#leave-anyway");
    until("it is home", || page.find("#room").is_some()).await;
    held.until_given_up().await;
    // And back: it begins from the start.
    web_sys::window().unwrap().history().unwrap().back().unwrap();
    until("the picture is back", || {
        page.find("#local-video").is_some() && page.has_video("#local-video")
    })
    .await;
    until("it connects", || held.relay.sockets.open_ones() == 1).await;
    // It is a preview: nobody has to be asked.
    if page.find("#stop").is_some() {
        page.click("#stop");
    }
    page.click("header a[href='/']");
    held.until_given_up().await;
}

#[wasm_bindgen_test]
async fn a_new_room_gives_up_the_old_one() {
    let held = Held::new();
    let page = Page::open("/sender?room=demo");
    until("the picture is there", || page.has_video("#local-video")).await;
    held.relay.joins(0).await;
    held.relay.refuse(0, sightline_protocol::ErrorCode::SenderPresent);
    page.until_alert("Somebody else is sharing in this room").await;
    page.click(".alert a[href='/sender']");
    held.relay.asked(1).await;
    until("the picture is back", || page.has_video("#local-video")).await;
    assert_eq!(held.devices.live(), 2, "one camera and one microphone");
    assert_eq!(held.relay.sockets.open_ones(), 1);
}

#[wasm_bindgen_test]
async fn a_page_that_is_left_at_once() {
    let held = Held::new();
    for path in [
        "/",
        "/sender?room=demo&autostart=1",
        "/receiver?room=demo",
        "/call?room=demo",
        "/call?room=demo&autostart=1",
        "/nowhere",
    ] {
        let mut page = Page::open(path);
        page.leave();
        throughout(SETTLE, "nothing begins", || held.relay.sockets.open_ones() == 0).await;
    }
    held.until_given_up().await;
}

#[wasm_bindgen_test]
async fn a_page_that_is_left_while_the_person_is_asked() {
    let held = Held::new();
    held.devices.hold();
    let mut page = Page::open("/sender?room=demo");
    until("the camera is asked for", || held.devices.asked() == 1).await;
    page.leave();
    held.devices.allow_all();
    until("the person said yes", || held.devices.given() == 1).await;
    held.until_given_up().await;

    let page = Page::open("/sender?room=demo");
    until("the camera is asked for", || held.devices.asked() == 2).await;
    page.click("header a[href='/']");
    held.devices.refuse_all();
    held.until_given_up().await;
    page.stays_without_alert().await;
}

#[wasm_bindgen_test]
async fn a_page_that_is_left_before_its_socket_is_open() {
    let held = Held::new();
    for path in ["/sender?room=demo", "/receiver?room=demo", "/call?room=demo&autostart=1"] {
        let n = held.relay.sockets.made();
        let mut page = Page::open(path);
        held.relay.asked(n).await;
        page.leave();
        until("it is closed", || held.relay.sockets.state(n) == State::Closed).await;
        held.relay.sockets.open(n);
        assert!(held.relay.sockets.take_sent(n).is_empty());
    }
    held.until_given_up().await;
}

#[wasm_bindgen_test]
async fn a_page_that_is_left_between_two_tries() {
    let held = Held::new();
    for path in ["/sender?room=demo", "/receiver?room=demo"] {
        let n = held.relay.sockets.made();
        let mut page = Page::open(path);
        held.relay.asked(n).await;
        held.relay.sockets.end(n, 1006);
        page.until_alert("can't be reached").await;
        page.leave();
        held.until_given_up().await;
    }
}

#[wasm_bindgen_test]
async fn a_page_that_is_left_in_the_middle_of_negotiating() {
    let held = Held::new();
    for wait in 0..6 {
        let n = held.relay.sockets.made();
        let mut page = Page::open("/sender?room=demo");
        until("the picture is there", || page.has_video("#local-video")).await;
        held.relay.welcomes(n, &[(7, Role::Receiver), (8, Role::Receiver)]).await;
        // A little later each time.
        until("it begins", || held.connections.open() > 0).await;
        crate::support::sleep(std::time::Duration::from_millis(wait * 4)).await;
        page.leave();
        assert_eq!(held.connections.open(), 0);
        held.until_given_up().await;
    }
}

#[wasm_bindgen_test]
async fn a_receiver_that_is_closed_or_left() {
    let held = Held::new();
    let mut page = Page::open("/receiver?room=demo");
    held.relay.welcomes(0, &[(7, Role::Sender)]).await;
    page.until_state("waiting").await;
    page.leave();
    held.until_given_up().await;
    assert_eq!(held.relay.sockets.take_sent(0), [r#"{"type":"leave"}"#]);
}

#[wasm_bindgen_test]
async fn a_call_that_is_closed() {
    let held = Held::new();
    let mut page = Page::open("/call?room=demo&autostart=1");
    until("the picture is there", || page.has_video("#local-video")).await;
    held.relay.welcomes(0, &[(7, Role::Member), (8, Role::Member)]).await;
    until("it connects", || held.connections.open() == 2).await;
    page.leave();
    held.until_given_up().await;
    let goodbye = held.relay.sockets.take_sent(0).pop();
    assert_eq!(goodbye.as_deref(), Some(r#"{"type":"leave"}"#));
}

#[wasm_bindgen_test]
async fn a_call_that_is_left_while_the_person_is_asked() {
    let held = Held::new();
    held.devices.hold();
    let mut page = Page::open("/call?room=demo&autostart=1");
    until("the camera is asked for", || held.devices.asked() == 1).await;
    held.relay.welcomes(0, &[(7, Role::Member)]).await;
    page.leave();
    held.devices.allow_all();
    until("the person said yes", || held.devices.given() == 1).await;
    held.until_given_up().await;
}

#[wasm_bindgen_test]
async fn a_page_that_is_put_away_keeps_its_seat() {
    for path in ["/sender?room=demo", "/receiver?room=demo", "/call?room=demo&autostart=1"] {
        let held = Held::new();
        let page = Page::open(path);
        held.relay.welcomes(0, &[]).await;
        until("it is in", || page.state() != "connecting").await;
        let hide = web_sys::Event::new("pagehide").unwrap();
        web_sys::window().unwrap().dispatch_event(&hide).unwrap();
        page.until_state("ended").await;
        held.until_given_up().await;
        let goodbye = held.relay.sockets.take_sent(0).pop();
        assert_eq!(goodbye.as_deref(), Some(r#"{"type":"leave","keepSeat":true}"#), "{path}");
    }
}
