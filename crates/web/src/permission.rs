//! Whether a page may use a device (the W3C's Permissions).

use wasm_bindgen::JsValue;

use crate::promise::settled;
use crate::{Device, property};

/// What the browser says about a permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// The page may use the device.
    Granted,
    /// It may not, and nobody is asked.
    Denied,
    /// The person is asked each time.
    Prompt,
    /// The browser doesn't say.
    Unknown,
}

/// Calls `done` with the permission for a device.
pub fn permission(device: Device, done: impl FnOnce(Permission) + 'static) {
    let name = match device {
        Device::Camera => "camera",
        Device::Microphone => "microphone",
    };
    let descriptor = js_sys::Object::new();
    property::set(&descriptor, "name", &name.into());
    let permissions = web_sys::window().and_then(|window| window.navigator().permissions().ok());
    // A browser that doesn't know the name throws, or rejects.
    let query = permissions.and_then(|permissions| permissions.query(&descriptor).ok());
    let Some(query) = query else { return done(Permission::Unknown) };
    settled(query, |status| done(status.map_or(Permission::Unknown, |status| read(&status))));
}

fn read(status: &JsValue) -> Permission {
    match property::text(status, "state").as_deref() {
        Some("granted") => Permission::Granted,
        Some("denied") => Permission::Denied,
        Some("prompt") => Permission::Prompt,
        _ => Permission::Unknown,
    }
}
