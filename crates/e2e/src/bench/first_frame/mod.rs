//! From the click on "Go live" to a sharp picture: Sightline's pages, and the browser's
//! defaults beside them.

pub(crate) mod compare;
pub(crate) mod delay;
pub(crate) mod goals;
pub(crate) mod link;
pub(crate) mod report;
pub(crate) mod run;
pub(crate) mod scene;
pub(crate) mod stage;
pub(crate) mod summary;
pub(crate) mod trace;
