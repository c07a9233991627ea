//! The pages, one a file.

mod call;
mod home;
mod not_found;
mod receiver;
mod sender;

use sightline_protocol::RoomName;
use sightline_web::{Location, open_path};

pub(crate) use call::CallPage;
pub(crate) use home::HomePage;
pub(crate) use not_found::NotFoundPage;
pub(crate) use receiver::ReceiverPage;
pub(crate) use sender::SenderPage;

/// A room that nobody else has. It is put into the address, so that a reload, or a link that is
/// kept, leads to the same room.
fn new_room(path: fn(&RoomName) -> String, autostart: bool) -> RoomName {
    let room = sightline_client::new_room();
    let autostart = if autostart { "&autostart=1" } else { "" };
    open_path(&format!("{}{autostart}", path(&room)), true);
    room
}

/// The link to a path of this site, for other people.
fn absolute(path: &str) -> String {
    Location::current().origin + path
}
