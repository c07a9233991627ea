//! A receiver's video element, and what plays in it.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use sightline_web::{Played, RemoteStream, VideoSink, spawn_local};

use crate::model::{Click, Model};

/// Plays the newest stream in the page's video element. Dropping it takes the stream
/// off the element.
#[derive(Clone)]
pub(crate) struct Player {
    held: Rc<RefCell<Held>>,
    model: RwSignal<Model>,
}

#[derive(Default)]
struct Held {
    sink: Option<VideoSink>,
    stream: Option<RemoteStream>,
}

impl Player {
    /// A player without an element.
    pub(crate) fn new(model: RwSignal<Model>) -> Self {
        Self { held: Rc::default(), model }
    }

    /// Takes the page's element, once it is there.
    pub(crate) fn attach(&self, sink: Option<VideoSink>) {
        self.held.borrow_mut().sink = sink;
        self.play();
    }

    /// Plays this stream from now on.
    pub(crate) fn show(&self, stream: RemoteStream) {
        self.held.borrow_mut().stream = Some(stream);
        self.play();
    }

    /// Plays with sound if the browser allows it, otherwise without. A click makes it
    /// allow it.
    pub(crate) fn play(&self) {
        let held = self.held.borrow();
        let (Some(sink), Some(stream)) = (&held.sink, &held.stream) else { return };
        let played = sink.play(stream);
        let model = self.model;
        spawn_local(async move {
            let click = match played.await {
                Played::WithSound => Click::NotNeeded,
                Played::Muted => Click::ForSound,
                Played::Blocked => Click::ForAll,
                Played::Not => return,
            };
            model.try_update(|model| model.click = click);
        });
    }
}
