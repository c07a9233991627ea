//! The pages as a person sees them, in a browser with its synthetic camera. The relay is
//! the test's own, so that it can say whatever a page has to survive; journeys with the
//! real one are in crates/e2e.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that can't go on has failed"
)]

#[path = "../../../web/tests/support/mod.rs"]
mod support;

mod page;
mod relay;

mod accessibility;
mod call;
mod call_devices;
mod camera;
mod home;
mod identity;
mod leaving;
mod live;
mod malformed;
mod notices;
mod playback;
mod sender;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
