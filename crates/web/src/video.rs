//! Showing a stream.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;

use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{HtmlVideoElement, MediaStream, MediaStreamTrack};

use crate::listen::listen;
use crate::media::tracks;
use crate::promise::{after, ignored, settled};
use crate::{LocalMedia, RemoteTrack, ScriptError, Timeout};

/// The tracks that another peer sends, as one stream. It outlives the connections that
/// they come over, so that what shows it keeps the last picture until there is a new one.
#[must_use = "dropping it forgets the tracks that wait"]
pub struct RemoteStream {
    shared: Rc<Shared>,
    /// Tracks that nothing has come over yet, by kind, and who waits for that.
    waiting: RefCell<Vec<(String, EventListener)>>,
}

struct Shared {
    stream: RefCell<MediaStream>,
    changed: Box<dyn Fn()>,
    /// The other side sends a picture.
    expected: Cell<bool>,
    /// The first picture, as long as none was to be expected.
    early: RefCell<Option<MediaStreamTrack>>,
    /// Until when sound waits for one.
    patience: RefCell<Option<Timeout>>,
}

/// How long sound waits for a picture that may come with it, in milliseconds: an element
/// plays nothing before the first frame of the picture that it has been given.
const PICTURE_LATE: u32 = 1_000;

impl RemoteStream {
    /// An empty stream. `changed` is called when a track is in it: an element that plays it
    /// may have stopped when the one before ended.
    ///
    /// # Errors
    /// [`ScriptError`] where the browser has no media at all.
    pub fn new(changed: impl Fn() + 'static) -> Result<Self, ScriptError> {
        let shared = Shared {
            stream: RefCell::new(MediaStream::new()?),
            changed: Box::new(changed),
            expected: Cell::new(true),
            early: RefCell::default(),
            patience: RefCell::default(),
        };
        Ok(Self { shared: Rc::new(shared), waiting: RefCell::default() })
    }

    /// Takes a track in the place of the one of its kind: as soon as something comes over
    /// it (`unmute`), because a track without a frame would be shown as black. The first one
    /// is there before, so that its first frame is not late.
    pub fn take(&self, track: &RemoteTrack) {
        let RemoteTrack(track) = track;
        let kind = track.kind();
        self.waiting.borrow_mut().retain(|(other, _)| *other != kind);
        let is_first = tracks(&self.shared.stream.borrow()).all(|other| other.kind() != kind);
        if kind == PICTURE {
            *self.shared.early.borrow_mut() = is_first.then(|| Clone::clone(track));
        }
        if track.muted() {
            let (shared, new) = (Rc::clone(&self.shared), Clone::clone(track));
            let heard = listen(track, "unmute", move |_| shared.put(&new));
            self.waiting.borrow_mut().push((kind, heard));
        }
        if is_first || !track.muted() {
            self.shared.put(track);
        }
    }

    /// Whether the other side sends a picture, as it says itself. Where sound comes and no
    /// picture with it, that doesn't wait.
    pub fn expect_video(&self, expected: bool) {
        self.shared.expected.set(expected);
        if !expected {
            return self.shared.hear();
        }
        self.shared.patience.take();
        if let Some(early) = self.shared.early.take() {
            self.shared.put(&early);
        }
    }

    fn stream(&self) -> MediaStream {
        // `stream.clone()` would be the browser's: another stream, whose copies of the
        // tracks keep the camera on.
        Clone::clone(&*self.shared.stream.borrow())
    }
}

impl Shared {
    /// Gives a track its place, if it doesn't have it yet.
    fn put(self: &Rc<Self>, track: &MediaStreamTrack) {
        let is_new = !self.has(track);
        if is_new {
            replace(&self.stream.borrow(), track);
        }
        self.hear();
        if is_new {
            (self.changed)();
        }
    }

    fn has(&self, track: &MediaStreamTrack) -> bool {
        tracks(&self.stream.borrow()).any(|other| other.id() == track.id())
    }

    /// Where sound comes, a picture that nobody sends has its time to come, too. That its
    /// track isn't muted says nothing: Firefox unmutes it with the sound's.
    fn hear(self: &Rc<Self>) {
        let sounds = |track: MediaStreamTrack| track.kind() != PICTURE && !track.muted();
        let waits = !self.expected.get()
            && self.early.borrow().as_ref().is_some_and(|early| self.has(early))
            && tracks(&self.stream.borrow()).any(sounds);
        if waits && self.patience.borrow().is_none() {
            let shared = Rc::downgrade(self);
            let over = after(PICTURE_LATE, move || {
                if let Some(shared) = shared.upgrade() {
                    shared.leave_out();
                }
            });
            *self.patience.borrow_mut() = Some(over);
        }
    }

    /// Goes on without the picture that doesn't come: as another stream, as an element that
    /// waits for a picture goes on waiting.
    fn leave_out(&self) {
        self.patience.take();
        let (Some(early), Ok(rest)) = (self.early.borrow().clone(), MediaStream::new()) else {
            return;
        };
        tracks(&self.stream.borrow())
            .filter(|track| track.id() != early.id())
            .for_each(|track| rest.add_track(&track));
        *self.stream.borrow_mut() = rest;
        (self.changed)();
    }
}

/// A track's `kind`.
const PICTURE: &str = "video";

impl fmt::Debug for RemoteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RemoteStream").field(&self.shared.stream).finish()
    }
}

fn replace(stream: &MediaStream, track: &MediaStreamTrack) {
    // First in, then out: a stream that has nothing for a moment has ended.
    stream.add_track(track);
    for other in tracks(stream) {
        if other.kind() == track.kind() && other.id() != track.id() {
            stream.remove_track(&other);
        }
    }
}

/// What became of an attempt to play.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
    held: Cell<bool>,
}

impl VideoSink {
    /// The one with this id, if it is there.
    #[must_use]
    pub fn find(id: &str) -> Option<Self> {
        let element = web_sys::window()?.document()?.get_element_by_id(id)?;
        element.dyn_into().ok().map(Self::new)
    }

    /// This element, which need not be in the page yet.
    #[must_use]
    pub fn new(element: HtmlVideoElement) -> Self {
        Self { element, shown: RefCell::default(), held: Cell::new(false) }
    }

    /// Shows the owner's own picture, muted.
    pub fn preview(&self, media: &LocalMedia) {
        self.element.set_muted(true);
        self.give(media.stream());
        if let Ok(playing) = self.element.play() {
            ignored(playing);
        }
    }

    /// Plays another peer's stream: muted, or with sound if the browser allows it. Calls `done`
    /// with what becomes of it.
    pub fn play(&self, stream: &RemoteStream, muted: bool, done: impl FnOnce(Played) + 'static) {
        self.held.set(false);
        // Before it has something to play, which it may begin by itself (`autoplay`).
        self.element.set_muted(muted);
        self.give(&stream.stream());
        try_play(&self.element, muted, Box::new(done));
    }

    /// Stays at the picture that it has: the connection that it comes over is about to be
    /// closed, and a browser may show its end as black. Playing goes on from there.
    pub fn hold(&self) {
        self.held.set(true);
        // It never fails.
        let _ = self.element.pause();
    }

    /// Whether it stands still though nobody here wants it to: a phone's system pauses what
    /// plays when a call comes in, or another program plays something.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.element.paused() && !self.held.get()
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
        // The same stream, see above.
        *self.shown.borrow_mut() = Some(Clone::clone(stream));
    }
}

impl Drop for VideoSink {
    fn drop(&mut self) {
        self.clear();
    }
}

fn try_play(element: &HtmlVideoElement, muted: bool, done: Box<dyn FnOnce(Played)>) {
    element.set_muted(muted);
    let Ok(playing) = element.play() else { return done(Played::Not) };
    let element = element.clone();
    settled(playing, move |playing| match playing {
        Ok(_) if muted => done(Played::Muted),
        Ok(_) => done(Played::WithSound),
        Err(error) if ScriptError::from_js(&error).name == "NotAllowedError" => {
            if muted {
                done(Played::Blocked);
            } else {
                try_play(&element, true, done);
            }
        }
        // `AbortError`: it was given something else to play.
        Err(_) => done(Played::Not),
    });
}
