//! A picture stays until there is a new one, also where the connection that it came over is
//! closed and another one takes its place.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::Uint8Array;
use sightline_web::{Played, RemoteStream, VideoSink};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::capture::{BOTH, SOUND, capture};
use crate::peers::Two;
use crate::support::{Devices, Handle, sleep, told, until};
use crate::video::Element;

/// Reads what an element shows.
struct Eye(Handle);

impl Eye {
    fn new() -> Self {
        Self(Handle::new(
            "(() => {
                const canvas = document.createElement('canvas');
                canvas.width = 32;
                canvas.height = 18;
                const context = canvas.getContext('2d', { willReadFrequently: true });
                return {
                    pixels: (id) => {
                        context.clearRect(0, 0, 32, 18);
                        context.drawImage(document.getElementById(id), 0, 0, 32, 18);
                        return new Uint8Array(context.getImageData(0, 0, 32, 18).data);
                    },
                };
            })()",
        ))
    }

    /// Whether there is anything but black, or nothing, in it.
    fn sees_something(&self, id: &str) -> bool {
        let pixels: JsValue = self.0.call("pixels", &[id.into()]);
        let pixels = Uint8Array::from(pixels).to_vec();
        let bright = |pixel: &&[u8]| pixel.iter().take(3).any(|&value| value > 40);
        pixels.chunks(4).filter(bright).count() > 32
    }
}

#[wasm_bindgen_test]
async fn it_never_goes_black_when_the_connection_is_made_anew() {
    let _devices = Devices::new();
    let element = Element::new("lasting");
    let sink = VideoSink::find("lasting").unwrap();
    let changes = Rc::new(Cell::new(0));
    let counter = Rc::clone(&changes);
    let stream = RemoteStream::new(move || counter.set(counter.get() + 1)).unwrap();
    let eye = Eye::new();
    let media = capture(BOTH).await.unwrap();

    let mut two = Two::connected().await;
    two.receiver.tracks.iter().for_each(|track| stream.take(track));
    two.sender.connection.publish(Some(&media));
    assert_eq!(told(|done| sink.play(&stream, false, done)).await, Played::WithSound);
    until("there is a picture", || element.has_picture() && eye.sees_something("lasting")).await;

    for _ in 0..2 {
        assert_eq!(changes.take(), 2, "picture and sound");
        sink.hold();
        drop(two);
        for _ in 0..20 {
            assert!(eye.sees_something("lasting"), "it is closed, and the picture is there");
            sleep(std::time::Duration::from_millis(10)).await;
        }
        two = Two::connected().await;
        two.receiver.tracks.iter().for_each(|track| stream.take(track));
        assert_eq!(changes.get(), 0, "the new one has nothing yet");
        two.sender.connection.publish(Some(&media));
        let (mut played, mut time) = (false, f64::MAX);
        until("the new picture is there", || {
            assert!(eye.sees_something("lasting"), "it went black");
            // As the page does each time that something has come.
            if changes.get() == 2 && !played {
                (played, time) = (true, element.time());
                sink.play(&stream, false, drop);
            }
            element.time() > time + 0.2
        })
        .await;
        let frames = two.frames().await;
        two.until_more_frames(frames + 5).await;
        assert!(element.has_picture() && element.tracks() == 2);
    }
}

#[wasm_bindgen_test]
async fn a_track_that_never_gives_anything_takes_no_place() {
    let _devices = Devices::new();
    let element = Element::new("lasting");
    let sink = VideoSink::find("lasting").unwrap();
    let stream = RemoteStream::new(|| ()).unwrap();
    let media = capture(BOTH).await.unwrap();
    let two = Two::connected().await;
    two.receiver.tracks.iter().for_each(|track| stream.take(track));
    two.sender.connection.publish(Some(&media));
    assert_eq!(told(|done| sink.play(&stream, false, done)).await, Played::WithSound);
    until("there is a picture", || element.has_picture()).await;

    let silent = Two::connected().await;
    silent.receiver.tracks.iter().for_each(|track| stream.take(track));
    let mut third = Two::connected().await;
    third.receiver.tracks.iter().for_each(|track| stream.take(track));
    let time = element.time();
    until("the first one's goes on", || element.time() > time + 0.3).await;
    third.sender.connection.publish(Some(&media));
    drop(two);
    third.until_more_frames(5).await;
    assert_eq!(told(|done| sink.play(&stream, false, done)).await, Played::WithSound);
    let time = element.time();
    until("the third one's is shown", || element.time() > time + 0.3).await;
    assert_eq!(element.tracks(), 2);
}

#[wasm_bindgen_test]
async fn sound_does_not_wait_for_a_picture_that_does_not_come() {
    let _devices = Devices::new();
    let element = Element::new("lasting");
    let sink = Rc::new(VideoSink::find("lasting").unwrap());
    let changes = Rc::new(Cell::new(0));
    let counter = Rc::clone(&changes);
    let stream = RemoteStream::new(move || counter.set(counter.get() + 1)).unwrap();
    // As the page does each time that something has come.
    let plays_on = || {
        if changes.take() > 0 {
            sink.play(&stream, false, |_| ());
        }
    };
    let two = Two::connected().await;
    two.receiver.tracks.iter().for_each(|track| stream.take(track));
    stream.expect_video(false);
    let audio = capture(SOUND).await.unwrap();
    two.sender.connection.publish(Some(&audio));
    until("the sound plays", || {
        plays_on();
        element.time() > 0.3
    })
    .await;
    assert_eq!(element.tracks(), 1);

    let both = capture(BOTH).await.unwrap();
    stream.expect_video(true);
    two.sender.connection.publish(Some(&both));
    until("there is a picture", || {
        plays_on();
        element.has_picture()
    })
    .await;
    assert_eq!(element.tracks(), 2);
}
