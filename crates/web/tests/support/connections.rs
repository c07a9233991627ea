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

    /// The tracks that came over the connection that was made as number `index`, each with
    /// the ids of its streams, in the order of their kinds.
    pub(crate) fn streams(&self, index: u32) -> String {
        self.0.call("streams", &[index.into()]).as_string().expect("it is a text")
    }

    /// How often statistics were asked for.
    pub(crate) fn asked(&self) -> u32 {
        self.0.count("asked")
    }

    /// What a connection's senders are to send, and how.
    pub(crate) fn parameters(&self, index: u32) -> String {
        self.0.call("parameters", &[index.into()]).as_string().expect("it is a text")
    }

    /// What a connection was configured with.
    pub(crate) fn configuration(&self, index: u32, name: &str) -> String {
        let value = self.0.call("configuration", &[index.into(), name.into()]);
        value.as_string().expect("it is a text")
    }

    /// Has a connection's video wait before it is shown.
    pub(crate) fn delay_video(&self, index: u32, millis: u32) {
        self.0.call("delayVideo", &[index.into(), millis.into()]);
    }

    /// By how much a connection's audio is played ahead of its video, and how long each of
    /// video and audio has waited in its buffer, in milliseconds.
    pub(crate) fn apart(&self, index: u32) -> js_sys::Promise {
        self.0.call("apart", &[index.into()]).into()
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
