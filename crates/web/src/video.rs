//! Showing a stream.

use std::cell::RefCell;

use wasm_bindgen::JsCast;
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
    /// The browser wants a click before it plays anything at all.
    Blocked,
    /// It does not play: the element was given something else, or taken away.
    Not,
}

/// A `<video>` element. Dropping it takes its stream away from the element.
#[derive(Debug)]
pub struct VideoSink {
    element: HtmlVideoElement,
    /// What it was given here: another owner of the same element may have given it
    /// something else since.
    shown: RefCell<Option<MediaStream>>,
}

impl VideoSink {
    /// The one with this id, if it is there.
    #[must_use]
    pub fn find(id: &str) -> Option<Self> {
        let element = web_sys::window()?.document()?.get_element_by_id(id)?;
        Some(Self { element: element.dyn_into().ok()?, shown: RefCell::default() })
    }

    /// Shows the owner's own picture, muted.
    pub fn preview(&self, media: &LocalMedia) {
        self.element.set_muted(true);
        self.give(media.stream());
        if let Ok(playing) = self.element.play() {
            spawn_local(async move { drop(JsFuture::from(playing).await) });
        }
    }

    /// Plays another peer's stream, with sound if the browser allows it.
    pub fn play(&self, stream: &RemoteStream) -> impl Future<Output = Played> + use<> {
        self.give(&stream.0);
        let element = self.element.clone();
        async move {
            for (muted, played) in [(false, Played::WithSound), (true, Played::Muted)] {
                element.set_muted(muted);
                match try_play(&element).await {
                    Ok(()) => return played,
                    Err(error) if error.name == "NotAllowedError" => {}
                    // `AbortError`: it was given something else to play.
                    Err(_) => return Played::Not,
                }
            }
            Played::Blocked
        }
    }

    /// Takes the stream away.
    pub fn clear(&self) {
        let shown = self.shown.take();
        if shown.is_some() && self.element.src_object() == shown {
            self.element.set_src_object(None);
        }
    }

    fn give(&self, stream: &MediaStream) {
        if self.element.src_object().as_ref() != Some(stream) {
            self.element.set_src_object(Some(stream));
        }
        // `stream.clone()` would be the browser's: another stream, whose copies of the
        // tracks keep the camera on.
        *self.shown.borrow_mut() = Some(Clone::clone(stream));
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
