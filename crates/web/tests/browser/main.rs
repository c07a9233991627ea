//! The owners of browser objects, in a browser: one page, one test after another.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that can't go on has failed"
)]

#[path = "../support/mod.rs"]
mod support;

mod capture;
mod devices;
mod lasting;
mod level;
mod lip_sync;
mod locks;
mod members;
mod old_browsers;
mod page;
mod peer;
mod peer_faults;
mod peers;
mod permission;
mod quality;
mod socket;
mod video;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
