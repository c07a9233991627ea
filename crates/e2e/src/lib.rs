//! End-to-end journeys: real browsers against the real relay.
//!
//! This is the harness; the journeys are in `tests/journeys`. A journey gets pages,
//! each in a browser of its own that WebDriver leads, and a [`Relay`]:
//!
//! ```no_run
//! use sightline_e2e::{Setup, journey};
//!
//! journey(async |journey| {
//!     let relay = journey.relay().await?;
//!     let sender = journey.page("sender", Setup::chromium()).await?;
//!     let receiver = journey.page("receiver", Setup::firefox()).await?;
//!     sender.open(&relay.url("/sender?room=demo")).await?;
//!     receiver.open(&relay.url("/receiver?room=demo")).await?;
//!     sender.click("#go-live").await?;
//!     receiver.wait_state("live").await?;
//!     receiver.wait_frames(10).await?;
//!     Ok(())
//! });
//! ```
//!
//! The environment says where things are: `SIGHTLINE_BIN` (the relay with the app
//! built in), `CHROMIUM`, `CHROMEDRIVER`, `FIREFOX`, `GECKODRIVER`. `cargo xtask test`
//! sets them. It is for Unix, as the processes that it starts end by their group.
//!
//! It is not for mocks: what a page shows comes from a camera's track in another browser.

mod acting;
mod bidi;
mod browser;
mod client;
mod console;
mod front;
mod journey;
mod media;
mod network;
mod page;
mod process;
mod record;
mod relay;
mod setup;
mod wait;
mod watched;

pub use client::Client;
pub use fantoccini::key::Key;
pub use front::{CloseFrame, Front, Message, Relaying};
pub use journey::{Journey, journey, journey_on_network, run};
pub use media::{Picture, Video};
pub use network::{Fault, Host, Network};
pub use page::Page;
pub use process::program;
pub use relay::Relay;
pub use setup::{Camera, INSECURE_HOST, Kind, Setup};
pub use wait::{PATIENCE, soon, until, until_within};
pub use watched::{Track, largest_gap, now};
