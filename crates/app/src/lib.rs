//! Sightline's pages.
//!
//! [`App`] picks a page by its address ([`Route`]). A page wires
//! things together; a driver feeds the browser's events into the
//! page's [`Session`](sightline_session::Session) and carries out what that decides.
//! Rules live in `sightline-session`, browser objects in `sightline-web`.

#![expect(unreachable_pub, reason = "Leptos's component macro makes every component `pub`")]

mod app;
mod camera;
mod claim;
mod components;
mod convert;
mod driver;
mod identity;
mod model;
mod navigation;
mod pages;
mod player;
mod relay_watch;
mod room;
mod route;
mod settled;
mod text;

pub use app::App;
pub use route::Route;
