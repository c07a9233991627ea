//! Asking for a camera and a microphone.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    ConstrainDomStringParameters, ConstrainDoubleRange, ConstrainLongRange, MediaDeviceKind,
    MediaDevices, MediaStreamConstraints, MediaTrackConstraints,
};

use crate::bindings::DeviceInfo;
use crate::listen::listen;
use crate::promise::settled;
use crate::{Listener, LocalMedia, ScriptError, soon};

/// A device that gives a track.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Device {
    /// Gives picture.
    Camera,
    /// Gives sound.
    Microphone,
}

pub(crate) const DEVICES: [Device; 2] = [Device::Camera, Device::Microphone];

impl Device {
    /// The W3C's word for its tracks.
    pub(crate) const fn kind(self) -> &'static str {
        match self {
            Self::Camera => "video",
            Self::Microphone => "audio",
        }
    }
}

/// Which way a phone's camera looks (`facingMode`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Facing {
    /// At the person who holds it.
    User,
    /// At what is in front of the person.
    Environment,
}

impl Facing {
    /// The W3C's word.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Environment => "environment",
        }
    }

    /// The other way.
    #[must_use]
    pub const fn opposite(self) -> Self {
        match self {
            Self::User => Self::Environment,
            Self::Environment => Self::User,
        }
    }
}

/// What to ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The camera.
    pub video: bool,
    /// The microphone.
    pub audio: bool,
    /// Which camera, where there are several that say so.
    pub facing: Option<Facing>,
}

impl Wanted {
    /// One of the two.
    #[must_use]
    pub const fn only(device: Device) -> Self {
        let video = matches!(device, Device::Camera);
        Self { video, audio: !video, facing: None }
    }

    /// A camera that looks this way, if there is one.
    #[must_use]
    pub const fn facing(self, facing: Option<Facing>) -> Self {
        Self { facing, ..self }
    }
}

/// Which device to take up again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renewal {
    /// The kind.
    pub device: Device,
    /// The one of that kind that was on before ([`LocalMedia::source`]). If it isn't there,
    /// another one will do.
    pub source: Option<String>,
    /// Which way a camera is to look.
    pub facing: Option<Facing>,
    /// Why now.
    pub why: Why,
}

/// Why a device is taken up again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The one that was on has ended. Where it is still there it was not unplugged: its
    /// permission was withdrawn, and nobody is asked for it again.
    Ended,
    /// A device has come.
    Plugged,
    /// The person wants it.
    Asked,
}

/// Why there is no camera.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CaptureError {
    /// The page is not on a secure origin, where browsers have no `getUserMedia`.
    #[error("this page is not secure")]
    Insecure,
    /// The person, or a policy, said no (`NotAllowedError`).
    #[error("permission denied")]
    Denied,
    /// There is none (`NotFoundError`), or none that fits (`OverconstrainedError`).
    #[error("no camera or microphone")]
    NotFound,
    /// There is one, but it gives nothing: another program has it (`NotReadableError`).
    #[error("the camera is in use")]
    Busy,
    /// Anything else.
    #[error(transparent)]
    Other(ScriptError),
}

/// How a request came out.
type Outcome = Result<LocalMedia, CaptureError>;

/// A request to the person that is still open. Dropping it withdraws it: should the
/// person still say yes, the camera is turned off again at once.
#[derive(Debug)]
#[must_use = "dropping it withdraws the request"]
pub struct CaptureRequest {
    wanted: Rc<Cell<bool>>,
}

impl CaptureRequest {
    /// Asks for a camera; calls `done` once with the outcome, unless the request is
    /// dropped before.
    pub fn new(wanted: Wanted, done: impl FnOnce(Outcome) + 'static) -> Self {
        Self::boxed(wanted, None, Box::new(done))
    }

    /// Takes a device up again. Unless it is asked for, that is done only where the browser
    /// names one of its kind to this page: otherwise the person would be bothered out of the
    /// blue. [`CaptureError::NotFound`] where there is none.
    pub fn renew(renewal: Renewal, done: impl FnOnce(Outcome) + 'static) -> Self {
        let wanted = Wanted::only(renewal.device).facing(renewal.facing);
        Self::boxed(wanted, Some(renewal), Box::new(done))
    }

    fn boxed(wanted: Wanted, renewal: Option<Renewal>, done: Box<dyn FnOnce(Outcome)>) -> Self {
        let alive = Rc::new(Cell::new(true));
        let still = Rc::clone(&alive);
        let given = move |outcome: Outcome| {
            // Owned from the moment it is there, so that nobody wanting it any more stops it.
            if still.get() {
                done(outcome);
            }
        };
        let still = Rc::clone(&alive);
        // Not at once: who withdraws it now has not asked.
        match renewal {
            Some(renewal) if renewal.why != Why::Asked => {
                when_named(&renewal.clone(), move |named| {
                    if still.get() && named {
                        capture(wanted, renewal.source, given);
                    } else {
                        given(Err(CaptureError::NotFound));
                    }
                });
            }
            renewal => soon(move || {
                if still.get() {
                    capture(wanted, renewal.and_then(|renewal| renewal.source), given);
                }
            }),
        }
        Self { wanted: alive }
    }
}

impl Drop for CaptureRequest {
    fn drop(&mut self) {
        self.wanted.set(false);
    }
}

/// Calls `changed` when a camera or a microphone is plugged in or pulled out.
pub fn on_device_change(changed: impl Fn() + 'static) -> Listener {
    let listener = |devices: MediaDevices| listen(&devices, "devicechange", move |_| changed());
    Listener::of(devices().map(listener).into_iter().collect())
}

/// Calls `done` with how many cameras the browser tells this page of.
pub fn count_cameras(done: impl FnOnce(usize) + 'static) {
    let list = devices().and_then(|devices| devices.enumerate_devices().ok());
    let Some(list) = list else { return done(0) };
    settled(list, |list| {
        let cameras = list.map_or(0, |list| {
            infos(&list).filter(|device| device.kind() == MediaDeviceKind::Videoinput).count()
        });
        done(cameras);
    });
}

/// Says whether the browser names a device to this page, which it does where it would give
/// it without asking.
fn when_named(renewal: &Renewal, done: impl FnOnce(bool) + 'static) {
    let list = devices().and_then(|devices| devices.enumerate_devices().ok());
    let Some(list) = list else { return soon(|| done(false)) };
    let renewal = renewal.clone();
    settled(list, move |list| done(list.is_ok_and(|list| is_named(&renewal, &list))));
}

/// The devices of a list that the browser has given.
fn infos(list: &JsValue) -> impl Iterator<Item = DeviceInfo> + use<> {
    let list = js_sys::Array::from(list);
    list.into_iter().filter(JsValue::is_object).map(JsCast::unchecked_into)
}

fn is_named(renewal: &Renewal, list: &JsValue) -> bool {
    let kind = match renewal.device {
        Device::Camera => MediaDeviceKind::Videoinput,
        Device::Microphone => MediaDeviceKind::Audioinput,
    };
    let mut named = false;
    for device in infos(list) {
        let id = device.id().filter(|id| !id.is_empty());
        if id.is_some() && device.kind() == kind {
            if renewal.why == Why::Ended && id == renewal.source {
                return false;
            }
            named = true;
        }
    }
    named
}

fn capture(wanted: Wanted, source: Option<String>, done: impl FnOnce(Outcome) + 'static) {
    let Some(devices) = devices() else { return done(Err(CaptureError::Insecure)) };
    let constraints = MediaStreamConstraints::new();
    let source = source.as_deref().map(ideal_text);
    let track = |constraints: MediaTrackConstraints| {
        if let Some(source) = &source {
            constraints.set_device_id_constrain_dom_string_parameters(source);
        }
        constraints
    };
    if wanted.video {
        constraints.set_video_media_track_constraints(&track(video(wanted.facing)));
    }
    if wanted.audio {
        constraints.set_audio_media_track_constraints(&track(MediaTrackConstraints::new()));
    }
    let given = |given: Result<JsValue, JsValue>| {
        given
            .map(|stream| LocalMedia::of(stream.unchecked_into()))
            .map_err(|error| CaptureError::from_js(&error))
    };
    match devices.get_user_media_with_constraints(&constraints) {
        Ok(promise) => settled(promise, move |outcome| done(given(outcome))),
        Err(error) => done(given(Err(error))),
    }
}

fn ideal_text(value: &str) -> ConstrainDomStringParameters {
    let ideal = ConstrainDomStringParameters::new();
    ideal.set_ideal_str(value);
    ideal
}

fn ideal_length(value: i32) -> ConstrainLongRange {
    let ideal = ConstrainLongRange::new();
    ideal.set_ideal(value);
    ideal
}

/// 720p at 30 frames a second where the camera can; whatever it can otherwise.
fn video(facing: Option<Facing>) -> MediaTrackConstraints {
    let video = MediaTrackConstraints::new();
    if let Some(facing) = facing {
        video.set_facing_mode_constrain_dom_string_parameters(&ideal_text(facing.name()));
    }
    video.set_width_constrain_long_range(&ideal_length(1280));
    video.set_height_constrain_long_range(&ideal_length(720));
    let rate = ConstrainDoubleRange::new();
    rate.set_ideal(30.0);
    video.set_frame_rate_constrain_double_range(&rate);
    video
}

/// None on an insecure page: browsers leave the property out there, and the binding then gives
/// `undefined` as if it were one.
fn devices() -> Option<MediaDevices> {
    let devices = web_sys::window()?.navigator().media_devices().ok()?;
    devices.has_type::<MediaDevices>().then_some(devices)
}

impl CaptureError {
    fn from_js(value: &JsValue) -> Self {
        let error = ScriptError::from_js(value);
        match error.name.as_str() {
            "NotAllowedError" | "SecurityError" => Self::Denied,
            "NotFoundError" | "OverconstrainedError" => Self::NotFound,
            "NotReadableError" | "AbortError" => Self::Busy,
            _ => Self::Other(error),
        }
    }
}
