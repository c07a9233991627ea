//! Waiting for the browser.

use gloo_timers::callback::Timeout;
use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// Calls `done` with what becomes of a promise. All that is awaited in this crate is awaited
/// here: each `async` function would be compiled a machine of its own.
pub(crate) fn settled(promise: Promise, done: impl FnOnce(Result<JsValue, JsValue>) + 'static) {
    boxed(promise, Box::new(done));
}

/// The same where nobody wants to know.
pub(crate) fn ignored(promise: Promise) {
    settled(promise, drop);
}

fn boxed(promise: Promise, done: Box<dyn FnOnce(Result<JsValue, JsValue>)>) {
    spawn_local(async move { done(JsFuture::from(promise).await) });
}

/// Calls `act` after so many milliseconds, unless what comes back is dropped before.
pub fn after(millis: u32, act: impl FnOnce() + 'static) -> Timeout {
    boxed_after(millis, Box::new(act))
}

fn boxed_after(millis: u32, act: Box<dyn FnOnce()>) -> Timeout {
    Timeout::new(millis, act)
}

/// Calls `act` in a moment, when what is under way now is done.
pub fn soon(act: impl FnOnce() + 'static) {
    settled(Promise::resolve(&JsValue::UNDEFINED), |_| act());
}
