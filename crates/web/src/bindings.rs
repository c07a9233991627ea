//! What browsers have and `web-sys` doesn't, or not without its unstable interfaces.

use js_sys::{Object, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    /// `Navigator`, with what only some browsers have, and none on insecure pages.
    pub(crate) type ModernNavigator;

    #[wasm_bindgen(method, getter, js_name = wakeLock)]
    pub(crate) fn wake_lock(this: &ModernNavigator) -> Option<WakeLock>;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn locks(this: &ModernNavigator) -> Option<LockManager>;

    /// Screen Wake Lock, section 5.
    pub(crate) type WakeLock;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn request(this: &WakeLock, kind: &str) -> Result<Promise, JsValue>;

    /// Screen Wake Lock, section 6.
    #[derive(Debug)]
    pub(crate) type WakeLockSentinel;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn released(this: &WakeLockSentinel) -> bool;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn release(this: &WakeLockSentinel) -> Result<Promise, JsValue>;

    /// Web Locks, section 3.2.
    pub(crate) type LockManager;

    #[wasm_bindgen(method, catch, js_name = request)]
    pub(crate) fn request_lock(
        this: &LockManager,
        name: &str,
        options: &Object,
        granted: &JsValue,
    ) -> Result<Promise, JsValue>;
}

/// None outside of a window.
pub(crate) fn navigator() -> Option<ModernNavigator> {
    use wasm_bindgen::JsCast;
    Some(web_sys::window()?.navigator().unchecked_into())
}
