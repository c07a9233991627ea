//! A video element shows what it is given, plays it with sound or else without, and
//! has nothing once its owner is gone.

use futures_util::future::join;
use js_sys::{Function, Reflect};
use sightline_web::{Played, RemoteStream, VideoSink};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Document, HtmlVideoElement};

use crate::capture::{BOTH, PICTURE, capture};
use crate::support::{Devices, SETTLE, sleep, told, until};

/// A video element of the page, for as long as this lives.
pub(crate) struct Element(HtmlVideoElement);

fn document() -> Document {
    web_sys::window().unwrap().document().unwrap()
}

impl Element {
    pub(crate) fn new(id: &str) -> Self {
        let element = document().create_element("video").unwrap();
        element.set_id(id);
        document().body().unwrap().append_child(&element).unwrap();
        Self(element.unchecked_into())
    }

    /// Whether a frame is shown.
    pub(crate) fn has_picture(&self) -> bool {
        self.0.video_width() > 0 && self.0.ready_state() >= 2
    }

    /// How long it has been playing, in seconds.
    pub(crate) fn time(&self) -> f64 {
        self.0.current_time()
    }

    /// How many tracks it was given.
    pub(crate) fn tracks(&self) -> u32 {
        self.0.src_object().map_or(0, |stream| stream.get_tracks().length())
    }

    /// Replaces `play()`, as a browser with other rules has it.
    fn plays(&self, body: &str) {
        let play = Function::new_no_args(body);
        Reflect::set(&self.0, &"play".into(), &play).unwrap();
    }
}

impl Drop for Element {
    fn drop(&mut self) {
        self.0.remove();
    }
}

#[wasm_bindgen_test]
fn only_a_video_is_found() {
    let _element = Element::new("there");
    assert!(VideoSink::find("there").is_some());
    assert!(VideoSink::find("not there").is_none());
    // The test runner's own, which is something else.
    assert!(VideoSink::find("output").is_none());
}

#[wasm_bindgen_test]
async fn an_element_that_is_at_hand_need_not_be_found() {
    let _devices = Devices::new();
    let media = capture(PICTURE).await.unwrap();
    let element = Element::new("at hand");
    let sink = VideoSink::new(element.0.clone());
    sink.preview(&media);
    until("it shows the picture", || element.has_picture()).await;
    drop(sink);
    assert_eq!(element.tracks(), 0);
}

#[wasm_bindgen_test]
async fn the_owner_sees_the_picture_and_hears_nothing() {
    let devices = Devices::new();
    let element = Element::new("preview");
    let sink = VideoSink::find("preview").unwrap();
    let media = capture(BOTH).await.unwrap();
    sink.preview(&media);
    until("there is a picture", || element.has_picture()).await;
    assert!(element.0.muted(), "nobody wants to hear their own microphone");
    sink.clear();
    assert!(element.0.src_object().is_none());
    assert_eq!(devices.live(), 2, "the element doesn't own the camera");
    sink.preview(&media);
    sink.preview(&media);
    drop(sink);
    assert!(element.0.src_object().is_none());
    drop(media);
    assert_eq!(devices.live(), 0, "no copy keeps it on");
}

#[wasm_bindgen_test]
async fn one_owner_of_an_element_leaves_alone_what_another_shows() {
    let element = Element::new("sink");
    let (first, second) = (VideoSink::find("sink").unwrap(), VideoSink::find("sink").unwrap());
    let streams = (RemoteStream::new(|| ()).unwrap(), RemoteStream::new(|| ()).unwrap());
    // Nothing is in them, so that they never begin to play.
    first.play(&streams.0, false, drop);
    second.play(&streams.1, false, drop);
    drop(first);
    assert!(element.0.src_object().is_some());
    // The same again is no new beginning.
    let shown = element.0.src_object();
    second.play(&streams.1, false, drop);
    assert!(element.0.src_object() == shown);
    drop(second);
    assert!(element.0.src_object().is_none());
}

#[wasm_bindgen_test]
async fn without_sound_where_the_browser_wants_a_click_first() {
    const REFUSED: &str = "return Promise.reject(new DOMException('click', 'NotAllowedError'))";
    let element = Element::new("sink");
    let sink = VideoSink::find("sink").unwrap();
    let stream = RemoteStream::new(|| ()).unwrap();

    element.plays(&format!("if (!this.muted) {{ {REFUSED} }} return Promise.resolve()"));
    assert_eq!(told(|done| sink.play(&stream, false, done)).await, Played::Muted);
    assert!(element.0.muted());

    // The person has clicked.
    element.plays("return Promise.resolve()");
    assert_eq!(told(|done| sink.play(&stream, false, done)).await, Played::WithSound);
    assert!(!element.0.muted());

    element.plays(REFUSED);
    assert_eq!(told(|done| sink.play(&stream, false, done)).await, Played::Blocked);
    element.plays("return Promise.reject(new DOMException('other', 'AbortError'))");
    assert_eq!(told(|done| sink.play(&stream, false, done)).await, Played::Not);
    element.plays("throw new TypeError('no')");
    assert_eq!(told(|done| sink.play(&stream, false, done)).await, Played::Not);
}

#[wasm_bindgen_test]
async fn another_stream_ends_the_attempt_to_play_the_first() {
    let _element = Element::new("sink");
    let sink = VideoSink::find("sink").unwrap();
    // Nothing is in them, so that nothing plays.
    let (first, second) = (RemoteStream::new(|| ()).unwrap(), RemoteStream::new(|| ()).unwrap());
    let replaced = async {
        sink.play(&second, false, drop);
        sleep(SETTLE).await;
    };
    let (played, ()) = join(told(|done| sink.play(&first, false, done)), replaced).await;
    assert_eq!(played, Played::Not);
}
