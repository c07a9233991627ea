//! Whether a page may use a device (the W3C's Permissions).

use js_sys::Object;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{PermissionState, PermissionStatus};

use crate::Device;
use crate::bindings::DeviceDescriptor;
use crate::promise::settled;

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
    let descriptor: DeviceDescriptor = Object::new().unchecked_into();
    descriptor.set_name(name);
    let permissions = web_sys::window().and_then(|window| window.navigator().permissions().ok());
    // A browser that doesn't know the name throws, or rejects.
    let query = permissions.and_then(|permissions| permissions.query(&descriptor).ok());
    let Some(query) = query else { return done(Permission::Unknown) };
    settled(query, |status| done(status.map_or(Permission::Unknown, |status| read(&status))));
}

fn read(status: &JsValue) -> Permission {
    // The browser answers with an object, but `undefined` must not make the getter throw.
    if !status.is_object() {
        return Permission::Unknown;
    }
    match status.unchecked_ref::<PermissionStatus>().state() {
        PermissionState::Granted => Permission::Granted,
        PermissionState::Denied => Permission::Denied,
        PermissionState::Prompt => Permission::Prompt,
        _ => Permission::Unknown,
    }
}
