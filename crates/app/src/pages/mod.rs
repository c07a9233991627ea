//! The pages, one a file.

mod home;
mod not_found;
mod receiver;
mod sender;

pub(crate) use home::HomePage;
pub(crate) use not_found::NotFoundPage;
pub(crate) use receiver::ReceiverPage;
pub(crate) use sender::SenderPage;
