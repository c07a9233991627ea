//! Who a page is: the same one after a reload, another one in another tab.

use sightline_protocol::{ClientMessage, PeerSecret};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Event;

use crate::page::Page;
use crate::relay::Relay;
use crate::support::{Devices, Handle, until};

/// Opens a page, and says with which secret it joins.
async fn joins(relay: &Relay, path: &str) -> (Page, PeerSecret) {
    let n = relay.sockets.made();
    let page = Page::open(path);
    let ClientMessage::Join { secret, .. } = relay.joins(n).await else { panic!() };
    (page, secret)
}

fn put_away() {
    let window = web_sys::window().unwrap();
    window.dispatch_event(&Event::new("pagehide").unwrap()).unwrap();
}

/// A browser that keeps nothing: put back when dropped.
struct Forgetful(Handle);

impl Forgetful {
    fn new() -> Self {
        Self(Handle::new(
            "(() => {
                const own = Storage.prototype.setItem;
                Storage.prototype.setItem = () => { throw new DOMException('no', 'SecurityError') };
                return { restore: () => { Storage.prototype.setItem = own } };
            })()",
        ))
    }
}

impl Drop for Forgetful {
    fn drop(&mut self) {
        self.0.call("restore", &[]);
    }
}

#[wasm_bindgen_test]
async fn a_seat_that_nobody_could_claim_is_not_kept() {
    for path in ["/receiver?room=demo", "/sender?room=demo", "/call?room=demo&autostart=1"] {
        let (relay, _devices) = (Relay::new(), Devices::new());
        let _forgetful = Forgetful::new();
        let page = Page::open(path);
        relay.welcomes(0, &[]).await;
        until("it is in", || page.state() != "connecting").await;
        put_away();
        page.until_state("ended").await;
        let goodbye = relay.sockets.take_sent(0).pop();
        assert_eq!(goodbye.as_deref(), Some(r#"{"type":"leave"}"#), "{path}");
    }
}

#[wasm_bindgen_test]
async fn a_reload_is_the_same_peer_and_a_copy_of_the_tab_another() {
    let (relay, _devices) = (Relay::new(), Devices::new());
    for path in ["/receiver?room=demo", "/call?room=demo&autostart=1"] {
        let (page, first) = joins(&relay, path).await;
        // What a copy of the tab would have is what its memory has now: nothing.
        let (copy, other) = joins(&relay, path).await;
        assert!(first != other, "{path}");
        drop(copy);
        drop(page);
        let (page, first) = joins(&relay, path).await;
        put_away();
        drop(page);
        let (page, again) = joins(&relay, path).await;
        assert!(first == again, "{path}");
        drop(page);
        let (_page, later) = joins(&relay, path).await;
        assert!(first != later, "it was taken out: {path}");
    }
}

#[wasm_bindgen_test]
async fn who_was_in_a_call_is_in_it_again_after_a_reload() {
    let (relay, devices) = (Relay::new(), Devices::new());
    let page = Page::open("/call?room=demo");
    until("the picture is there", || page.has_picture("#local-video")).await;
    page.click("#join");
    relay.welcomes(0, &[]).await;
    page.until_state("waiting").await;
    put_away();
    drop(page);
    let page = Page::open("/call?room=demo");
    relay.welcomes(1, &[]).await;
    page.until_state("waiting").await;
    until("its camera is on, too", || devices.live() == 2).await;
    // Who has left has left.
    page.click("#leave");
    page.until_state("ended").await;
    put_away();
    drop(page);
    let page = Page::open("/call?room=demo");
    until("the picture is there", || page.has_picture("#local-video")).await;
    assert_eq!((page.status().as_str(), relay.sockets.made()), ("Ready to join", 2));
}

#[wasm_bindgen_test]
async fn each_room_and_each_part_in_it_has_its_own() {
    let (relay, _devices) = (Relay::new(), Devices::new());
    let mut all = Vec::new();
    for path in [
        "/sender?room=one",
        "/sender?room=two",
        "/receiver?room=one",
        "/receiver?room=two",
        "/call?room=one&autostart=1",
    ] {
        let (page, secret) = joins(&relay, path).await;
        put_away();
        drop(page);
        assert!(!all.contains(&secret), "{path}");
        all.push(secret);
    }
}

#[wasm_bindgen_test]
async fn a_sender_is_the_same_in_every_tab() {
    let (relay, _devices) = (Relay::new(), Devices::new());
    let (page, first) = joins(&relay, "/sender?room=demo").await;
    let (copy, second) = joins(&relay, "/sender?room=demo").await;
    drop((page, copy));
    assert!(first == second);
    let (_page, third) = joins(&relay, "/sender?room=demo").await;
    assert!(first == third);
}
