//! The camera and the microphone.

use std::cell::Cell;
use std::rc::Rc;

use gloo_events::EventListener;
use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MediaDevices, MediaStream, MediaStreamConstraints, MediaStreamTrack};

use crate::{ScriptError, spawn_local};

/// What to ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The camera.
    pub picture: bool,
    /// The microphone.
    pub sound: bool,
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
    pub fn new(
        wanted: Wanted,
        done: impl FnOnce(Result<LocalMedia, CaptureError>) + 'static,
    ) -> Self {
        let alive = Rc::new(Cell::new(true));
        let still = Rc::clone(&alive);
        spawn_local(async move {
            if !still.get() {
                return;
            }
            // Owned from the moment it is there, so that nobody wanting it any more
            // stops it.
            let media = capture(wanted).await;
            if still.get() {
                done(media);
            }
        });
        Self { wanted: alive }
    }
}

impl Drop for CaptureRequest {
    fn drop(&mut self) {
        self.wanted.set(false);
    }
}

/// A device that gives a track.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Device {
    /// Gives picture.
    Camera,
    /// Gives sound.
    Microphone,
}

/// A camera, a microphone or both, switched on. Dropping it switches them off.
#[derive(Debug)]
#[must_use = "dropping it switches the camera off"]
pub struct LocalMedia {
    stream: MediaStream,
    ended: Vec<EventListener>,
}

impl LocalMedia {
    /// Whether there is a microphone in it.
    #[must_use]
    pub fn has_sound(&self) -> bool {
        self.stream.get_audio_tracks().length() > 0
    }

    /// Calls `ended` when a device is taken away: unplugged, or its permission
    /// withdrawn.
    pub fn on_ended(&mut self, ended: impl Fn(Device) + 'static) {
        let ended = Rc::new(ended);
        self.ended = tracks(&self.stream)
            .map(|track| {
                let ended = Rc::clone(&ended);
                let video = track.kind() == "video";
                let device = if video { Device::Camera } else { Device::Microphone };
                EventListener::new(&track, "ended", move |_| ended(device))
            })
            .collect();
    }

    pub(crate) const fn stream(&self) -> &MediaStream {
        &self.stream
    }

    pub(crate) fn track(&self, kind: &str) -> Option<MediaStreamTrack> {
        tracks(&self.stream).find(|track| track.kind() == kind)
    }
}

impl Drop for LocalMedia {
    fn drop(&mut self) {
        self.ended.clear();
        tracks(&self.stream).for_each(|track| track.stop());
    }
}

fn tracks(stream: &MediaStream) -> impl Iterator<Item = MediaStreamTrack> + use<> {
    stream.get_tracks().iter().map(JsCast::unchecked_into).collect::<Vec<_>>().into_iter()
}

async fn capture(wanted: Wanted) -> Result<LocalMedia, CaptureError> {
    let devices = devices().ok_or(CaptureError::Insecure)?;
    let constraints = MediaStreamConstraints::new();
    if wanted.picture {
        constraints.set_video(&picture());
    }
    constraints.set_audio(&JsValue::from_bool(wanted.sound));
    let promise = devices
        .get_user_media_with_constraints(&constraints)
        .map_err(|error| CaptureError::from_js(&error))?;
    let stream = JsFuture::from(promise).await.map_err(|error| CaptureError::from_js(&error))?;
    Ok(LocalMedia { stream: stream.unchecked_into(), ended: Vec::new() })
}

/// 720p at 30 frames a second where the camera can; whatever it can otherwise.
fn picture() -> JsValue {
    let ideal = |value: f64| {
        let object = js_sys::Object::new();
        // Setting a property of a plain object can't fail.
        let _ = Reflect::set(&object, &"ideal".into(), &value.into());
        object
    };
    let object = js_sys::Object::new();
    for (name, value) in [("width", 1280.0), ("height", 720.0), ("frameRate", 30.0)] {
        let _ = Reflect::set(&object, &name.into(), &ideal(value));
    }
    object.into()
}

/// None on an insecure page: browsers leave the property out there.
fn devices() -> Option<MediaDevices> {
    let navigator = web_sys::window()?.navigator();
    let devices = Reflect::get(&navigator, &"mediaDevices".into()).ok()?;
    devices.dyn_into().ok()
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
