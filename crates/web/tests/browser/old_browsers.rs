//! What an older browser lacks is read as nothing, or comes to nothing. It is never an error.

use std::cell::RefCell;
use std::rc::Rc;

use sightline_protocol::Paths;
use sightline_web::{
    CaptureError, CaptureRequest, Device, Limitation, Outbound, PageEvent, PeerConnection,
    PeerEvent, Renewal, Sample, Why, count_cameras, on_page,
};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Event;

use crate::peers::Side;
use crate::support::{Connections, Devices, Faults, Handle, told, until};

/// Replaces a property, or takes it away where `value` is `undefined`, until it is dropped.
struct Replaced(Handle);

impl Replaced {
    fn new(object: &str, name: &str, value: &str) -> Self {
        Self(Handle::new(&format!(
            "(() => {{
                const object = {object};
                const before = Object.getOwnPropertyDescriptor(object, '{name}');
                const value = {value};
                Object.defineProperty(object, '{name}', {{ value, configurable: true }});
                return {{
                    restore: () => {{
                        delete object['{name}'];
                        if (before) Object.defineProperty(object, '{name}', before);
                    }},
                }};
            }})()"
        )))
    }
}

impl Drop for Replaced {
    fn drop(&mut self) {
        self.0.call("restore", &[]);
    }
}

/// Has every connection report these statistics, a list of a script's objects.
fn reporting(list: &str) -> Replaced {
    let report = format!("async () => new Map({list}.map((stats, index) => [index, stats]))");
    Replaced::new("RTCPeerConnection.prototype", "getStats", &report)
}

#[wasm_bindgen_test]
async fn statistics_of_which_much_is_missing() {
    let _faults = Faults::new();
    let side = Side::new();
    for list in ["[]", "[undefined, null, 1, 'transport', {}, { type: null }]"] {
        let _report = reporting(list);
        assert_eq!(side.sample().await, Sample::default(), "{list}");
        let paths = told(|done| side.connection.inspect(done)).await;
        assert_eq!(paths, Paths::default(), "{list}");
    }
    let _report = reporting(
        "[{ type: 'inbound-rtp' }, { type: 'inbound-rtp', kind: 'video' },
          { type: 'candidate-pair' }, { type: 'transport' }, { type: 'media-source' },
          { type: 'outbound-rtp', kind: 'video' },
          { type: 'outbound-rtp', kind: 'video', framesSent: 1 }]",
    );
    let expected = Sample { outbound: Some(Outbound::default()), ..Sample::default() };
    assert_eq!(side.sample().await, expected);
    let paths = told(|done| side.connection.inspect(done)).await;
    assert_eq!(paths, Paths { tried: 1, ..Paths::default() });
}

#[wasm_bindgen_test]
async fn statistics_beyond_all_bounds() {
    let _faults = Faults::new();
    let side = Side::new();
    let _report = reporting(
        "[{ type: 'inbound-rtp', kind: 'video', framesDecoded: 1e30, packetsReceived: -1 },
          { type: 'inbound-rtp', kind: 'video', framesDecoded: 1, packetsReceived: NaN },
          { type: 'inbound-rtp', kind: 'audio', audioLevel: 7 },
          { type: 'media-source', kind: 'video', framesPerSecond: -3 },
          { type: 'candidate-pair', availableOutgoingBitrate: Infinity, bytesReceived: 1e30,
            state: 'of mind' },
          { type: 'transport', dtlsState: 'failed' },
          { type: 'outbound-rtp', kind: 'video', framesSent: 1, framesPerSecond: 1e9,
            targetBitrate: NaN, qualityLimitationReason: 'cpu' }]",
    );
    let outbound = Outbound {
        frames_per_second: u16::MAX,
        source_frames_per_second: Some(0),
        target_kbps: Some(0),
        available_kbps: Some(u32::MAX),
        limitation: Limitation::Cpu,
    };
    let expected = Sample { frames: u64::MAX, packets: 0, level: 255, outbound: Some(outbound) };
    assert_eq!(side.sample().await, expected);
    let paths = told(|done| side.connection.inspect(done)).await;
    assert_eq!(paths, Paths { tried: 1, heard: 1, keys_failed: true, ..Paths::default() });
}

#[wasm_bindgen_test]
fn paths_cannot_be_looked_for_anew() {
    let _faults = Faults::new();
    let side = Side::new();
    let _missing = Replaced::new("RTCPeerConnection.prototype", "restartIce", "undefined");
    side.connection.restart_ice();
}

#[wasm_bindgen_test]
fn events_that_say_nothing() {
    let _faults = Faults::new();
    let connections = Connections::new();
    let codes: Rc<RefCell<Vec<u16>>> = Rc::default();
    let kept = Rc::clone(&codes);
    let _connection = PeerConnection::new(&[], move |event| {
        if let PeerEvent::CandidateError(code) = event {
            kept.borrow_mut().push(code);
        }
    })
    .unwrap();
    connections.dispatch("icecandidateerror");
    assert_eq!(codes.take(), [0]);

    let told: Rc<RefCell<Vec<PageEvent>>> = Rc::default();
    let kept = Rc::clone(&told);
    let _listener = on_page(move |event| kept.borrow_mut().push(event));
    web_sys::window().unwrap().dispatch_event(&Event::new("pageshow").unwrap()).unwrap();
    assert_eq!(told.take(), [PageEvent::Shown]);
}

#[wasm_bindgen_test]
async fn devices_without_a_name_or_a_kind() {
    let (_faults, _devices) = (Faults::new(), Devices::new());
    let list = "async () => [undefined, 1, {}, { deviceId: 'camera' }, { kind: 'videoinput' }]";
    let _list = Replaced::new("navigator.mediaDevices", "enumerateDevices", list);
    assert_eq!(told(count_cameras).await, 1);
    let (device, why) = (Device::Camera, Why::Plugged);
    let renewal = Renewal { device, source: None, facing: None, why };
    let outcome = Rc::new(RefCell::new(None));
    let kept = Rc::clone(&outcome);
    let _request = CaptureRequest::renew(renewal, move |given| *kept.borrow_mut() = Some(given));
    until("it is answered", || outcome.borrow().is_some()).await;
    assert_eq!(outcome.take().unwrap().unwrap_err(), CaptureError::NotFound);
}
