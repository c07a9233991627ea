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
mod wake_lock;

use std::pin::Pin;
use std::time::Duration;

use futures_channel::oneshot;
use sightline_web::{after, now};

pub(crate) use clipboard::Clipboard;
pub(crate) use connections::Connections;
pub(crate) use devices::Devices;
pub(crate) use faults::Faults;
pub(crate) use handle::Handle;
pub(crate) use sockets::{Sockets, State};
pub(crate) use wake_lock::WakeLock;

/// Waits.
pub(crate) fn sleep(time: Duration) -> Pin<Box<dyn Future<Output = ()>>> {
    let (tell, told) = oneshot::channel();
    let millis = u32::try_from(time.as_millis()).expect("a test doesn't wait that long");
    let timer = after(millis, || {
        let _ = tell.send(());
    });
    Box::pin(async move {
        let _ = told.await;
        drop(timer);
    })
}

/// Begins something, and waits for what comes of it. It is begun at once, not when it is
/// awaited.
pub(crate) fn told<T: 'static>(
    begin: impl FnOnce(Box<dyn FnOnce(T)>),
) -> Pin<Box<dyn Future<Output = T>>> {
    let (tell, told) = oneshot::channel();
    begin(Box::new(|outcome| {
        let _ = tell.send(outcome);
    }));
    // One that is given up never comes: so does its future.
    Box::pin(async {
        match told.await {
            Ok(outcome) => outcome,
            Err(_) => std::future::pending().await,
        }
    })
}

/// Long enough for a machine that does other things at the same time.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Waits until something holds.
pub(crate) async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let begin = now();
    while !holds() {
        let page = || web_sys::window()?.document()?.body().map(|body| body.inner_text());
        assert!(
            now() - begin < PATIENCE,
            "waited in vain until {what}; the page has: {}",
            page().unwrap_or_default()
        );
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
