//! Keeping the screen on (Screen Wake Lock).

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::JsCast;

use crate::bindings::{WakeLockSentinel, navigator};
use crate::promise::{ignored, settled};

/// Keeps the screen on until it is dropped, where the browser can. A browser lets the screen go
/// when the page is hidden: then [`ScreenLock::renew`] is to be called when the page is seen again.
#[derive(Debug)]
#[must_use = "dropping it lets the screen go dark"]
pub struct ScreenLock {
    sentinel: Rc<RefCell<Option<WakeLockSentinel>>>,
}

impl ScreenLock {
    /// Asks for it. Where the browser refuses, on low battery say, nothing happens.
    pub fn request() -> Self {
        let lock = Self { sentinel: Rc::default() };
        lock.renew();
        lock
    }

    /// Asks for it again, unless it is held.
    pub fn renew(&self) {
        if self.sentinel.borrow().as_ref().is_some_and(|sentinel| !sentinel.released()) {
            return;
        }
        let lock = navigator().and_then(|navigator| navigator.wake_lock());
        let Some(Ok(request)) = lock.map(|lock| lock.request("screen")) else { return };
        let sentinel = Rc::downgrade(&self.sentinel);
        settled(request, move |granted| {
            let Ok(granted) = granted else { return };
            let granted: WakeLockSentinel = granted.unchecked_into();
            match sentinel.upgrade() {
                Some(sentinel) => {
                    // An older one, asked for twice, goes.
                    sentinel.replace(Some(granted)).iter().for_each(release);
                }
                None => release(&granted),
            }
        });
    }
}

impl Drop for ScreenLock {
    fn drop(&mut self) {
        self.sentinel.borrow().iter().for_each(release);
    }
}

fn release(sentinel: &WakeLockSentinel) {
    if let Ok(released) = sentinel.release() {
        ignored(released);
    }
}
