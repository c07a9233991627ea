//! Picture and sound of one person belong to one stream, so that the browser plays them in step.

use std::time::Duration;

use sightline_web::{Played, RemoteStream, VideoSink, now};
use wasm_bindgen_test::{console_log, wasm_bindgen_test};

use crate::capture::{BOTH, capture};
use crate::peers::Two;
use crate::support::{Connections, Devices, sleep, told};
use crate::video::Element;

/// The one stream of both tracks that came over a connection.
fn stream_of(connections: &Connections, index: u32) -> String {
    let streams = connections.streams(index);
    let words: Vec<&str> = streams.split(['\u{20}', ';']).filter(|word| !word.is_empty()).collect();
    let ["audio", audio, "video", video] = words[..] else { panic!("{streams:?}") };
    assert_eq!(audio, video, "picture and sound are of one stream");
    audio.to_owned()
}

#[wasm_bindgen_test]
async fn what_a_sender_sends_is_of_one_stream() {
    let connections = Connections::new();
    let _two = Two::connected().await;
    stream_of(&connections, 1);
}

#[wasm_bindgen_test]
async fn what_members_send_is_of_one_stream_each() {
    let connections = Connections::new();
    let _two = Two::members().await;
    assert_ne!(stream_of(&connections, 0), stream_of(&connections, 1));
}

#[wasm_bindgen_test]
async fn candidates_are_gathered_for_one_transport() {
    let connections = Connections::new();
    let _two = Two::connected().await;
    assert_eq!(connections.configuration(0, "bundlePolicy"), "max-bundle");
}

/// How long the browser may take to have the audio wait for the video.
const FOLLOWS: Duration = Duration::from_secs(40);

#[wasm_bindgen_test]
async fn sound_waits_for_a_picture_that_is_late() {
    let (connections, _devices) = (Connections::new(), Devices::new());
    let _element = Element::new("late");
    let two = Two::members().await;
    let stream = RemoteStream::new(|| ()).unwrap();
    two.receiver.tracks.iter().for_each(|track| stream.take(track));
    let media = capture(BOTH).await.unwrap();
    two.sender.connection.publish(Some(&media));
    let sink = VideoSink::find("late").unwrap();
    assert_eq!(told(|done| sink.play(&stream, false, done)).await, Played::WithSound);
    two.receiver.until_more_frames(0).await;

    connections.delay_video(1, 600);
    let begin = now();
    loop {
        let measured = wasm_bindgen_futures::JsFuture::from(connections.apart(1)).await.unwrap();
        let measured = js_sys::Array::from(&measured);
        let [apart, video, audio] = [0, 1, 2].map(|index| measured.get(index).as_f64().unwrap());
        // The video is late enough for it to mean something.
        if now() - begin > Duration::from_secs(2) && video > 200.0 && apart.abs() < 120.0 {
            console_log!("in step after {:?}: {apart} ms, {video}/{audio}", now() - begin);
            break;
        }
        assert!(now() - begin < FOLLOWS, "apart {apart} ms; waited: video {video}, audio {audio}");
        sleep(Duration::from_millis(250)).await;
    }
}
