//! What is to be said about the page's own camera and microphone.

use sightline_protocol::TrackState;
use sightline_session::LinkStatus;
use sightline_web::{CaptureError, Device};

use crate::camera::CameraState;
use crate::model::{Each, Model};

/// Why a device that is wanted is not there, and what to do.
fn capture(device: Device, error: &CaptureError) -> String {
    let sentence = match (error, device) {
        (CaptureError::Insecure, _) => {
            "Browsers give the camera to secure pages only. Open this page with https://, or on \
             the machine itself with http://localhost."
        }
        (CaptureError::Denied, Device::Camera) => {
            "The browser didn't allow the camera. Allow it for this page, by the icon beside its \
             address, then try again."
        }
        (CaptureError::Denied, Device::Microphone) => {
            "The browser didn't allow the microphone. Allow it for this page, by the icon beside \
             its address, then try again."
        }
        (CaptureError::NotFound, Device::Camera) => {
            "No camera was found. Connect one, then try again."
        }
        (CaptureError::NotFound, Device::Microphone) => {
            "There is no sound: no microphone was found. Connect one, then try again."
        }
        (CaptureError::Busy, Device::Camera) => {
            "The camera gives no picture: another program may be using it. Close that program, \
             then try again."
        }
        (CaptureError::Busy, Device::Microphone) => {
            "The microphone gives no sound: another program may be using it. Close that program, \
             then try again."
        }
        (CaptureError::Other(error), device) => {
            let device = if device == Device::Camera { "camera" } else { "microphone" };
            return format!(
                "The {device} could not be started ({}). Try again, or load the page again.",
                error.name
            );
        }
    };
    sentence.into()
}

/// Why neither is there.
fn capture_both(trouble: &Each<Option<CaptureError>>) -> String {
    match (&trouble.camera, &trouble.microphone) {
        (Some(CaptureError::Denied), Some(CaptureError::Denied)) => {
            "The browser didn't allow the camera and the microphone. Allow them for this page, by \
             the icon beside its address, then try again."
                .into()
        }
        (Some(error), _) => capture(Device::Camera, error),
        (None, Some(error)) => capture(Device::Microphone, error),
        (None, None) => String::new(),
    }
}

/// Why one of them is missing while the other may be there.
fn capture_one(model: &Model) -> Option<String> {
    let missing = |device| {
        let error = model.trouble.get(device).as_ref()?;
        let state = *model.devices.get(device);
        let is_missing = matches!(state, TrackState::Lost | TrackState::Off);
        is_missing.then(|| capture(device, error))
    };
    missing(Device::Camera).or_else(|| missing(Device::Microphone))
}

/// Something that a person should know about their own camera or microphone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DeviceProblem {
    /// What happened, and what to do.
    pub(crate) sentence: String,
    /// Whether asking for the devices again may help.
    pub(crate) can_retry: bool,
}

impl DeviceProblem {
    /// A problem that another try may solve.
    fn to_retry(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), can_retry: true }
    }

    /// A problem that solves itself, or is no problem any more.
    fn to_know(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), can_retry: false }
    }
}

/// What a sender has to know about them.
pub(crate) fn sharing(model: &Model) -> Option<DeviceProblem> {
    match model.camera {
        CameraState::Failed => return Some(DeviceProblem::to_retry(capture_both(&model.trouble))),
        CameraState::Off | CameraState::Asking => return None,
        CameraState::On => {}
    }
    if let Some(sentence) = capture_one(model) {
        return Some(DeviceProblem::to_retry(sentence));
    }
    Some(match (model.devices.camera, model.devices.microphone) {
        (TrackState::Lost | TrackState::Off, _) => DeviceProblem::to_retry(CAMERA_LOST),
        (TrackState::Paused, _) if !model.off.camera => DeviceProblem::to_know(CAMERA_PAUSED),
        (_, TrackState::Lost) => DeviceProblem::to_retry(MICROPHONE_LOST),
        (_, TrackState::Off) => DeviceProblem::to_retry(NO_MICROPHONE),
        _ if model.replaced => DeviceProblem::to_know(CAMERA_REPLACED),
        _ => return None,
    })
}

/// What a member of a call has to know. One who has switched a device off knows that.
pub(crate) fn in_call(model: &Model) -> Option<DeviceProblem> {
    if model.camera == CameraState::Failed {
        // Who has joined without them knows that.
        let is_in_lobby = model.view.link == LinkStatus::Off;
        return is_in_lobby.then(|| DeviceProblem::to_retry(capture_both(&model.trouble)));
    }
    if let Some(sentence) = capture_one(model) {
        return Some(DeviceProblem::to_retry(sentence));
    }
    Some(match (model.devices.camera, model.devices.microphone) {
        (TrackState::Lost, _) => DeviceProblem::to_retry(CAMERA_LOST),
        (TrackState::Paused, _) if !model.off.camera => DeviceProblem::to_know(CAMERA_PAUSED),
        (_, TrackState::Lost) => DeviceProblem::to_retry(MICROPHONE_LOST),
        _ if model.replaced => DeviceProblem::to_know(CAMERA_REPLACED),
        _ => return None,
    })
}

/// What stands in the place of a sender's own picture, where the reason is theirs.
pub(crate) fn own_picture(model: &Model) -> &'static str {
    if model.camera == CameraState::On && model.off.camera { "Your camera is off" } else { "" }
}

/// What a sender shares, or is about to.
pub(crate) fn shares(model: &Model) -> &'static str {
    let (picture, sound) = (model.is_on(Device::Camera), model.is_on(Device::Microphone));
    match (model.view.live, picture, sound) {
        (false, true, true) => "You are about to share camera and sound.",
        (false, true, false) => "You are about to share your camera, without sound.",
        (false, false, true) => "You are about to share sound only.",
        (true, true, true) => "You share camera and sound.",
        (true, true, false) => "You share your camera, without sound.",
        (true, false, true) => "You share sound only.",
        (_, false, false) => "Camera and microphone are off.",
    }
}

const CAMERA_LOST: &str = "The camera was disconnected, or its permission withdrawn. When it \
                           returns it is taken up again by itself; otherwise try again.";

const CAMERA_PAUSED: &str = "Your camera gives no picture for now: the system, or another \
                             program, holds it back. It goes on by itself.";

const MICROPHONE_LOST: &str = "There is no sound: the microphone was disconnected. The picture \
                               goes on. When it returns it is taken up again by itself.";

const NO_MICROPHONE: &str = "There is no sound: no microphone was found, or another program is \
                             using it. Those who watch see you and don't hear you.";

const CAMERA_REPLACED: &str = "Your camera was disconnected. Another one has taken its place.";

#[cfg(test)]
mod tests {
    use super::super::check_sentence;
    use super::*;

    /// What is said; nothing where there is no problem.
    fn sentence(problem: Option<DeviceProblem>) -> String {
        problem.map_or_else(String::new, |problem| problem.sentence)
    }

    #[test]
    fn every_sentence_ends_and_fits() {
        let errors = [
            CaptureError::Insecure,
            CaptureError::Denied,
            CaptureError::NotFound,
            CaptureError::Busy,
        ];
        for error in errors {
            let both = Each { camera: Some(error.clone()), microphone: Some(error.clone()) };
            let mut model =
                Model { camera: CameraState::Failed, trouble: both, ..Model::default() };
            check_sentence(&sentence(sharing(&model)));
            check_sentence(&sentence(in_call(&model)));
            model.camera = CameraState::On;
            model.trouble = Each { camera: None, microphone: Some(error) };
            check_sentence(&sentence(in_call(&model)));
            check_sentence(&sentence(sharing(&model)));
        }
        [CAMERA_LOST, CAMERA_PAUSED, MICROPHONE_LOST, NO_MICROPHONE, CAMERA_REPLACED]
            .into_iter()
            .for_each(check_sentence);
    }

    #[test]
    fn the_device_that_is_missing_is_named() {
        use TrackState::{Off, On};
        for (missing, camera, microphone, named) in
            [(Device::Microphone, On, Off, "microphone"), (Device::Camera, Off, On, "camera")]
        {
            let mut model = Model { camera: CameraState::On, ..Model::default() };
            model.devices = Each { camera, microphone };
            *model.trouble.get_mut(missing) = Some(CaptureError::Denied);
            for problem in [sharing(&model), in_call(&model)] {
                let DeviceProblem { sentence, can_retry } = problem.unwrap();
                assert!(can_retry, "{sentence}");
                assert!(sentence.contains(&format!("didn't allow the {named}.")), "{sentence}");
            }
        }
    }

    #[test]
    fn what_the_person_wants_is_no_fault() {
        use TrackState::{Lost, Off, On, Paused};
        for (camera, microphone, off, shared, called) in [
            (On, On, false, "", ""),
            (Off, On, false, CAMERA_LOST, ""),
            (Lost, On, false, CAMERA_LOST, CAMERA_LOST),
            (Paused, On, false, CAMERA_PAUSED, CAMERA_PAUSED),
            (Paused, On, true, "", ""),
            (On, Lost, false, MICROPHONE_LOST, MICROPHONE_LOST),
            (On, Off, false, NO_MICROPHONE, ""),
            (On, Paused, true, "", ""),
        ] {
            let mut model = Model { camera: CameraState::On, ..Model::default() };
            model.devices.camera = camera;
            model.devices.microphone = microphone;
            (model.off.camera, model.off.microphone) = (off, off);
            assert_eq!(sentence(sharing(&model)), shared, "{camera:?} {microphone:?}");
            assert_eq!(sentence(in_call(&model)), called, "{camera:?} {microphone:?} {off}");
        }
    }
}
