//! The browser's cameras.

use wasm_bindgen::JsValue;

use super::Handle;

/// `getUserMedia` in the test's hand. It gives real streams until it is told otherwise.
pub(crate) struct Devices(Handle);

impl Devices {
    pub(crate) fn new() -> Self {
        Self(Handle::new(include_str!("devices.js")))
    }

    /// Says yes from now on.
    pub(crate) fn give(&self) {
        self.0.call("give", &[]);
    }

    /// Leaves the prompt open from now on.
    pub(crate) fn hold(&self) {
        self.0.call("hold", &[]);
    }

    /// Says yes to every open prompt.
    pub(crate) fn allow_all(&self) {
        self.0.call("allowAll", &[]);
    }

    /// Says no to every open prompt.
    pub(crate) fn refuse_all(&self) {
        self.0.call("refuseAll", &["NotAllowedError".into()]);
    }

    /// Throws an exception of this name from now on.
    pub(crate) fn refuse(&self, name: &str) {
        self.0.call("refuse", &[name.into()]);
    }

    /// Rejects with what is no exception at all from now on.
    pub(crate) fn reject(&self, value: &JsValue) {
        self.0.call("reject", std::slice::from_ref(value));
    }

    /// Throws instead of returning a promise from now on.
    pub(crate) fn throw_error(&self) {
        self.0.call("throwError", &[]);
    }

    /// A machine without a microphone.
    pub(crate) fn no_microphone(&self) {
        self.0.call("noMicrophone", &[]);
    }

    /// A page that is not secure: there is no `mediaDevices`.
    pub(crate) fn hide(&self) {
        self.0.call("hide", &[]);
    }

    /// Takes a device away: `audio` or `video`.
    pub(crate) fn unplug(&self, kind: &str) {
        self.0.call("unplug", &[kind.into()]);
    }

    /// How often it was asked.
    pub(crate) fn asked(&self) -> u32 {
        self.0.count("asked")
    }

    /// How many streams it gave.
    pub(crate) fn given(&self) -> u32 {
        self.0.count("given")
    }

    /// How many tracks of all that were given are still on.
    pub(crate) fn live(&self) -> u32 {
        self.0.count("live")
    }
}

impl Drop for Devices {
    fn drop(&mut self) {
        self.0.call("restore", &[]);
    }
}
