//! Typed bindings for what browsers have and `web-sys` lacks.

use js_sys::{Array, Object, Promise};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};
use web_sys::{MediaStream, Navigator, RtcRtpSender};

#[wasm_bindgen]
extern "C" {
    /// An `RTCRtpSender`, with the methods of WebRTC 1.0 that `web-sys` has not, or has as
    /// they were in a draft.
    #[wasm_bindgen(extends = RtcRtpSender)]
    #[derive(Debug, Clone)]
    pub(crate) type RtpSender;

    /// `setStreams()`, section 5.2. Throws where the connection is closed, or the browser is
    /// too old to have it.
    #[wasm_bindgen(method, catch, js_name = setStreams)]
    pub(crate) fn set_streams(this: &RtpSender, stream: &MediaStream) -> Result<(), JsValue>;

    /// `getParameters()`.
    #[wasm_bindgen(method, catch, js_name = getParameters)]
    pub(crate) fn parameters(this: &RtpSender) -> Result<SendParameters, JsValue>;

    /// `setParameters()`.
    #[wasm_bindgen(method, catch, js_name = setParameters)]
    pub(crate) fn set_parameters(
        this: &RtpSender,
        parameters: &SendParameters,
    ) -> Result<Promise, JsValue>;

    /// `RTCRtpSendParameters`.
    #[wasm_bindgen(extends = Object)]
    pub(crate) type SendParameters;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn encodings(this: &SendParameters) -> Option<Array>;

    #[wasm_bindgen(method, getter, js_name = degradationPreference)]
    pub(crate) fn degradation_preference(this: &SendParameters) -> Option<String>;

    #[wasm_bindgen(method, setter, js_name = degradationPreference)]
    pub(crate) fn set_degradation_preference(this: &SendParameters, value: &str);

    /// `RTCRtpEncodingParameters`.
    #[wasm_bindgen(extends = Object)]
    pub(crate) type Encoding;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn active(this: &Encoding) -> Option<bool>;

    #[wasm_bindgen(method, setter)]
    pub(crate) fn set_active(this: &Encoding, value: bool);

    /// A `Navigator` with the Network Information API, which Chromium has.
    #[wasm_bindgen(extends = Navigator)]
    pub(crate) type ConnectedNavigator;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn connection(this: &ConnectedNavigator) -> Option<NetworkInformation>;

    #[wasm_bindgen(extends = Object)]
    pub(crate) type NetworkInformation;

    #[wasm_bindgen(method, getter, js_name = saveData)]
    pub(crate) fn save_data(this: &NetworkInformation) -> Option<bool>;

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
