//! The pages, one a file.

mod home;
mod not_found;
mod receiver;
mod sender;

pub(crate) use home::home;
pub(crate) use not_found::not_found;
pub(crate) use receiver::receiver;
pub(crate) use sender::sender;
