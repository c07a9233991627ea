//! What several pages are made of.

mod alert;
mod copy;
mod devices;
mod dynamic;
mod element;
mod frame;
mod leave_dialog;
mod notices;
mod other_kind;
mod picture;
mod room_form;
mod status_line;

pub(crate) use alert::{alert, fixed_alert};
pub(crate) use copy::share_link;
pub(crate) use devices::{LevelMeter, device_button, turn_button};
pub(crate) use dynamic::{button, nothing, switch, text, toggle, when};
pub(crate) use element::{tag, words};
pub(crate) use frame::{bad_room, card, frame};
pub(crate) use leave_dialog::LeaveDialog;
pub(crate) use notices::{device_alert, notices};
pub(crate) use other_kind::other_kind;
pub(crate) use picture::{room_hint, sound_button, stage, video};
pub(crate) use room_form::{RoomForm, room_form};
pub(crate) use status_line::{fixed_status, status_line};
