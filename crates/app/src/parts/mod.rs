//! What several pages are made of.

mod alert;
mod dynamic;
mod frame;
mod room_form;
mod share_link;
mod status_line;

pub(crate) use alert::alert;
pub(crate) use dynamic::{button, enabled_button, text, when};
pub(crate) use frame::Frame;
pub(crate) use room_form::RoomForm;
pub(crate) use share_link::ShareLink;
pub(crate) use status_line::status_line;
