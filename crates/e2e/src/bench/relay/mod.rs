//! The relay beside others: what is started, what loads it, and what is measured.

pub(crate) mod client;
pub(crate) mod floor;
pub(crate) mod measure;
pub(crate) mod pair;
pub(crate) mod report;
pub(crate) mod server;
