//! What only one tab does at a time, and the screen that stays on: each is given back by
//! whatever way its owner goes.

use std::cell::Cell;
use std::rc::Rc;

use sightline_web::{ScreenLock, TabLock};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{Faults, Handle, SETTLE, WakeLock, throughout, until};

/// A request for a lock, and whether it was granted.
struct Request {
    lock: TabLock,
    granted: Rc<Cell<bool>>,
}

impl Request {
    fn new(name: &str) -> Self {
        let granted = Rc::new(Cell::new(false));
        let grant = Rc::clone(&granted);
        let lock = TabLock::request(name, move || grant.set(true));
        Self { lock: lock.expect("the browser has such locks"), granted }
    }

    async fn granted(self) -> TabLock {
        until("the lock is granted", || self.granted.get()).await;
        self.lock
    }
}

#[wasm_bindgen_test]
async fn a_second_request_waits_until_the_first_is_dropped() {
    let _faults = Faults::new();
    let first = Request::new("sightline.test.one");
    assert!(!first.granted.get(), "not before the request has returned");
    let first = first.granted().await;
    let second = Request::new("sightline.test.one");
    throughout(SETTLE, "it waits", || !second.granted.get()).await;
    // Another name is another lock.
    let _other = Request::new("sightline.test.other").granted().await;
    assert!(!second.granted.get());
    drop(first);
    drop(second.granted().await);
}

#[wasm_bindgen_test]
async fn a_request_that_is_dropped_before_is_never_granted() {
    let _faults = Faults::new();
    // At once, though nobody has the lock.
    let Request { lock, granted: at_once } = Request::new("sightline.test.two");
    drop(lock);
    let first = Request::new("sightline.test.two").granted().await;
    // While it waits.
    let Request { lock, granted: waiting } = Request::new("sightline.test.two");
    throughout(SETTLE, "it waits", || !waiting.get()).await;
    drop(lock);
    drop(first);
    // It stands in nobody's way.
    let _last = Request::new("sightline.test.two").granted().await;
    assert!(!at_once.get() && !waiting.get());
}

/// A property of `navigator` that is not there: put back when dropped.
struct Without(Handle);

impl Without {
    fn new(name: &str) -> Self {
        Self(Handle::new(&format!(
            "(() => {{
                const nothing = {{ value: undefined, configurable: true }};
                Object.defineProperty(navigator, '{name}', nothing);
                return {{ restore: () => {{ delete navigator.{name}; }} }};
            }})()"
        )))
    }
}

impl Drop for Without {
    fn drop(&mut self) {
        self.0.call("restore", &[]);
    }
}

#[wasm_bindgen_test]
async fn a_browser_may_have_neither() {
    let _faults = Faults::new();
    let _without = (Without::new("locks"), Without::new("wakeLock"));
    assert!(TabLock::request("sightline.test.three", || ()).is_none());
    let screen = ScreenLock::request();
    screen.renew();
}

#[wasm_bindgen_test]
async fn the_screen_stays_on_until_its_lock_is_dropped() {
    let wake = WakeLock::new();
    let screen = ScreenLock::request();
    throughout(SETTLE, "it stays on", || wake.held() == 1).await;
    screen.renew();
    throughout(SETTLE, "one is enough", || (wake.asked(), wake.held()) == (1, 1)).await;
    // The page was hidden, and is seen again.
    wake.lose();
    screen.renew();
    throughout(SETTLE, "it stays on again", || wake.held() == 1).await;
    drop(screen);
    until("it may go dark", || wake.held() == 0).await;
    throughout(SETTLE, "that was all", || (wake.asked(), wake.held()) == (2, 0)).await;
}

#[wasm_bindgen_test]
async fn a_lock_that_comes_too_late_is_given_back() {
    let wake = WakeLock::new();
    wake.hold();
    let screen = ScreenLock::request();
    until("it is asked for", || wake.asked() == 1).await;
    drop(screen);
    wake.give();
    assert_eq!(wake.held(), 1);
    until("it is given back", || wake.held() == 0).await;
    // Asked for twice, one of the two is enough.
    wake.hold();
    let screen = ScreenLock::request();
    screen.renew();
    until("it is asked for", || wake.asked() == 3).await;
    wake.give();
    assert_eq!(wake.held(), 2);
    until("one is given back", || wake.held() == 1).await;
    throughout(SETTLE, "the other stays", || wake.held() == 1).await;
    drop(screen);
    until("it may go dark", || wake.held() == 0).await;
}
