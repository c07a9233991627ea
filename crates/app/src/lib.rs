//! Sightline's pages.
//!
//! [`App`] picks a page by its address ([`Route`]). A page wires
//! things together; a driver feeds the browser's events into the
//! page's [`Session`](sightline_session::Session) and carries out what that decides.
//! Rules live in `sightline-session`, browser objects in `sightline-web`.

#![expect(unreachable_pub, reason = "Leptos's component macro makes every component `pub`")]

mod app;
mod claim;
mod page;
mod pages;
mod parts;
mod relay_watch;
mod route;
mod settled;
mod text;

mod camera {
    pub(crate) use sightline_client::DeviceState as CameraState;
}
mod identity {
    pub(crate) use sightline_client::new_room;
}
mod model {
    pub(crate) use sightline_client::{
        InfoNotice as Calm, PerDevice as Each, PlaybackClick as Click, RoomState as Model,
        has_picture,
    };
}

pub use app::App;
pub use route::Route;
