//! What is to be said about the page's own camera and microphone.

use sightline_protocol::TrackState;
use sightline_session::LinkStatus;
use sightline_web::{CaptureError, Device};

use crate::camera::CameraState;
use crate::model::Model;

/// Why there is no camera, or no microphone, and what to do.
fn capture(device: Device, error: &CaptureError) -> String {
    let sentence = match error {
        CaptureError::NotFound if device == Device::Microphone => {
            "No microphone was found. Connect one, then try again."
        }
        CaptureError::Busy if device == Device::Microphone => {
            "The microphone gives no sound: another program may be using it. Close that program, \
             then try again."
        }
        CaptureError::Insecure => {
            "Browsers give the camera to secure pages only. Open this page with https://, or on \
             the machine itself with http://localhost."
        }
        CaptureError::Denied => {
            "The browser didn't allow the camera. Allow camera and microphone for this page, by \
             the icon beside its address, then try again."
        }
        CaptureError::NotFound => "No camera was found. Connect one, then try again.",
        CaptureError::Busy => {
            "The camera gives no picture: another program may be using it. Close that program, \
             then try again."
        }
        CaptureError::Other(error) => {
            return format!(
                "The camera could not be started ({}). Try again, or load the page again.",
                error.name
            );
        }
    };
    sentence.into()
}

/// Whether there is something that the person should know about their devices.
pub(crate) const NOTHING: u8 = 0;
/// There is, and it can be tried again.
pub(crate) const TO_TRY: u8 = 1;
/// There is, and nothing is to be done.
pub(crate) const TO_KNOW: u8 = 2;

/// What a sender has to know about them.
pub(crate) fn sharing(model: &Model) -> (u8, String) {
    if let CameraState::Failed(error) = &model.camera {
        return (TO_TRY, capture(Device::Camera, error));
    }
    if model.camera != CameraState::On {
        return (NOTHING, String::new());
    }
    let missing = |state| matches!(state, TrackState::Lost | TrackState::Off);
    if let Some((device, error)) = &model.trouble
        && missing(*model.devices.get(*device))
    {
        return (TO_TRY, capture(*device, error));
    }
    let (number, sentence) = match (model.devices.camera, model.devices.microphone) {
        (TrackState::Lost | TrackState::Off, _) => (TO_TRY, CAMERA_LOST),
        (TrackState::Paused, _) => (TO_KNOW, CAMERA_PAUSED),
        (_, TrackState::Lost) => (TO_TRY, MICROPHONE_LOST),
        (_, TrackState::Off) => (TO_TRY, NO_MICROPHONE),
        _ if model.replaced => (TO_KNOW, CAMERA_REPLACED),
        _ => (NOTHING, ""),
    };
    (number, sentence.to_owned())
}

/// What a member of a call has to know. One who has no camera, or has switched it off,
/// knows that.
pub(crate) fn in_call(model: &Model) -> (u8, String) {
    if let Some((device, error)) = &model.trouble {
        return (TO_KNOW, capture(*device, error));
    }
    if let CameraState::Failed(error) = &model.camera
        && model.view.link == LinkStatus::Off
    {
        return (TO_TRY, capture(Device::Camera, error));
    }
    let (number, sentence) = match (model.devices.camera, model.devices.microphone) {
        (TrackState::Lost, _) => (TO_TRY, CAMERA_LOST),
        (TrackState::Paused, _) if !model.off.camera => (TO_KNOW, CAMERA_PAUSED),
        (_, TrackState::Lost) => (TO_TRY, MICROPHONE_LOST),
        _ if model.replaced => (TO_KNOW, CAMERA_REPLACED),
        _ => (NOTHING, ""),
    };
    (number, sentence.to_owned())
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

    #[test]
    fn every_sentence_ends_and_fits() {
        let errors = [
            CaptureError::Insecure,
            CaptureError::Denied,
            CaptureError::NotFound,
            CaptureError::Busy,
        ];
        for error in errors {
            let mut model =
                Model { camera: CameraState::Failed(error.clone()), ..Model::default() };
            check_sentence(&sharing(&model).1);
            check_sentence(&in_call(&model).1);
            model.trouble = Some((Device::Microphone, error));
            check_sentence(&in_call(&model).1);
        }
        [CAMERA_LOST, CAMERA_PAUSED, MICROPHONE_LOST, NO_MICROPHONE, CAMERA_REPLACED]
            .into_iter()
            .for_each(check_sentence);
    }

    #[test]
    fn what_the_person_wants_is_no_fault() {
        use TrackState::{Lost, Off, On, Paused};
        for (camera, microphone, off, shared, called) in [
            (On, On, false, "", ""),
            (Off, On, false, CAMERA_LOST, ""),
            (Lost, On, false, CAMERA_LOST, CAMERA_LOST),
            (Paused, On, false, CAMERA_PAUSED, CAMERA_PAUSED),
            (Paused, On, true, CAMERA_PAUSED, ""),
            (On, Lost, false, MICROPHONE_LOST, MICROPHONE_LOST),
            (On, Off, false, NO_MICROPHONE, ""),
            (On, Paused, true, "", ""),
        ] {
            let mut model = Model { camera: CameraState::On, ..Model::default() };
            model.devices.camera = camera;
            model.devices.microphone = microphone;
            (model.off.camera, model.off.microphone) = (off, off);
            assert_eq!(sharing(&model).1, shared, "{camera:?} {microphone:?}");
            assert_eq!(in_call(&model).1, called, "{camera:?} {microphone:?} {off}");
        }
    }
}
