//! The sender's camera: asked for, there, or why not.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use sightline_web::{CaptureError, CaptureRequest, Device, LocalMedia, VideoSink, Wanted};

use crate::model::Model;

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

/// Owns the camera, or the request for it, and shows its owner the picture. Dropping
/// it gives them up.
#[derive(Clone)]
pub(crate) struct Camera {
    held: Rc<RefCell<Held>>,
    model: RwSignal<Model>,
    /// Told when the camera comes (true) or goes (false).
    changed: Rc<dyn Fn(bool)>,
}

#[derive(Default)]
struct Held {
    /// Kept because dropping it withdraws it.
    request: Option<CaptureRequest>,
    media: Option<LocalMedia>,
    sink: Option<VideoSink>,
}

impl Camera {
    /// A camera that is off.
    pub(crate) fn new(model: RwSignal<Model>, changed: impl Fn(bool) + 'static) -> Self {
        Self { held: Rc::default(), model, changed: Rc::new(changed) }
    }

    /// Takes the page's element for the owner's own picture, once it is there.
    pub(crate) fn attach(&self, sink: Option<VideoSink>) {
        self.held.borrow_mut().sink = sink;
    }

    /// Asks for the camera, with a microphone if there is one. What was held or asked
    /// for before is given up.
    pub(crate) fn start(&self) {
        self.become_state(CameraState::Asking);
        self.ask(Wanted { picture: true, sound: true });
    }

    /// Switches it off, or withdraws the request.
    pub(crate) fn stop(&self) {
        self.give_up();
        self.become_state(CameraState::Off);
        (self.changed)(false);
    }

    /// Does something with the camera if it is on.
    pub(crate) fn with<T>(&self, act: impl FnOnce(&LocalMedia) -> T) -> Option<T> {
        self.held.borrow().media.as_ref().map(act)
    }

    fn ask(&self, wanted: Wanted) {
        self.give_up();
        let camera = self.downgrade();
        let request = CaptureRequest::new(wanted, move |outcome| {
            let Some(camera) = camera() else { return };
            match outcome {
                Ok(media) => camera.started(media),
                // Both can't be had; a picture without sound is better than nothing.
                Err(CaptureError::NotFound | CaptureError::Busy) if wanted.sound => {
                    camera.ask(Wanted { sound: false, ..wanted });
                }
                Err(error) => camera.become_state(CameraState::Failed(error)),
            }
        });
        self.held.borrow_mut().request = Some(request);
    }

    fn started(&self, mut media: LocalMedia) {
        let camera = self.downgrade();
        media.on_ended(move |device| {
            let Some(camera) = camera() else { return };
            match device {
                // The picture goes on.
                Device::Microphone => camera.set_silent(true),
                Device::Camera => {
                    camera.give_up();
                    camera.become_state(CameraState::Lost);
                    (camera.changed)(false);
                }
            }
        });
        self.set_silent(!media.has_sound());
        {
            let mut held = self.held.borrow_mut();
            if let Some(sink) = &held.sink {
                sink.preview(&media);
            }
            held.request = None;
            held.media = Some(media);
        }
        self.become_state(CameraState::On);
        (self.changed)(true);
    }

    fn give_up(&self) {
        let mut held = self.held.borrow_mut();
        held.request = None;
        held.media = None;
        if let Some(sink) = &held.sink {
            sink.clear();
        }
    }

    fn set_silent(&self, silent: bool) {
        self.model.try_update(|model| model.silent = silent);
    }

    fn become_state(&self, state: CameraState) {
        self.model.try_update(|model| model.camera = state);
    }

    /// For closures that the camera itself holds: they must not keep it.
    fn downgrade(&self) -> impl Fn() -> Option<Self> + 'static {
        let held = Rc::downgrade(&self.held);
        let (model, changed) = (self.model, Rc::clone(&self.changed));
        move || Some(Self { held: held.upgrade()?, model, changed: Rc::clone(&changed) })
    }
}
