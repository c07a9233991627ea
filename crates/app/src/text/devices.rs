//! Messages about the page's own camera and microphone.

use sightline_client::{DeviceState, PerDevice, RoomState};
use sightline_protocol::TrackState;
use sightline_session::LinkStatus;
use sightline_web::{CaptureError, Device};

/// Why a requested device is missing, and what to do.
fn capture(device: Device, error: &CaptureError) -> String {
    let sentence = match (error, device) {
        (CaptureError::Insecure, _) => {
            "Browsers allow the camera on secure pages only. Open this page with https://, or with \
             http://localhost on the same computer."
        }
        (CaptureError::Denied, Device::Camera) => {
            "The browser didn't allow the camera. Allow it with the icon next to the page's \
             address, then try again."
        }
        (CaptureError::Denied, Device::Microphone) => {
            "The browser didn't allow the microphone. Allow it with the icon next to the page's \
             address, then try again."
        }
        (CaptureError::NotFound, Device::Camera) => {
            "No camera was found. Connect one, then try again."
        }
        (CaptureError::NotFound, Device::Microphone) => {
            "There is no sound. No microphone was found. Connect one, then try again."
        }
        (CaptureError::Busy, Device::Camera) => {
            "The camera sends no video. Another program may be using it. Close that program, then \
             try again."
        }
        (CaptureError::Busy, Device::Microphone) => {
            "The microphone sends no sound. Another program may be using it. Close that program, \
             then try again."
        }
        (CaptureError::Other(error), device) => {
            let device = if device == Device::Camera { "camera" } else { "microphone" };
            return format!(
                "The {device} could not be started ({}). Try again, or reload the page.",
                error.name
            );
        }
    };
    sentence.into()
}

/// Why both devices are missing.
fn capture_both(trouble: &PerDevice<Option<CaptureError>>) -> String {
    match (&trouble.camera, &trouble.microphone) {
        (Some(CaptureError::Denied), Some(CaptureError::Denied)) => {
            "The browser didn't allow the camera and the microphone. Allow them with the icon next \
             to the page's address, then try again."
                .into()
        }
        (Some(error), _) => capture(Device::Camera, error),
        (None, Some(error)) => capture(Device::Microphone, error),
        (None, None) => String::new(),
    }
}

/// Why one device is missing, whether or not the other one is available.
fn capture_one(state: &RoomState) -> Option<String> {
    let missing = |device| {
        let error = state.trouble.get(device).as_ref()?;
        let state = *state.devices.get(device);
        let is_missing = matches!(state, TrackState::Lost | TrackState::Off);
        is_missing.then(|| capture(device, error))
    };
    missing(Device::Camera).or_else(|| missing(Device::Microphone))
}

/// A problem with the user's own camera or microphone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DeviceProblem {
    /// What happened, and what to do.
    pub(crate) sentence: String,
    /// Whether requesting the devices again may help.
    pub(crate) can_retry: bool,
}

impl DeviceProblem {
    /// A problem that a retry may solve.
    fn to_retry(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), can_retry: true }
    }

    /// A problem that needs no retry, or is already solved.
    fn to_know(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), can_retry: false }
    }
}

/// The device problem to show to a sender.
pub(crate) fn sharing(state: &RoomState) -> Option<DeviceProblem> {
    match state.camera {
        DeviceState::Failed => return Some(DeviceProblem::to_retry(capture_both(&state.trouble))),
        DeviceState::Off | DeviceState::Asking => return None,
        DeviceState::On => {}
    }
    if let Some(sentence) = capture_one(state) {
        return Some(DeviceProblem::to_retry(sentence));
    }
    Some(match (state.devices.camera, state.devices.microphone) {
        (TrackState::Lost | TrackState::Off, _) => DeviceProblem::to_retry(CAMERA_LOST),
        (TrackState::Paused, _) if !state.off.camera => DeviceProblem::to_know(CAMERA_PAUSED),
        (_, TrackState::Lost) => DeviceProblem::to_retry(MICROPHONE_LOST),
        (_, TrackState::Off) => DeviceProblem::to_retry(NO_MICROPHONE),
        _ if state.replaced => DeviceProblem::to_know(CAMERA_REPLACED),
        _ => return None,
    })
}

/// The device problem to show to a call member. A device that the user turned off is none.
pub(crate) fn in_call(state: &RoomState) -> Option<DeviceProblem> {
    if state.camera == DeviceState::Failed {
        // Who has joined without them knows that.
        let is_in_lobby = state.view.link == LinkStatus::Off;
        return is_in_lobby.then(|| DeviceProblem::to_retry(capture_both(&state.trouble)));
    }
    if let Some(sentence) = capture_one(state) {
        return Some(DeviceProblem::to_retry(sentence));
    }
    Some(match (state.devices.camera, state.devices.microphone) {
        (TrackState::Lost, _) => DeviceProblem::to_retry(CAMERA_LOST),
        (TrackState::Paused, _) if !state.off.camera => DeviceProblem::to_know(CAMERA_PAUSED),
        (_, TrackState::Lost) => DeviceProblem::to_retry(MICROPHONE_LOST),
        _ if state.replaced => DeviceProblem::to_know(CAMERA_REPLACED),
        _ => return None,
    })
}

/// The text in place of the sender's own video if the sender turned the camera off.
pub(crate) fn own_picture(state: &RoomState) -> &'static str {
    if state.camera == DeviceState::On && state.off.camera { "Your camera is off" } else { "" }
}

/// What a sender is sharing, or is about to share.
pub(crate) fn shares(state: &RoomState) -> &'static str {
    let (video, audio) = (state.is_on(Device::Camera), state.is_on(Device::Microphone));
    match (state.view.live, video, audio) {
        (false, true, true) => "You are about to share your camera and microphone.",
        (false, true, false) => "You are about to share your camera without sound.",
        (false, false, true) => "You are about to share sound only.",
        (true, true, true) => "You are sharing your camera and microphone.",
        (true, true, false) => "You are sharing your camera without sound.",
        (true, false, true) => "You are sharing sound only.",
        (_, false, false) => "Your camera and microphone are off.",
    }
}

const CAMERA_LOST: &str = "Your camera was disconnected, or its permission was removed. Connect it \
                           or allow it. If it doesn't restart, try again.";

const CAMERA_PAUSED: &str = "Your camera is paused by the system or another program. It resumes \
                             automatically.";

const MICROPHONE_LOST: &str = "Your microphone was disconnected, so nobody can hear you. Connect \
                               it again. The sound resumes automatically.";

const NO_MICROPHONE: &str = "There is no sound. No microphone was found, or another program is \
                             using it. Connect one or close that program, then try again.";

const CAMERA_REPLACED: &str = "Your camera was disconnected. Another camera is now in use.";

#[cfg(test)]
mod tests {
    use super::super::check_sentence;
    use super::*;

    /// The message. Empty if there is no problem.
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
            let both = PerDevice { camera: Some(error.clone()), microphone: Some(error.clone()) };
            let mut state =
                RoomState { camera: DeviceState::Failed, trouble: both, ..RoomState::default() };
            check_sentence(&sentence(sharing(&state)));
            check_sentence(&sentence(in_call(&state)));
            state.camera = DeviceState::On;
            state.trouble = PerDevice { camera: None, microphone: Some(error) };
            check_sentence(&sentence(in_call(&state)));
            check_sentence(&sentence(sharing(&state)));
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
            let mut state = RoomState { camera: DeviceState::On, ..RoomState::default() };
            state.devices = PerDevice { camera, microphone };
            *state.trouble.get_mut(missing) = Some(CaptureError::Denied);
            for problem in [sharing(&state), in_call(&state)] {
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
            let mut state = RoomState { camera: DeviceState::On, ..RoomState::default() };
            state.devices.camera = camera;
            state.devices.microphone = microphone;
            (state.off.camera, state.off.microphone) = (off, off);
            assert_eq!(sentence(sharing(&state)), shared, "{camera:?} {microphone:?}");
            assert_eq!(sentence(in_call(&state)), called, "{camera:?} {microphone:?} {off}");
        }
    }
}
