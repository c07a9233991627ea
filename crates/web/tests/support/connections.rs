//! Every peer connection that is made while the value lives.

use super::Handle;

pub(crate) struct Connections(Handle);

impl Connections {
    pub(crate) fn new() -> Self {
        Self(Handle::new(include_str!("connections.js")))
    }

    /// How many were made.
    pub(crate) fn made(&self) -> u32 {
        self.0.count("made")
    }

    /// How many of them are not closed.
    pub(crate) fn open(&self) -> u32 {
        self.0.count("open")
    }

    /// Makes each of them say something.
    pub(crate) fn dispatch(&self, kind: &str) {
        self.0.call("dispatch", &[kind.into()]);
    }

    /// Lets no frame through any more, without anybody being told.
    pub(crate) fn starve(&self) {
        self.0.call("starve", &[]);
    }
}

impl Drop for Connections {
    fn drop(&mut self) {
        self.0.call("restore", &[]);
    }
}
