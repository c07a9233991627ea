//! The camera is given back by whatever way its owner goes, also while the person is
//! still being asked, and every failure has its kind.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures_channel::oneshot;
use js_sys::{Array, Object};
use sightline_protocol::TrackState;
use sightline_web::{CaptureError, CaptureRequest, Device, LocalMedia, Wanted};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{Devices, SETTLE, throughout, until};

pub(crate) const BOTH: Wanted = Wanted { video: true, audio: true, facing: None };
pub(crate) const PICTURE: Wanted = Wanted { video: true, audio: false, facing: None };
pub(crate) const SOUND: Wanted = Wanted { video: false, audio: true, facing: None };

/// Asks and waits for the answer.
pub(crate) async fn capture(wanted: Wanted) -> Result<LocalMedia, CaptureError> {
    let (tell, told) = oneshot::channel();
    let _request = CaptureRequest::new(wanted, |outcome| {
        let _ = tell.send(outcome);
    });
    told.await.expect("it is answered once")
}

async fn error() -> CaptureError {
    capture(BOTH).await.expect_err("there is no camera")
}

#[wasm_bindgen_test]
async fn dropping_it_switches_the_camera_off() {
    let devices = Devices::new();
    let media = capture(BOTH).await.unwrap();
    assert_eq!(media.state(Device::Microphone), TrackState::On);
    assert_eq!(devices.live(), 2);
    drop(media);
    assert_eq!(devices.live(), 0);
}

#[wasm_bindgen_test]
async fn only_what_is_wanted_is_asked_for() {
    let devices = Devices::new();
    let video = capture(PICTURE).await.unwrap();
    assert_eq!(video.state(Device::Microphone), TrackState::Off);
    assert_eq!(devices.live(), 1);
    let audio = capture(Wanted { video: false, audio: true, facing: None }).await.unwrap();
    assert_eq!(audio.state(Device::Microphone), TrackState::On);
    assert_eq!(audio.state(Device::Camera), TrackState::Off);
    assert_eq!(devices.live(), 2, "one owner's camera is not another's");
    drop(video);
    assert_eq!(devices.live(), 1);
    drop(audio);
    assert_eq!(devices.live(), 0);
    // Browsers refuse to give nothing, each in its own words.
    assert!(capture(Wanted { video: false, audio: false, facing: None }).await.is_err());
}

#[wasm_bindgen_test]
async fn a_yes_that_comes_too_late_switches_the_camera_off_at_once() {
    let devices = Devices::new();
    devices.hold();
    let answered = Rc::new(Cell::new(false));
    let told = Rc::clone(&answered);
    let request = CaptureRequest::new(BOTH, move |_| told.set(true));
    until("the prompt is open", || devices.asked() == 1).await;
    drop(request);
    assert_eq!(devices.given(), 0);
    devices.allow_all();
    until("the person said yes", || devices.given() == 1).await;
    until("the camera is off again", || devices.live() == 0).await;
    throughout(SETTLE, "nobody is told", || !answered.get()).await;
}

#[wasm_bindgen_test]
async fn a_no_that_comes_too_late_is_not_told() {
    let devices = Devices::new();
    devices.hold();
    let answered = Rc::new(Cell::new(false));
    let told = Rc::clone(&answered);
    let request = CaptureRequest::new(BOTH, move |_| told.set(true));
    until("the prompt is open", || devices.asked() == 1).await;
    drop(request);
    devices.refuse_all();
    throughout(SETTLE, "nobody is told", || !answered.get()).await;
}

#[wasm_bindgen_test]
async fn withdrawn_before_it_was_asked() {
    let devices = Devices::new();
    drop(CaptureRequest::new(BOTH, |_| panic!("withdrawn")));
    throughout(SETTLE, "the person is not bothered", || devices.asked() == 0).await;
}

#[wasm_bindgen_test]
async fn a_request_may_be_dropped_by_its_own_answer() {
    let devices = Devices::new();
    let request: Rc<RefCell<Option<CaptureRequest>>> = Rc::default();
    let media: Rc<RefCell<Option<LocalMedia>>> = Rc::default();
    let (own, kept) = (Rc::clone(&request), Rc::clone(&media));
    *request.borrow_mut() = Some(CaptureRequest::new(PICTURE, move |outcome| {
        own.take();
        *kept.borrow_mut() = outcome.ok();
    }));
    until("it is answered", || media.borrow().is_some()).await;
    throughout(SETTLE, "the camera stays on", || devices.live() == 1).await;
    media.take();
    assert_eq!(devices.live(), 0);
}

#[wasm_bindgen_test]
async fn every_refusal_has_its_kind() {
    let devices = Devices::new();
    for (name, expected) in [
        ("NotAllowedError", CaptureError::Denied),
        ("SecurityError", CaptureError::Denied),
        ("NotFoundError", CaptureError::NotFound),
        ("OverconstrainedError", CaptureError::NotFound),
        ("NotReadableError", CaptureError::Busy),
        ("AbortError", CaptureError::Busy),
    ] {
        devices.refuse(name);
        assert_eq!(error().await, expected, "{name}");
    }
    for name in ["InvalidStateError", "UnknownError", "", "constructor"] {
        devices.refuse(name);
        match error().await {
            CaptureError::Other(error) => assert_eq!(error.name, name),
            other => panic!("{name}: {other}"),
        }
    }
    devices.throw_error();
    assert!(matches!(error().await, CaptureError::Other(error) if error.name == "TypeError"));
}

#[wasm_bindgen_test]
async fn what_is_no_exception_is_survived() {
    let devices = Devices::new();
    let values: [JsValue; 6] = [
        JsValue::UNDEFINED,
        JsValue::NULL,
        "a text".into(),
        7.into(),
        Object::new().into(),
        Array::new().into(),
    ];
    for value in values {
        devices.reject(&value);
        match error().await {
            CaptureError::Other(error) => assert_eq!(error.name, "Error"),
            other => panic!("{value:?}: {other}"),
        }
    }
}

#[wasm_bindgen_test]
async fn a_page_that_is_not_secure_has_no_camera() {
    let devices = Devices::new();
    devices.hide();
    assert_eq!(error().await, CaptureError::Insecure);
}

#[wasm_bindgen_test]
async fn a_device_that_is_taken_away_is_noticed() {
    let devices = Devices::new();
    let mut media = capture(BOTH).await.unwrap();
    let first = Rc::<RefCell<Vec<Device>>>::default();
    let second = Rc::<RefCell<Vec<Device>>>::default();
    let note = |gone: &Rc<RefCell<Vec<Device>>>| {
        let gone = Rc::clone(gone);
        move |device| gone.borrow_mut().push(device)
    };
    let gone = || (first.borrow().clone(), second.borrow().clone());
    media.on_change(note(&first));
    devices.unplug("video");
    assert_eq!(gone(), (vec![Device::Camera], vec![]));
    media.on_change(note(&second));
    devices.unplug("audio");
    assert_eq!(gone(), (vec![Device::Camera], vec![Device::Microphone]), "only the last is told");
    drop(media);
    devices.unplug("video");
    devices.unplug("audio");
    assert_eq!(gone(), (vec![Device::Camera], vec![Device::Microphone]), "nobody is told");
}

#[wasm_bindgen_test]
async fn it_may_be_dropped_when_it_ends() {
    let devices = Devices::new();
    let held: Rc<RefCell<Option<LocalMedia>>> = Rc::default();
    let mut media = capture(BOTH).await.unwrap();
    let (own, times) = (Rc::clone(&held), Rc::new(Cell::new(0)));
    let counter = Rc::clone(&times);
    media.on_change(move |_| {
        counter.set(counter.get() + 1);
        own.take();
    });
    *held.borrow_mut() = Some(media);
    devices.unplug("audio");
    devices.unplug("video");
    assert_eq!(times.get(), 1);
    assert_eq!(devices.live(), 0);
}
