//! Thin owners of browser objects.
//!
//! Each value here owns what it stands for and gives it back when dropped: a
//! [`PeerConnection`] closes, a [`LocalMedia`] stops its camera, a [`Socket`] closes,
//! a listener is removed. What can fail has a typed error. No `JsValue` leaves this
//! crate, and nothing is decided in it.

mod bindings;
mod capture;
mod error;
mod json;
mod level;
mod listen;
mod media;
mod page;
mod peer;
mod permission;
mod promise;
mod reachable;
mod socket;
mod storage;
mod tab_lock;
mod video;
mod wake_lock;

pub use capture::{
    CaptureError, CaptureRequest, Device, Facing, Renewal, Wanted, Why, count_cameras,
    on_device_change,
};
pub use error::ScriptError;
pub use level::LevelMeter;
pub use listen::{Listener, PageEvent, on_page, on_popstate};
pub use media::LocalMedia;
pub use page::{
    Location, begin_at_top, copy_text, focus_on, has_focus, now, open_path, random_bytes, reload,
    saves_data, seconds_since_1970, set_title, user_agent, was_reloaded,
};
pub use peer::{
    DegradationPreference, Description, Direction, Limitation, Outbound, PeerConnection, PeerEvent,
    PeerState, ProbeMessage, RemoteTrack, Sample, SdpKind,
};
pub use permission::{Permission, permission};
pub use promise::{after, soon};
pub use reachable::is_reachable;
pub use socket::{Socket, SocketEvent};
pub use storage::Storage;
pub use tab_lock::TabLock;
pub use video::{Played, RemoteStream, VideoSink};
pub use wake_lock::ScreenLock;

pub use gloo_timers::callback::Timeout;

#[cfg(test)]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
