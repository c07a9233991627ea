//! Sightline's pages.
//!
//! [`App`] picks a page by its address ([`Route`]). A page in a room has a `RoomContext`: the state of
//! the room as a signal, and what a person can do there. Behind it is a
//! [`Client`](sightline_client::Client), which needs no user interface.
//! Rules live in `sightline-session`, browser objects in `sightline-web`.

#![expect(unreachable_pub, reason = "Leptos's component macro makes every component `pub`")]

mod app;
mod claim;
mod components;
mod navigation;
mod pages;
mod relay_watch;
mod room;
mod route;
mod settled;
mod text;

pub use app::App;
pub use route::Route;
