//! What several pages are made of.

mod alert;
mod dynamic;
mod frame;
mod room_form;
mod share_link;
mod status_line;

pub(crate) use alert::{alert, fixed_alert};
pub(crate) use dynamic::{button, changing, switch, text, when};
pub(crate) use frame::frame;
pub(crate) use room_form::room_form;
pub(crate) use share_link::share_link;
pub(crate) use status_line::{fixed_status, status_line};
