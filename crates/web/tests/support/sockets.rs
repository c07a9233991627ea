//! WebSockets whose other end is the test.

use js_sys::Array;
use wasm_bindgen::JsValue;

use super::Handle;

/// The W3C's `readyState`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Connecting,
    Open,
    Closing,
    Closed,
}

/// Stands in for `WebSocket`. Sockets are numbered from 0 in the order they were made.
pub(crate) struct Sockets(Handle);

impl Sockets {
    pub(crate) fn new() -> Self {
        Self(Handle::new(include_str!("sockets.js")))
    }

    /// How many were made.
    pub(crate) fn made(&self) -> u32 {
        self.0.count("made")
    }

    /// How many of them the page has not closed.
    pub(crate) fn open_ones(&self) -> usize {
        let wanted = |n: &u32| matches!(self.state(*n), State::Connecting | State::Open);
        (0..self.made()).filter(wanted).count()
    }

    pub(crate) fn state(&self, n: u32) -> State {
        match self.0.call("state", &[n.into()]).as_f64() {
            Some(0.0) => State::Connecting,
            Some(1.0) => State::Open,
            Some(2.0) => State::Closing,
            _ => State::Closed,
        }
    }

    pub(crate) fn url(&self, n: u32) -> String {
        self.0.call("url", &[n.into()]).as_string().unwrap()
    }

    pub(crate) fn protocol(&self, n: u32) -> String {
        self.0.call("protocol", &[n.into()]).as_string().unwrap()
    }

    /// Lets it open.
    pub(crate) fn open(&self, n: u32) {
        self.0.call("open", &[n.into()]);
    }

    /// Sends it a text.
    pub(crate) fn say(&self, n: u32, text: &str) {
        self.0.call("say", &[n.into(), text.into()]);
    }

    /// Sends it a binary frame.
    pub(crate) fn say_bytes(&self, n: u32) {
        self.0.call("sayBytes", &[n.into()]);
    }

    /// Closes it; 1006 stands for a connection that broke, or never was.
    pub(crate) fn end(&self, n: u32, code: u16) {
        self.0.call("end", &[n.into(), code.into()]);
    }

    /// What it has sent since this was last asked.
    pub(crate) fn take_sent(&self, n: u32) -> Vec<String> {
        let sent: Array = self.0.call("takeSent", &[n.into()]).into();
        sent.iter().map(|text: JsValue| text.as_string().unwrap()).collect()
    }
}

impl Drop for Sockets {
    fn drop(&mut self) {
        self.0.call("restore", &[]);
    }
}
