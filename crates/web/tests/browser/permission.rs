//! Whether the page may use a device, as far as the browser says.

use sightline_web::{Device, Permission, permission};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{Faults, Handle, told};

/// Stands in for `navigator.permissions`.
struct Permissions(Handle);

impl Permissions {
    fn new(value: &str) -> Self {
        Self(Handle::new(&format!(
            "(() => {{
                const value = {value};
                Object.defineProperty(navigator, 'permissions', {{ value, configurable: true }});
                return {{ restore: () => {{ delete navigator.permissions; }} }};
            }})()"
        )))
    }
}

impl Drop for Permissions {
    fn drop(&mut self) {
        self.0.call("restore", &[]);
    }
}

async fn of(device: Device) -> Permission {
    told(|done| permission(device, done)).await
}

#[wasm_bindgen_test]
async fn what_the_browser_says_is_read() {
    use Permission::{Denied, Granted, Prompt, Unknown};
    let _faults = Faults::new();
    for (camera, microphone, expected) in [
        ("granted", "denied", (Granted, Denied)),
        ("prompt", "granted", (Prompt, Granted)),
        ("perhaps", "prompt", (Unknown, Prompt)),
    ] {
        let _permissions = Permissions::new(&format!(
            "{{ query: async ({{ name }}) =>
                ({{ state: {{ camera: '{camera}', microphone: '{microphone}' }}[name] }}) }}"
        ));
        assert_eq!((of(Device::Camera).await, of(Device::Microphone).await), expected);
    }
}

#[wasm_bindgen_test]
async fn a_browser_that_says_nothing_is_no_error() {
    let _faults = Faults::new();
    for none in [
        "undefined",
        "{ query() { throw new TypeError('camera?'); } }",
        "{ async query() { throw new TypeError('camera?'); } }",
        "{ async query() {} }",
    ] {
        let _permissions = Permissions::new(none);
        assert_eq!(of(Device::Camera).await, Permission::Unknown, "{none}");
    }
}
