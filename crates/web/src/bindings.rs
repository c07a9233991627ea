//! Typed bindings for what browsers have and `web-sys` lacks.

use js_sys::{Array, Object, Promise};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};
use web_sys::{
    AbortSignal, MediaDeviceInfo, MediaStream, Navigator, RtcIceCandidate, RtcIceCandidateInit,
    RtcPeerConnection, RtcRtpSender, RtcRtpTransceiver, RtcRtpTransceiverDirection,
};

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

    /// An `RTCRtpTransceiver` that can refuse.
    #[wasm_bindgen(extends = RtcRtpTransceiver)]
    pub(crate) type RtpTransceiver;

    /// `direction`, section 5.4. Throws where the connection is closed, which `web-sys` doesn't
    /// let its caller see.
    #[wasm_bindgen(method, setter, catch, js_name = direction)]
    pub(crate) fn try_set_direction(
        this: &RtpTransceiver,
        direction: RtcRtpTransceiverDirection,
    ) -> Result<(), JsValue>;

    /// An `RTCPeerConnection` that looks for paths anew.
    #[wasm_bindgen(extends = RtcPeerConnection)]
    pub(crate) type IceConnection;

    /// `restartIce()`, section 4.4.2. Throws in browsers that are too old to have it.
    #[wasm_bindgen(method, catch, js_name = restartIce)]
    pub(crate) fn restart_ice(this: &IceConnection) -> Result<(), JsValue>;

    /// An `RTCIceCandidate` that says which generation of ICE it belongs to.
    #[wasm_bindgen(extends = RtcIceCandidate)]
    pub(crate) type IceCandidate;

    #[wasm_bindgen(method, getter, js_name = usernameFragment)]
    pub(crate) fn username_fragment(this: &IceCandidate) -> Option<String>;

    /// An `RTCIceCandidateInit` that says the same.
    #[wasm_bindgen(extends = RtcIceCandidateInit)]
    pub(crate) type IceCandidateInit;

    #[wasm_bindgen(method, setter, js_name = usernameFragment)]
    pub(crate) fn set_username_fragment(this: &IceCandidateInit, value: Option<&str>);

    /// A dictionary of a statistics report (`webrtc-stats`): all that is read of any type. The
    /// dictionaries of `web-sys` are of a draft. Each member may be missing: by the type, by the
    /// browser, and as long as there is nothing to say.
    #[wasm_bindgen(extends = Object)]
    pub(crate) type Stats;

    #[wasm_bindgen(method, getter, js_name = "type")]
    pub(crate) fn type_(this: &Stats) -> Option<String>;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn kind(this: &Stats) -> Option<String>;

    #[wasm_bindgen(method, getter, js_name = framesDecoded)]
    pub(crate) fn frames_decoded(this: &Stats) -> Option<f64>;

    #[wasm_bindgen(method, getter, js_name = packetsReceived)]
    pub(crate) fn packets_received(this: &Stats) -> Option<f64>;

    #[wasm_bindgen(method, getter, js_name = audioLevel)]
    pub(crate) fn audio_level(this: &Stats) -> Option<f64>;

    #[wasm_bindgen(method, getter, js_name = framesSent)]
    pub(crate) fn frames_sent(this: &Stats) -> Option<f64>;

    #[wasm_bindgen(method, getter, js_name = framesPerSecond)]
    pub(crate) fn frames_per_second(this: &Stats) -> Option<f64>;

    #[wasm_bindgen(method, getter, js_name = targetBitrate)]
    pub(crate) fn target_bitrate(this: &Stats) -> Option<f64>;

    #[wasm_bindgen(method, getter, js_name = qualityLimitationReason)]
    pub(crate) fn quality_limitation_reason(this: &Stats) -> Option<String>;

    #[wasm_bindgen(method, getter, js_name = availableOutgoingBitrate)]
    pub(crate) fn available_outgoing_bitrate(this: &Stats) -> Option<f64>;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn state(this: &Stats) -> Option<String>;

    #[wasm_bindgen(method, getter, js_name = requestsReceived)]
    pub(crate) fn requests_received(this: &Stats) -> Option<f64>;

    #[wasm_bindgen(method, getter, js_name = responsesReceived)]
    pub(crate) fn responses_received(this: &Stats) -> Option<f64>;

    #[wasm_bindgen(method, getter, js_name = bytesReceived)]
    pub(crate) fn bytes_received(this: &Stats) -> Option<f64>;

    #[wasm_bindgen(method, getter, js_name = dtlsState)]
    pub(crate) fn dtls_state(this: &Stats) -> Option<String>;

    /// A `MediaDeviceInfo` that may have no name.
    #[wasm_bindgen(extends = MediaDeviceInfo)]
    pub(crate) type DeviceInfo;

    #[wasm_bindgen(method, getter, js_name = deviceId)]
    pub(crate) fn id(this: &DeviceInfo) -> Option<String>;

    /// A `PermissionDescriptor`. The names in `web-sys` have no device among them.
    #[wasm_bindgen(extends = Object)]
    pub(crate) type DeviceDescriptor;

    #[wasm_bindgen(method, setter)]
    pub(crate) fn set_name(this: &DeviceDescriptor, value: &str);

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

    /// `LockOptions` of Web Locks, section 3.2. `web-sys` holds it back as unstable.
    #[wasm_bindgen(extends = Object)]
    pub(crate) type LockOptions;

    #[wasm_bindgen(method, setter)]
    pub(crate) fn set_signal(this: &LockOptions, value: &AbortSignal);

    /// Web Locks, section 3.2.
    pub(crate) type LockManager;

    #[wasm_bindgen(method, catch, js_name = request)]
    pub(crate) fn request_lock(
        this: &LockManager,
        name: &str,
        options: &LockOptions,
        granted: &JsValue,
    ) -> Result<Promise, JsValue>;
}

/// None outside of a window.
pub(crate) fn navigator() -> Option<ModernNavigator> {
    use wasm_bindgen::JsCast;
    Some(web_sys::window()?.navigator().unchecked_into())
}
