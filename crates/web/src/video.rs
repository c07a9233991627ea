//! Showing a stream.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlVideoElement, MediaStream};

use crate::{LocalMedia, RemoteTrack, ScriptError, spawn_local};

/// The tracks that another peer sends, as one stream.
#[derive(Clone, Debug)]
pub struct RemoteStream(MediaStream);

impl RemoteStream {
    /// An empty stream.
    ///
    /// # Errors
    /// [`ScriptError`] where the browser has no media at all.
    pub fn new() -> Result<Self, ScriptError> {
        Ok(Self(MediaStream::new()?))
    }

    /// Adds a track; one that is in it already stays.
    pub fn add(&self, track: &RemoteTrack) {
        self.0.add_track(&track.0);
    }
}

/// What became of an attempt to play.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Played {
    /// It plays with sound.
    WithSound,
    /// The browser wants a click before it lets sound out; it plays muted.
    Muted,
    /// It does not play. The element was taken away, or given something else to play.
    Not,
}

/// A `<video>` element. Dropping it takes the stream away from the element.
#[derive(Debug)]
pub struct VideoSink(HtmlVideoElement);

impl VideoSink {
    /// The one with this id, if it is there.
    #[must_use]
    pub fn find(id: &str) -> Option<Self> {
        let element = web_sys::window()?.document()?.get_element_by_id(id)?;
        element.dyn_into().ok().map(Self)
    }

    /// Shows the owner's own picture, muted.
    pub fn preview(&self, media: &LocalMedia) {
        self.0.set_muted(true);
        self.0.set_src_object(Some(media.stream()));
        if let Ok(playing) = self.0.play() {
            spawn_local(async move { drop(JsFuture::from(playing).await) });
        }
    }

    /// Takes the stream away.
    pub fn clear(&self) {
        self.0.set_src_object(None);
    }

    /// Plays another peer's stream, with sound if the browser allows it.
    pub async fn play(&self, stream: &RemoteStream) -> Played {
        let element = self.0.clone();
        let shown = element.src_object();
        if shown.is_none_or(|shown| JsValue::from(shown) != JsValue::from(stream.0.clone())) {
            element.set_src_object(Some(&stream.0));
        }
        element.set_muted(false);
        match try_play(&element).await {
            Ok(()) => return Played::WithSound,
            Err(error) if error.name == "NotAllowedError" => element.set_muted(true),
            // `AbortError`: it was given something else to play.
            Err(_) => return Played::Not,
        }
        match try_play(&element).await {
            Ok(()) => Played::Muted,
            Err(_) => Played::Not,
        }
    }
}

impl Drop for VideoSink {
    fn drop(&mut self) {
        self.clear();
    }
}

async fn try_play(element: &HtmlVideoElement) -> Result<(), ScriptError> {
    JsFuture::from(element.play()?).await?;
    Ok(())
}
