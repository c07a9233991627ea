//! A Sightline session in a browser, without a user interface.
//!
//! A [`Client`] owns everything that one visit to a room needs: the session, the socket to the relay,
//! the peer connections, the camera and microphone, and the elements that play what others
//! send. A page gives it a callback that is told the [`RoomState`] whenever it changes, hands it the
//! video elements, and calls its methods when a person does something. Dropping it leaves the room
//! and closes everything.
//!
//! ```text
//!  page ── start(), devices().switch(..), handle(Event) ──> Client ──> Session   (decides)
//!   ^                                                        │  ^          │
//!   └──────────────── on_state(&RoomState) ──────────────────┘  └─ events ─┴─ commands ──> browser
//! ```
//!
//! It decides nothing: rules live in `sightline-session`, browser objects in `sightline-web`.

mod client;
mod convert;
mod devices;
mod identity;
mod playback;
mod state;

pub use client::Client;
pub use devices::{DeviceState, Devices};
pub use identity::new_room;
pub use playback::Playback;
pub use state::{InfoNotice, PerDevice, PlaybackClick, RoomState, has_video};
