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

    /// The person closes the question without an answer from now on.
    pub(crate) fn dismiss(&self) {
        self.0.call("dismiss", &[]);
    }

    /// The person doesn't allow the camera (`video`) or the microphone (`audio`) from now on.
    pub(crate) fn block(&self, kind: &str) {
        self.0.call("block", &[kind.into()]);
    }

    /// The browser doesn't say for now what the permissions are.
    pub(crate) fn hold_permissions(&self) {
        self.0.call("holdPermissions", &[]);
    }

    /// It says so.
    pub(crate) fn tell_permissions(&self) {
        self.0.call("tellPermissions", &[]);
    }

    /// A camera says which way it looks.
    pub(crate) fn facing(&self, name: &str, facing: &str) {
        self.0.call("facing", &[name.into(), facing.into()]);
    }

    /// Another program has the camera (`video`) or the microphone (`audio`) from now on.
    pub(crate) fn busy(&self, kind: &str) {
        self.0.call("busy", &[kind.into()]);
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

    /// A machine without a camera.
    pub(crate) fn no_camera(&self) {
        self.0.call("noCamera", &[]);
    }

    /// A page that is not secure: there is no `mediaDevices`.
    pub(crate) fn hide(&self) {
        self.0.call("hide", &[]);
    }

    /// Takes the first device of a kind away: `audio` or `video`.
    pub(crate) fn unplug(&self, kind: &str) {
        self.0.call("unplug", &[kind.into()]);
    }

    /// Ends the tracks of a kind, as when their permission is withdrawn.
    pub(crate) fn end(&self, kind: &str) {
        self.0.call("end", &[kind.into()]);
    }

    /// Plugs a device in.
    pub(crate) fn plug(&self, kind: &str, name: &str) {
        self.0.call("plug", &[kind.into(), name.into()]);
    }

    /// One more device that is there from the start.
    pub(crate) fn add(&self, kind: &str, name: &str) {
        self.0.call("add", &[kind.into(), name.into()]);
    }

    /// A browser that doesn't name its devices to this page.
    pub(crate) fn unname(&self) {
        self.0.call("unname", &[]);
    }

    /// What the system does when another program takes a device, or gives it back.
    pub(crate) fn mute(&self, kind: &str, muted: bool) {
        self.0.call("mute", &[kind.into(), muted.into()]);
    }

    /// The devices that are on, by name.
    pub(crate) fn sources(&self) -> String {
        self.0.call("sources", &[]).as_string().expect("it is a text")
    }

    /// How many tracks of a kind let something through.
    pub(crate) fn enabled(&self, kind: &str) -> u32 {
        self.0.call("enabled", &[kind.into()]).as_f64().expect("it is a number") as u32
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
