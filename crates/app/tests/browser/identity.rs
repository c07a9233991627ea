//! Who a page is: the same one after a reload, another one in another tab.

use sightline_protocol::{ClientMessage, PeerSecret};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Event;

use crate::page::Page;
use crate::relay::Relay;
use crate::support::{Devices, Handle, SETTLE, throughout, until};

/// Opens a page, and says with which secret it joins.
async fn joins(relay: &Relay, path: &str) -> (Page, PeerSecret) {
    let n = relay.sockets.made();
    let page = Page::open(path);
    let ClientMessage::Join { secret, .. } = relay.joins(n).await else { panic!() };
    (page, secret)
}

/// A page that was loaded again, as its browser says: put back when dropped.
struct Reloaded(Handle);

impl Reloaded {
    fn new() -> Self {
        Self(Handle::new(
            "(() => {
                performance.getEntriesByType = () => [{ type: 'reload' }];
                return { restore: () => { delete performance.getEntriesByType } };
            })()",
        ))
    }
}

impl Drop for Reloaded {
    fn drop(&mut self) {
        self.0.call("restore", &[]);
    }
}

/// Another tab is in front of this one, or not.
fn conceal(concealed: bool) {
    let state = if concealed { "hidden" } else { "visible" };
    js_sys::eval(&format!(
        "Object.defineProperty(document, 'visibilityState', {{ value: '{state}', configurable: true }}); \
         document.dispatchEvent(new Event('visibilitychange')); delete document.visibilityState"
    ))
    .unwrap();
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
    until("the picture is there", || page.has_video("#local-video")).await;
    page.click("#join");
    relay.welcomes(0, &[]).await;
    page.until_state("waiting").await;
    put_away();
    drop(page);
    let reloaded = Reloaded::new();
    let page = Page::open("/call?room=demo");
    relay.welcomes(1, &[]).await;
    page.until_state("waiting").await;
    until("its camera is on, too", || devices.live() == 2).await;
    // Who goes elsewhere, and comes back by a link or by the way back, stands in the lobby.
    put_away();
    drop((page, reloaded));
    let page = Page::open("/call?room=demo");
    until("the picture is there", || page.has_video("#local-video")).await;
    throughout(SETTLE, "it is not joined", || relay.sockets.made() == 2).await;
    page.click("#join");
    relay.welcomes(2, &[]).await;
    page.until_state("waiting").await;
    // Who has left has left.
    page.click("#leave");
    page.until_state("ended").await;
    put_away();
    drop(page);
    let _reloaded = Reloaded::new();
    let page = Page::open("/call?room=demo");
    until("the picture is there", || page.has_video("#local-video")).await;
    until("it says so", || page.status() == "Ready to join").await;
    assert_eq!(relay.sockets.made(), 3);
}

/// Muted, camera off, and the page is loaded again: nobody is on air without knowing it.
#[wasm_bindgen_test]
async fn what_is_switched_off_stays_off() {
    let (relay, devices) = (Relay::new(), Devices::new());
    let page = Page::open("/call?room=demo");
    until("the picture is there", || page.has_video("#local-video")).await;
    page.click("#join");
    relay.welcomes(0, &[]).await;
    page.until_state("waiting").await;
    page.click("#camera");
    page.click("#microphone");
    until("both are off", || devices.sources() == "microphone-1" && devices.enabled("audio") == 0)
        .await;
    put_away();
    drop(page);
    let asked = devices.asked();
    let reloaded = Reloaded::new();
    let page = Page::open("/call?room=demo");
    relay.welcomes(1, &[]).await;
    page.until_state("waiting").await;
    let off = || devices.live() == 0 && devices.asked() == asked;
    throughout(SETTLE, "nothing is asked for", off).await;
    assert_eq!(
        (page.text("#camera"), page.text("#microphone")),
        ("Camera on".into(), "Unmute".into())
    );
    drop(reloaded);

    // Nor does an error change it: the call was full.
    relay.refuse(1, sightline_protocol::ErrorCode::RoomFull);
    page.until_alert("This call is full").await;
    page.click("#retry");
    relay.welcomes(2, &[]).await;
    page.until_state("waiting").await;
    throughout(SETTLE, "nothing is asked for", off).await;

    // A click is what it takes.
    page.click("#microphone");
    until("it is on", || devices.sources() == "microphone-1").await;
    assert_eq!(page.text("#camera"), "Camera on");
    drop(page);

    // It holds on the sender's page, too.
    let page = Page::open("/sender?room=demo");
    until("the microphone is on", || devices.sources() == "microphone-1").await;
    until("it says so", || page.text("#shares").contains("sound only")).await;
}

/// A system ends tabs that nobody looks at, and they say nothing more.
#[wasm_bindgen_test]
async fn a_tab_that_is_not_seen_keeps_its_seat() {
    let (relay, _devices) = (Relay::new(), Devices::new());
    let (_page, first) = joins(&relay, "/receiver?room=demo").await;
    conceal(true);
    let (page, again) = joins(&relay, "/receiver?room=demo").await;
    assert!(first == again, "the first one was ended");
    // One that is seen again is the only one that has it.
    conceal(true);
    conceal(false);
    let (_other, other) = joins(&relay, "/receiver?room=demo").await;
    assert!(other != again);
    drop(page);
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
    let (relay, devices) = (Relay::new(), Devices::new());
    let (page, first) = joins(&relay, "/sender?room=demo").await;
    until("the picture is there", || page.has_video("#local-video")).await;
    // The second one asks before it takes the broadcast over.
    let made = relay.sockets.made();
    page.put_aside();
    let copy = Page::open("/sender?room=demo&copy");
    copy.until_alert("You are sharing in this room in another tab").await;
    let quiet = || relay.sockets.made() == made && devices.live() == 2;
    throughout(SETTLE, "nothing happens meanwhile", quiet).await;
    copy.click("#take-over");
    let ClientMessage::Join { secret: second, .. } = relay.joins(made).await else { panic!() };
    until("the picture is there", || copy.has_video("#local-video")).await;
    copy.until_no_alert().await;
    drop((page, copy));
    assert!(first == second);
    let (_page, third) = joins(&relay, "/sender?room=demo").await;
    assert!(first == third);
}
