//! Devices come and go: what was taken away is taken up again where the person need not be
//! asked, and who shows or sends the picture goes on doing so.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures_channel::oneshot;
use sightline_protocol::TrackState;
use sightline_web::{
    CaptureError, CaptureRequest, Device, LocalMedia, Renewal, VideoSink, Why, on_device_change,
};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::capture::{BOTH, PICTURE, capture};
use crate::peers::Two;
use crate::support::{Devices, SETTLE, throughout, until};
use crate::video::Element;

/// Takes a device up again and waits for what comes of it.
async fn renew(
    device: Device,
    source: Option<String>,
    why: Why,
) -> Result<LocalMedia, CaptureError> {
    let (tell, told) = oneshot::channel();
    let _request =
        CaptureRequest::renew(Renewal { device, source, facing: None, why }, |outcome| {
            let _ = tell.send(outcome);
        });
    told.await.expect("it is answered once")
}

#[wasm_bindgen_test]
async fn the_same_device_is_taken_up_where_it_is_there() {
    let devices = Devices::new();
    devices.add("video", "camera-2");
    let media = capture(PICTURE).await.unwrap();
    assert_eq!(media.source(Device::Camera).as_deref(), Some("camera-1"));
    assert_eq!(media.source(Device::Microphone), None);
    drop(media);
    for (wanted, found) in
        [("camera-1", "camera-1"), ("camera-2", "camera-2"), ("camera-3", "camera-1")]
    {
        let media = renew(Device::Camera, Some(wanted.into()), Why::Plugged).await.unwrap();
        assert_eq!(media.source(Device::Camera).as_deref(), Some(found), "{wanted}");
    }
    let media = renew(Device::Microphone, None, Why::Plugged).await.unwrap();
    assert_eq!(devices.sources(), "microphone-1");
    drop(media);
    assert_eq!(devices.live(), 0);
}

#[wasm_bindgen_test]
async fn nobody_is_asked_out_of_the_blue() {
    let devices = Devices::new();
    let source = Some("camera-1".to_owned());
    // It is still there, and gives nothing: the person has taken its permission away.
    assert_eq!(
        renew(Device::Camera, source.clone(), Why::Ended).await.unwrap_err(),
        CaptureError::NotFound
    );
    devices.unname();
    assert_eq!(
        renew(Device::Camera, source.clone(), Why::Plugged).await.unwrap_err(),
        CaptureError::NotFound
    );
    assert_eq!(devices.asked(), 0);
    // Unless the person wants it.
    drop(renew(Device::Camera, source.clone(), Why::Asked).await.unwrap());
    assert_eq!(devices.asked(), 1);
    devices.hide();
    assert_eq!(
        renew(Device::Camera, source, Why::Plugged).await.unwrap_err(),
        CaptureError::NotFound
    );
}

#[wasm_bindgen_test]
async fn none_of_its_kind() {
    let devices = Devices::new();
    devices.no_camera();
    assert_eq!(
        renew(Device::Camera, None, Why::Plugged).await.unwrap_err(),
        CaptureError::NotFound
    );
    assert_eq!(devices.asked(), 0, "a microphone is no camera");
}

#[wasm_bindgen_test]
async fn withdrawn_while_it_looks_or_asks() {
    let devices = Devices::new();
    let renewal = Renewal { device: Device::Camera, source: None, facing: None, why: Why::Plugged };
    drop(CaptureRequest::renew(renewal.clone(), |_| panic!("withdrawn")));
    throughout(SETTLE, "nobody is asked", || devices.asked() == 0).await;

    devices.hold();
    let request = CaptureRequest::renew(renewal, |_| panic!("withdrawn"));
    until("it asks", || devices.asked() == 1).await;
    drop(request);
    devices.allow_all();
    until("the camera was given", || devices.given() == 1).await;
    until("it is off again", || devices.live() == 0).await;
}

#[wasm_bindgen_test]
async fn a_change_of_devices_is_told() {
    let devices = Devices::new();
    let times = Rc::new(Cell::new(0));
    let counter = Rc::clone(&times);
    let listener = on_device_change(move || counter.set(counter.get() + 1));
    devices.plug("video", "camera-2");
    devices.unplug("audio");
    assert_eq!(times.get(), 2);
    drop(listener);
    devices.plug("video", "camera-3");
    assert_eq!(times.get(), 2);
    devices.hide();
    drop(on_device_change(|| ()));
}

#[wasm_bindgen_test]
async fn silence_is_told_from_loss() {
    let devices = Devices::new();
    let mut media = capture(BOTH).await.unwrap();
    let told: Rc<RefCell<Vec<Device>>> = Rc::default();
    let kept = Rc::clone(&told);
    media.on_change(move |device| kept.borrow_mut().push(device));
    let states =
        |media: &LocalMedia| (media.state(Device::Camera), media.state(Device::Microphone));
    assert_eq!(states(&media), (TrackState::On, TrackState::On));
    devices.mute("video", true);
    assert_eq!(states(&media), (TrackState::Paused, TrackState::On));
    devices.mute("video", false);
    assert_eq!(states(&media), (TrackState::On, TrackState::On));
    assert_eq!(told.take(), [Device::Camera, Device::Camera]);
    // By the person: nobody has to be told.
    media.set_enabled(Device::Microphone, false);
    assert_eq!(states(&media), (TrackState::On, TrackState::Paused));
    assert_eq!((devices.live(), devices.enabled("audio")), (2, 0));
    media.set_enabled(Device::Microphone, true);
    devices.unplug("audio");
    assert_eq!(states(&media), (TrackState::On, TrackState::Lost));
    assert_eq!(told.take(), [Device::Microphone]);
    media.remove(Device::Camera);
    assert_eq!(states(&media), (TrackState::Off, TrackState::Lost));
    assert_eq!(devices.live(), 0);
}

#[wasm_bindgen_test]
async fn another_camera_takes_the_place_of_the_first() {
    let devices = Devices::new();
    let element = Element::new("preview");
    let sink = VideoSink::find("preview").unwrap();
    let mut two = Two::connected().await;
    let mut media = capture(BOTH).await.unwrap();
    let told: Rc<RefCell<Vec<Device>>> = Rc::default();
    let kept = Rc::clone(&told);
    media.on_change(move |device| kept.borrow_mut().push(device));
    sink.preview(&media);
    two.sender.connection.publish(Some(&media));
    two.until_more_frames(0).await;

    devices.unplug("video");
    assert_eq!(told.take(), [Device::Camera]);
    devices.plug("video", "camera-2");
    let other = renew(Device::Camera, Some("camera-1".into()), Why::Plugged).await.unwrap();
    media.absorb(other);
    assert_eq!(media.source(Device::Camera).as_deref(), Some("camera-2"));
    assert_eq!(media.state(Device::Camera), TrackState::On);
    assert_eq!(devices.live(), 2, "the microphone was on all the time");
    two.sender.connection.publish(Some(&media));
    let frames = two.frames().await;
    two.until_more_frames(frames + 5).await;
    let time = element.time();
    until("the preview goes on", || element.time() > time).await;
    // The new one is watched as the first was, and belongs to the same owner.
    devices.unplug("video");
    assert_eq!(told.take(), [Device::Camera]);
    drop(media);
    assert_eq!(devices.live(), 0);
}
