//! What several pages are made of.

mod alert;
mod frame;
mod room_form;
mod share_link;
mod status_line;

pub(crate) use alert::Alert;
pub(crate) use frame::Frame;
pub(crate) use room_form::RoomForm;
pub(crate) use share_link::ShareLink;
pub(crate) use status_line::StatusLine;
