//! A camera and a microphone that are on.

use std::fmt;
use std::rc::Rc;

use gloo_events::EventListener;
use sightline_protocol::TrackState;
use wasm_bindgen::JsCast;
use web_sys::{MediaStream, MediaStreamTrack, MediaStreamTrackState};

use crate::capture::DEVICES;
use crate::listen::listen;
use crate::{Device, Facing};

/// A camera, a microphone, both or, for the moment, neither. Dropping it switches them off.
#[must_use = "dropping it switches the camera off"]
pub struct LocalMedia {
    stream: MediaStream,
    changed: Option<Rc<dyn Fn(Device)>>,
    listeners: Vec<EventListener>,
}

impl LocalMedia {
    pub(crate) const fn of(stream: MediaStream) -> Self {
        Self { stream, changed: None, listeners: Vec::new() }
    }

    /// How a device stands. One that was taken away is `Lost` until another takes its place.
    #[must_use]
    pub fn state(&self, device: Device) -> TrackState {
        match self.track(device) {
            None => TrackState::Off,
            Some(track) if track.ready_state() == MediaStreamTrackState::Ended => TrackState::Lost,
            Some(track) if track.muted() || !track.enabled() => TrackState::Paused,
            Some(_) => TrackState::On,
        }
    }

    /// The browser's name for the device that a track comes from (`deviceId`).
    #[must_use]
    pub fn source(&self, device: Device) -> Option<String> {
        self.track(device)?.get_settings().get_device_id()
    }

    /// Which way the camera looks, where it says so.
    #[must_use]
    pub fn facing(&self) -> Option<Facing> {
        let facing = self.track(Device::Camera)?.get_settings().get_facing_mode()?;
        [Facing::User, Facing::Environment].into_iter().find(|one| one.name() == facing)
    }

    /// Lets nothing through for a while (`enabled`), or lets it through again. The device
    /// stays on.
    pub fn set_enabled(&self, device: Device, enabled: bool) {
        if let Some(track) = self.track(device) {
            track.set_enabled(enabled);
        }
    }

    /// Switches a device off.
    pub fn remove(&mut self, device: Device) {
        if let Some(track) = self.track(device) {
            track.stop();
            self.stream.remove_track(&track);
        }
    }

    /// Takes over what `other` has, in the place of what it has of the same kinds. Whoever
    /// shows it goes on doing so.
    pub fn absorb(&mut self, other: Self) {
        for (device, track) in other.tracks_by_device() {
            other.stream.remove_track(&track);
            self.remove(device);
            self.stream.add_track(&track);
        }
        self.listen();
    }

    /// Calls `changed` when a device is taken away (unplugged, or its permission withdrawn),
    /// or falls silent (`mute`) or returns.
    pub fn on_change(&mut self, changed: impl Fn(Device) + 'static) {
        self.changed = Some(Rc::new(changed));
        self.listen();
    }

    fn listen(&mut self) {
        self.listeners.clear();
        let Some(changed) = &self.changed else { return };
        for (device, track) in self.tracks_by_device() {
            for kind in ["ended", "mute", "unmute"] {
                let changed = Rc::clone(changed);
                let told = listen(&track, kind, move |_| changed(device));
                self.listeners.push(told);
            }
        }
    }

    pub(crate) const fn stream(&self) -> &MediaStream {
        &self.stream
    }

    /// Those that give something, or may in a moment.
    pub(crate) fn live_tracks(&self) -> Vec<(Device, MediaStreamTrack)> {
        let mut tracks = self.tracks_by_device();
        tracks.retain(|(_, track)| track.ready_state() != MediaStreamTrackState::Ended);
        tracks
    }

    fn tracks_by_device(&self) -> Vec<(Device, MediaStreamTrack)> {
        DEVICES.into_iter().filter_map(|device| Some((device, self.track(device)?))).collect()
    }

    fn track(&self, device: Device) -> Option<MediaStreamTrack> {
        let mut tracks = tracks(&self.stream);
        tracks.find(|track| track.kind() == device.kind())
    }
}

impl Drop for LocalMedia {
    fn drop(&mut self) {
        self.listeners.clear();
        tracks(&self.stream).for_each(|track| track.stop());
    }
}

impl fmt::Debug for LocalMedia {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LocalMedia").field(&self.stream).finish()
    }
}

/// The tracks of a stream.
pub(crate) fn tracks(stream: &MediaStream) -> impl Iterator<Item = MediaStreamTrack> + use<> {
    stream.get_tracks().into_iter().map(JsCast::unchecked_into)
}
