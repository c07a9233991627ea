//! The camera and the microphone: asked for, there, or why not; and taken up again when
//! they come back. One that the person has switched off stays off until they switch it on.

mod asking;
mod remembered;
mod renewal;

use std::cell::RefCell;
use std::rc::Rc;

use sightline_protocol::{Role, TrackState};
use sightline_web::{
    CaptureRequest, Device, Facing, LevelMeter, Listener, LocalMedia, VideoSink, Why,
    count_cameras, on_device_change,
};

use self::remembered::{remember, remembered};
use self::renewal::{Renewing, TRIES};
use crate::state::{PerDevice, RoomState, SharedState};

/// Where the camera is.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum DeviceState {
    /// Not wanted.
    #[default]
    Off,
    /// The browser asks its person.
    Asking,
    /// The person said yes, to the camera or to the microphone, or wants both off. Each may
    /// have been taken away since.
    On,
    /// Neither can be had. [`RoomState::trouble`] says why.
    Failed,
}

const DEVICES: [Device; 2] = [Device::Camera, Device::Microphone];

/// Owns the camera and the microphone, or the request for them, and shows their owner the
/// picture. Dropping it gives them up.
#[derive(Clone)]
pub struct Devices {
    held: Rc<RefCell<Held>>,
    state: SharedState,
    /// What the page does with what they give.
    role: Role,
    /// Told how the two stand, and which revision of the tracks they are, whenever that changes.
    changed: Rc<dyn Fn(PerDevice<TrackState>, u32)>,
}

#[derive(Default)]
struct Held {
    /// Kept because dropping it withdraws it.
    request: Option<CaptureRequest>,
    media: Option<LocalMedia>,
    sink: Option<VideoSink>,
    renewals: PerDevice<Option<Renewing>>,
    /// The devices that were on last.
    sources: PerDevice<Option<String>>,
    /// Another number with each track that comes: one that takes the place of another is on, as
    /// that one was.
    revision: u32,
    plugs: Option<Listener>,
    meter: Option<LevelMeter>,
    /// Counts the starts and stops: what follows from a request before the last one is void.
    generation: u32,
}

impl Devices {
    /// A camera that is off.
    pub(crate) fn new(
        state: SharedState,
        role: Role,
        changed: impl Fn(PerDevice<TrackState>, u32) + 'static,
    ) -> Self {
        let devices = Self { held: Rc::default(), state, role, changed: Rc::new(changed) };
        devices.state.update(|state| state.off = remembered());
        devices
    }

    /// Takes the page's element for the owner's own picture, once it is there.
    pub fn attach(&self, sink: Option<VideoSink>) {
        let mut held = self.held.borrow_mut();
        if let (Some(sink), Some(media)) = (&sink, &held.media) {
            sink.preview(media);
        }
        held.sink = sink;
    }

    /// Asks for the camera and the microphone, but for what the person wants off. What was held
    /// or asked for before is given up.
    pub fn start(&self) {
        self.give_up();
        let devices = self.downgrade();
        self.held.borrow_mut().plugs = Some(on_device_change(move || {
            if let Some(devices) = devices() {
                DEVICES.into_iter().for_each(|device| devices.renew(device, Why::Plugged, TRIES));
            }
        }));
        self.ask();
        self.update();
    }

    /// Tries again what failed, or what is missing.
    pub fn again(&self) {
        if self.held.borrow().media.is_none() {
            self.start();
            return;
        }
        for device in DEVICES.into_iter().filter(|device| self.is_missing(*device)) {
            self.renew(device, Why::Asked, 0);
        }
    }

    /// Switches both off, or withdraws the request.
    pub fn stop(&self) {
        self.give_up();
        self.state.update(|state| state.camera = DeviceState::Off);
        self.update();
    }

    /// Switches one of the two off or on again, as the person wants it. The camera is really
    /// off then, its light, too; the microphone falls silent, so that it is back at once.
    pub fn switch(&self, device: Device, on: bool) {
        self.state.update(|state| {
            *state.off.get_mut(device) = !on;
            *state.trouble.get_mut(device) = None;
            state.replaced = false;
            remember(state.off);
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

    /// Takes the phone's other camera.
    pub fn turn(&self) {
        let facing = self.with(|media| media.and_then(LocalMedia::facing));
        let Some(facing) = facing.map(Facing::opposite) else { return };
        // A phone opens one camera at a time.
        if let Some(media) = &mut self.held.borrow_mut().media {
            media.remove(Device::Camera);
        }
        self.renew_facing(Device::Camera, Why::Asked, 0, Some(facing));
        self.update();
    }

    /// How loud the microphone is, from 0 to 1, where the browser measures it.
    pub fn level(&self) -> Option<f32> {
        let mut held = self.held.borrow_mut();
        let Held { media, meter, .. } = &mut *held;
        let media = media.as_ref().filter(|it| it.state(Device::Microphone) == TrackState::On)?;
        if meter.is_none() {
            *meter = LevelMeter::new(media).ok();
        }
        meter.as_ref()?.level()
    }

    /// Plays the owner's own picture on, where the system has paused it.
    pub(crate) fn play_on(&self) {
        let held = self.held.borrow();
        if let (Some(sink), Some(media)) = (&held.sink, &held.media) {
            sink.preview(media);
        }
    }

    /// Takes what the browser gave, beside what there is already. `unasked`: in the place of
    /// a device that was taken away.
    fn take(&self, mut given: LocalMedia, unasked: bool) {
        // Switched off while the person was asked.
        let off = self.state.with(|state| state.off);
        if off.camera {
            given.remove(Device::Camera);
        }
        given.set_enabled(Device::Microphone, !off.microphone);
        let mut held = self.held.borrow_mut();
        let Held { media, sources, renewals, request, sink, meter, revision, .. } = &mut *held;
        *request = None;
        *revision = revision.wrapping_add(1);
        let (mut replaced, mut came) = (false, PerDevice::default());
        for device in DEVICES {
            if let Some(source) = given.source(device) {
                *came.get_mut(device) = true;
                let last = sources.get_mut(device).replace(source.clone());
                let other = last.is_some_and(|last| last != source);
                replaced |= unasked && other && device == Device::Camera;
                *renewals.get_mut(device) = None;
            }
        }
        match media {
            Some(media) => media.absorb(given),
            None => {
                let devices = self.downgrade();
                given.on_change(move |device| {
                    let Some(devices) = devices() else { return };
                    devices.update();
                    devices.renew(device, Why::Ended, 0);
                });
                *media = Some(given);
            }
        }
        if let (Some(sink), Some(media)) = (&*sink, &*media) {
            sink.preview(media);
        }
        if came.microphone {
            *meter = None;
        }
        let facing = media.as_ref().and_then(LocalMedia::facing);
        drop(held);
        self.state.update(|state| {
            state.camera = DeviceState::On;
            state.replaced |= replaced;
            state.facing = facing;
            for device in DEVICES.into_iter().filter(|device| *came.get(*device)) {
                *state.trouble.get_mut(device) = None;
            }
        });
        self.update();
        let devices = self.downgrade();
        count_cameras(move |count| {
            if let Some(devices) = devices() {
                devices.state.update(|state| state.cameras = count);
            }
        });
    }

    /// Which camera of a phone is wanted at first: a sender shows what is in front of them, a
    /// member of a call shows themselves.
    const fn facing(&self) -> Facing {
        match self.role {
            Role::Sender => Facing::Environment,
            Role::Receiver | Role::Member => Facing::User,
        }
    }

    fn is_missing(&self, device: Device) -> bool {
        let wanted =
            self.state.with(|state| !*state.off.get(device) && state.camera != DeviceState::Off);
        let there = |media: Option<&LocalMedia>| {
            let state = media.map_or(TrackState::Off, |media| media.state(device));
            matches!(state, TrackState::On | TrackState::Paused)
        };
        wanted && self.held.borrow().request.is_none() && !self.with(there)
    }

    /// Says how the two stand.
    fn update(&self) {
        let wish = |state: &RoomState| (state.off, state.camera == DeviceState::On);
        let (off, is_on) = self.state.with(wish);
        let mut devices = PerDevice::default();
        for device in DEVICES {
            let held = self.held.borrow();
            *devices.get_mut(device) = match &held.media {
                // The person's wish.
                _ if *off.get(device) && is_on => TrackState::Paused,
                None => TrackState::Off,
                Some(media) => media.state(device),
            };
        }
        self.state.update(|state| state.devices = devices);
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
        let (revision, generation) = (held.revision, held.generation.wrapping_add(1));
        *held = Held { sink, revision, generation, ..Held::default() };
        drop(held);
        self.state.update(|state| {
            state.trouble = PerDevice::default();
            state.replaced = false;
        });
    }

    /// For closures that the camera itself holds: they must not keep it.
    fn downgrade(&self) -> impl Fn() -> Option<Self> + 'static {
        let held = Rc::downgrade(&self.held);
        let (state, role, changed) = (self.state.clone(), self.role, Rc::clone(&self.changed));
        move || {
            let (state, changed) = (state.clone(), Rc::clone(&changed));
            Some(Self { held: held.upgrade()?, state, role, changed })
        }
    }
}
