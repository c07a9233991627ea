//! The sender's camera: asked for, there, or why not.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use sightline_web::{CaptureError, CaptureRequest, LocalMedia, Wanted};

/// Where the camera is.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) enum CameraState {
    /// Not wanted.
    #[default]
    Off,
    /// The browser asks its person.
    Asking,
    /// It is on.
    On,
    /// It is not there, and why.
    Failed(CaptureError),
    /// It was on and is gone: unplugged, or its permission withdrawn.
    Lost,
}

/// Owns the camera, or the request for it. Dropping it gives both up.
#[derive(Clone)]
pub(crate) struct Camera {
    held: Rc<RefCell<Held>>,
    state: RwSignal<CameraState>,
}

#[derive(Default)]
struct Held {
    /// Kept because dropping it withdraws it.
    _request: Option<CaptureRequest>,
    media: Option<LocalMedia>,
}

impl Camera {
    /// A camera that is off.
    pub(crate) fn new(state: RwSignal<CameraState>) -> Self {
        Self { held: Rc::default(), state }
    }

    /// Asks for the camera, with a microphone if there is one. What was held or asked
    /// for before is given up.
    pub(crate) fn start(&self) {
        self.state.set(CameraState::Asking);
        self.ask(Wanted { picture: true, sound: true });
    }

    /// Switches it off, or withdraws the request.
    pub(crate) fn stop(&self) {
        *self.held.borrow_mut() = Held::default();
        self.state.set(CameraState::Off);
    }

    /// Does something with the camera if it is on.
    pub(crate) fn with<T>(&self, act: impl FnOnce(&LocalMedia) -> T) -> Option<T> {
        self.held.borrow().media.as_ref().map(act)
    }

    fn ask(&self, wanted: Wanted) {
        let held = Rc::downgrade(&self.held);
        let state = self.state;
        let request = CaptureRequest::new(wanted, move |outcome| {
            let Some(held) = held.upgrade() else { return };
            let camera = Self { held, state };
            match outcome {
                Ok(media) => camera.started(media),
                // Neither can be had together; a picture without sound is better
                // than nothing.
                Err(CaptureError::NotFound) if wanted.sound => {
                    camera.ask(Wanted { sound: false, ..wanted });
                }
                Err(error) => camera.state.set(CameraState::Failed(error)),
            }
        });
        *self.held.borrow_mut() = Held { _request: Some(request), media: None };
    }

    fn started(&self, mut media: LocalMedia) {
        let held = Rc::downgrade(&self.held);
        let state = self.state;
        media.on_ended(move || {
            if let Some(held) = held.upgrade() {
                *held.borrow_mut() = Held::default();
                state.set(CameraState::Lost);
            }
        });
        *self.held.borrow_mut() = Held { _request: None, media: Some(media) };
        self.state.set(CameraState::On);
    }
}
