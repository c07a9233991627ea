//! What the tests of the browser's crates have in common: waiting for something without
//! a fixed sleep, and parts of the browser that a test holds in its hand. Each of those
//! is put back when its value is dropped.
#![allow(dead_code, unused_imports, reason = "each crate's tests use a part of it")]

mod clipboard;
mod connections;
mod devices;
mod faults;
mod handle;
mod sockets;

use std::time::Duration;

use sightline_web::{now, sleep};

pub(crate) use clipboard::Clipboard;
pub(crate) use connections::Connections;
pub(crate) use devices::Devices;
pub(crate) use faults::Faults;
pub(crate) use handle::Handle;
pub(crate) use sockets::{Sockets, State};

/// Long enough for a machine that does other things at the same time.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Waits until something holds.
pub(crate) async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let begin = now();
    while !holds() {
        assert!(now() - begin < PATIENCE, "waited in vain until {what}");
        sleep(Duration::from_millis(10)).await;
    }
}

/// Watches for a while that something holds all the time. It can't prove a "never";
/// what it watches for would come within milliseconds.
pub(crate) async fn throughout(time: Duration, what: &str, mut holds: impl FnMut() -> bool) {
    let begin = now();
    while now() - begin < time {
        assert!(holds(), "{what}");
        sleep(Duration::from_millis(10)).await;
    }
}

/// Gives what was set in motion the time to come to its end.
pub(crate) const SETTLE: Duration = Duration::from_millis(150);
