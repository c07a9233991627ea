//! The camera and the microphone: asked for, there, or why not; and taken up again when
//! they come back.

mod renewal;

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use sightline_protocol::TrackState;
use sightline_web::{
    CaptureError, CaptureRequest, Device, Listener, LocalMedia, VideoSink, Wanted, Why,
    on_device_change,
};

use self::renewal::{Renewing, TRIES};
use crate::model::{Each, Model, change, peek};

/// Where the camera is.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) enum CameraState {
    /// Not wanted.
    #[default]
    Off,
    /// The browser asks its person.
    Asking,
    /// The person said yes. It may have been taken away since.
    On,
    /// It is not there, and why.
    Failed(CaptureError),
}

const DEVICES: [Device; 2] = [Device::Camera, Device::Microphone];

/// Owns the camera and the microphone, or the request for them, and shows their owner the
/// picture. Dropping it gives them up.
#[derive(Clone)]
pub(crate) struct Camera {
    held: Rc<RefCell<Held>>,
    model: RwSignal<Model>,
    /// Whether a microphone alone is worth something.
    sound_alone: bool,
    /// Told how the two stand, and which revision of the tracks they are, whenever that changes.
    changed: Rc<dyn Fn(Each<TrackState>, u32)>,
}

#[derive(Default)]
struct Held {
    /// Kept because dropping it withdraws it.
    request: Option<CaptureRequest>,
    media: Option<LocalMedia>,
    sink: Option<VideoSink>,
    renewals: Each<Option<Renewing>>,
    /// The devices that were on last.
    sources: Each<Option<String>>,
    /// Another number with each track that comes: one that takes the place of another is on, as
    /// that one was.
    revision: u32,
    plugs: Option<Listener>,
}

impl Camera {
    /// A camera that is off.
    pub(crate) fn new(
        model: RwSignal<Model>,
        sound_alone: bool,
        changed: impl Fn(Each<TrackState>, u32) + 'static,
    ) -> Self {
        Self { held: Rc::default(), model, sound_alone, changed: Rc::new(changed) }
    }

    /// Takes the page's element for the owner's own picture, once it is there.
    pub(crate) fn attach(&self, sink: Option<VideoSink>) {
        let mut held = self.held.borrow_mut();
        if let (Some(sink), Some(media)) = (&sink, &held.media) {
            sink.preview(media);
        }
        held.sink = sink;
    }

    /// Asks for the camera, with a microphone if there is one. What was held or asked
    /// for before is given up.
    pub(crate) fn start(&self) {
        self.give_up();
        let camera = self.downgrade();
        self.held.borrow_mut().plugs = Some(on_device_change(move || {
            if let Some(camera) = camera() {
                DEVICES.into_iter().for_each(|device| camera.renew(device, Why::Plugged, TRIES));
            }
        }));
        self.write(&mut |model| {
            model.camera = CameraState::Asking;
            model.off = Each::default();
        });
        self.update();
        self.ask(Wanted { picture: true, sound: true }, None);
    }

    /// Tries again what failed, or what is missing.
    pub(crate) fn again(&self) {
        if self.held.borrow().media.is_none() {
            self.start();
            return;
        }
        for device in DEVICES.into_iter().filter(|device| self.is_missing(*device)) {
            self.renew(device, Why::Asked, 0);
        }
    }

    /// Switches both off, or withdraws the request.
    pub(crate) fn stop(&self) {
        self.give_up();
        self.write(&mut |model| model.camera = CameraState::Off);
        self.update();
    }

    /// Switches one of the two off or on again, as the person wants it. The camera is really
    /// off then, its light, too; the microphone falls silent, so that it is back at once.
    pub(crate) fn switch(&self, device: Device, on: bool) {
        self.write(&mut |model| {
            *model.off.get_mut(device) = !on;
            model.trouble = None;
            model.replaced = false;
        });
        {
            let mut held = self.held.borrow_mut();
            *held.renewals.get_mut(device) = None;
            match (&mut held.media, device) {
                (Some(media), Device::Camera) if !on => media.remove(device),
                (Some(media), Device::Microphone) => media.set_enabled(device, on),
                _ => {}
            }
        }
        if on && self.is_missing(device) {
            self.renew(device, Why::Asked, 0);
        }
        self.update();
    }

    /// Does something with what there is.
    pub(crate) fn with<T>(&self, act: impl FnOnce(Option<&LocalMedia>) -> T) -> T {
        act(self.held.borrow().media.as_ref())
    }

    /// Asks for what is wanted. `busy`: what is not asked for because another program has it.
    fn ask(&self, wanted: Wanted, busy: Option<Device>) {
        let camera = self.downgrade();
        let request = CaptureRequest::new(wanted, move |outcome| {
            let Some(camera) = camera() else { return };
            let is_busy = matches!(outcome, Err(CaptureError::Busy));
            match outcome {
                Ok(media) => {
                    camera.take(media, false);
                    camera.write(&mut |model| {
                        model.trouble = busy.map(|device| (device, CaptureError::Busy));
                    });
                }
                // Both can't be had; one of them is better than nothing.
                Err(CaptureError::NotFound | CaptureError::Busy)
                    if wanted.picture && wanted.sound =>
                {
                    camera.ask(Wanted::only(Device::Camera), is_busy.then_some(Device::Microphone));
                }
                Err(CaptureError::NotFound | CaptureError::Busy)
                    if wanted.picture && camera.sound_alone =>
                {
                    camera.ask(Wanted::only(Device::Microphone), is_busy.then_some(Device::Camera));
                }
                Err(error) => {
                    camera.held.borrow_mut().request = None;
                    camera.write(&mut |model| model.camera = CameraState::Failed(error.clone()));
                }
            }
        });
        self.held.borrow_mut().request = Some(request);
    }

    /// Takes what the browser gave, beside what there is already. `unasked`: in the place of
    /// a device that was taken away.
    fn take(&self, mut given: LocalMedia, unasked: bool) {
        let mut held = self.held.borrow_mut();
        let Held { media, sources, renewals, request, sink, revision, .. } = &mut *held;
        *request = None;
        *revision = revision.wrapping_add(1);
        let mut replaced = false;
        for device in DEVICES {
            if let Some(source) = given.source(device) {
                let last = sources.get_mut(device).replace(source.clone());
                let other = last.is_some_and(|last| last != source);
                replaced |= unasked && other && device == Device::Camera;
                *renewals.get_mut(device) = None;
            }
        }
        match media {
            Some(media) => media.absorb(given),
            None => {
                let camera = self.downgrade();
                given.on_change(move |device| {
                    let Some(camera) = camera() else { return };
                    camera.update();
                    camera.renew(device, Why::Ended, 0);
                });
                *media = Some(given);
            }
        }
        if let (Some(sink), Some(media)) = (&*sink, &*media) {
            sink.preview(media);
        }
        drop(held);
        self.write(&mut |model| {
            model.camera = CameraState::On;
            model.trouble = None;
            model.replaced |= replaced;
        });
        self.update();
    }

    fn is_missing(&self, device: Device) -> bool {
        let wanted = peek(self.model, &|model| {
            !*model.off.get(device) && !matches!(model.camera, CameraState::Off)
        });
        let there = |media: Option<&LocalMedia>| {
            let state = media.map_or(TrackState::Off, |media| media.state(device));
            matches!(state, TrackState::On | TrackState::Paused)
        };
        wanted == Some(true) && self.held.borrow().request.is_none() && !self.with(there)
    }

    /// Says how the two stand.
    fn update(&self) {
        let Some(off) = peek(self.model, &|model| model.off) else { return };
        let mut devices = Each::default();
        for device in DEVICES {
            let held = self.held.borrow();
            *devices.get_mut(device) = match &held.media {
                None => TrackState::Off,
                // The person's wish, about a device that there is.
                Some(_) if *off.get(device) && held.sources.get(device).is_some() => {
                    TrackState::Paused
                }
                Some(media) => media.state(device),
            };
        }
        self.write(&mut |model| model.devices = devices);
        for device in DEVICES {
            let held = self.held.borrow();
            let coming = held.renewals.get(device).as_ref().is_some_and(Renewing::is_asked);
            let state = devices.get_mut(device);
            // To the others it stays switched off until it is there.
            if coming && *state == TrackState::Off {
                *state = TrackState::Paused;
            }
        }
        let revision = self.held.borrow().revision;
        (self.changed)(devices, revision);
    }

    fn give_up(&self) {
        let mut held = self.held.borrow_mut();
        if let Some(sink) = &held.sink {
            sink.clear();
        }
        let sink = held.sink.take();
        let revision = held.revision;
        *held = Held { sink, revision, ..Held::default() };
        drop(held);
        self.write(&mut |model| {
            model.trouble = None;
            model.replaced = false;
        });
    }

    fn write(&self, write: &mut dyn FnMut(&mut Model)) {
        change(self.model, write);
    }

    /// For closures that the camera itself holds: they must not keep it.
    fn downgrade(&self) -> impl Fn() -> Option<Self> + 'static {
        let held = Rc::downgrade(&self.held);
        let (model, sound_alone, changed) =
            (self.model, self.sound_alone, Rc::clone(&self.changed));
        move || {
            Some(Self { held: held.upgrade()?, model, sound_alone, changed: Rc::clone(&changed) })
        }
    }
}
