//! From a fault to the picture, or to the relay, being back.

pub(crate) mod call;
pub(crate) mod fault;
pub(crate) mod report;
