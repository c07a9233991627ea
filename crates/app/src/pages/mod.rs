//! The pages, one a file.

mod call;
mod home;
mod not_found;
mod receiver;
mod sender;

use sightline_protocol::RoomName;
use sightline_web::open_path;

use crate::identity;

pub(crate) use call::call;
pub(crate) use home::home;
pub(crate) use not_found::not_found;
pub(crate) use receiver::receiver;
pub(crate) use sender::sender;

/// A room that nobody else has. It is put into the address, so that a reload, or a link kept,
/// is the same room.
fn new_room(path: fn(&RoomName) -> String, autostart: bool) -> RoomName {
    let room = identity::new_room();
    let autostart = if autostart { "&autostart=1" } else { "" };
    open_path(&format!("{}{autostart}", path(&room)), true);
    room
}
