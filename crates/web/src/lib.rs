//! Thin owners of browser objects.
//!
//! Each value here owns what it stands for and gives it back when dropped: a
//! [`PeerConnection`] closes, a [`LocalMedia`] stops its camera, a [`Socket`] closes,
//! a listener is removed. What can fail has a typed error. No `JsValue` leaves this
//! crate, and nothing is decided in it.

mod capture;
mod error;
mod field;
mod json;
mod listen;
mod page;
mod peer;
mod socket;
mod storage;
mod video;

pub use capture::{CaptureError, CaptureRequest, Device, LocalMedia, Wanted};
pub use error::ScriptError;
pub use field::Field;
pub use listen::{Listener, on_leave, on_popstate, on_wake};
pub use page::{
    Location, begin_at_top, copy_text, now, open_path, random_bytes, seconds_since_1970, set_title,
};
pub use peer::{Description, PeerConnection, PeerEvent, PeerState, RemoteTrack, SdpKind};
pub use socket::{Socket, SocketEvent};
pub use storage::SessionStorage;
pub use video::{Played, RemoteStream, VideoSink};

pub use gloo_timers::callback::Timeout;
pub use gloo_timers::future::sleep;

/// Runs a future on the page. Boxed, because each kind of future would be compiled a
/// runner of its own.
pub fn spawn_local(future: impl Future<Output = ()> + 'static) {
    let boxed: std::pin::Pin<Box<dyn Future<Output = ()>>> = Box::pin(future);
    wasm_bindgen_futures::spawn_local(boxed);
}

#[cfg(test)]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
