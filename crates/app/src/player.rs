//! A receiver's video element, and what plays in it.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use sightline_web::{Played, RemoteStream, VideoSink, spawn_local};

use crate::model::Model;

/// Plays the newest stream in the page's video element. Dropping it takes the stream
/// off the element.
#[derive(Clone)]
pub(crate) struct Player {
    held: Rc<RefCell<Held>>,
    model: RwSignal<Model>,
}

#[derive(Default)]
struct Held {
    sink: Option<Rc<VideoSink>>,
    stream: Option<RemoteStream>,
}

impl Player {
    /// A player without an element.
    pub(crate) fn new(model: RwSignal<Model>) -> Self {
        Self { held: Rc::default(), model }
    }

    /// Takes the page's element, once it is there.
    pub(crate) fn attach(&self, sink: Option<VideoSink>) {
        self.held.borrow_mut().sink = sink.map(Rc::new);
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
        let (Some(sink), Some(stream)) = (held.sink.clone(), held.stream.clone()) else { return };
        let model = self.model;
        spawn_local(async move {
            let muted = match sink.play(&stream).await {
                Played::WithSound => false,
                Played::Muted => true,
                Played::Not => return,
            };
            model.try_update(|model| model.muted = muted);
        });
    }
}
