//! From the click on "Go live" to the first frame: ours, and the limit beside it.

pub(crate) mod compare;
pub(crate) mod delay;
pub(crate) mod pages;
pub(crate) mod report;
