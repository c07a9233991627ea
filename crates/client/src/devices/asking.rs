//! Asking for camera and microphone: both with one question; where that is refused, each alone.

use sightline_protocol::Role;
use sightline_web::{CaptureError, CaptureRequest, Device, Permission, Wanted, permission};

use super::{DeviceState, Devices};
use crate::state::PerDevice;

impl Devices {
    /// Asks for what the person doesn't want off.
    pub(super) fn ask(&self) {
        let off = self.state.with(|state| state.off);
        let wanted = Wanted { video: !off.camera, audio: !off.microphone, facing: None };
        match (wanted.video, wanted.audio) {
            (true, true) => self.ask_both(),
            (true, false) => self.ask_alone(&[Device::Camera]),
            (false, true) => self.ask_alone(&[Device::Microphone]),
            (false, false) => self.state.update(|state| state.camera = DeviceState::On),
        }
    }

    fn ask_both(&self) {
        self.state.update(|state| state.camera = DeviceState::Asking);
        let devices = self.downgrade();
        let wanted = Wanted { video: true, audio: true, facing: Some(self.facing()) };
        self.hold(CaptureRequest::new(wanted, move |outcome| {
            let Some(devices) = devices() else { return };
            match outcome {
                Ok(media) => devices.take(media, false),
                // One of them is better than nothing.
                Err(CaptureError::NotFound | CaptureError::Busy) => {
                    devices.ask_alone(&[Device::Camera, Device::Microphone]);
                }
                Err(CaptureError::Denied) => devices.ask_for_what_is_allowed(),
                Err(error) => devices.fail(&error),
            }
        }));
    }

    /// Both were refused: perhaps only one of them is blocked.
    fn ask_for_what_is_allowed(&self) {
        let (devices, generation) = (self.downgrade(), self.held.borrow().generation);
        permission(Device::Camera, move |video| {
            permission(Device::Microphone, move |audio| {
                // The person may have stopped meanwhile: nothing is switched on then.
                let Some(devices) = devices() else { return };
                if devices.held.borrow().generation != generation {
                    return;
                }
                devices.fail(&CaptureError::Denied);
                let mut allowed = Vec::new();
                if is_worth_asking(video, audio) {
                    allowed.push(Device::Camera);
                }
                if is_worth_asking(audio, video) {
                    allowed.push(Device::Microphone);
                }
                devices.ask_alone(&allowed);
            });
        });
    }

    /// Asks for these, one after the other.
    fn ask_alone(&self, wanted: &[Device]) {
        let Some((device, rest)) = wanted.split_first() else {
            self.held.borrow_mut().request = None;
            return self.forget_what_is_known();
        };
        let (device, rest) = (*device, rest.to_vec());
        if self.state.with(|state| *state.off.get(device)) {
            // Switched off while the other one was asked for.
            return self.ask_alone(&rest);
        }
        if self.with(|media| media.is_none()) {
            self.state.update(|state| state.camera = DeviceState::Asking);
        }
        let devices = self.downgrade();
        let wanted = Wanted::only(device).facing(Some(self.facing()));
        self.hold(CaptureRequest::new(wanted, move |outcome| {
            let Some(devices) = devices() else { return };
            match outcome {
                Ok(media) => devices.take(media, false),
                Err(error) => {
                    let has_other = devices.with(|media| media.is_some());
                    devices.state.update(|state| {
                        *state.trouble.get_mut(device) = Some(error.clone());
                        if !has_other {
                            state.camera = DeviceState::Failed;
                        }
                    });
                }
            }
            devices.ask_alone(&rest);
            devices.update();
        }));
    }

    /// A member of a call who has no camera, or no microphone, knows that. It is said when they want
    /// to switch it on.
    fn forget_what_is_known(&self) {
        if self.role == Role::Member && self.with(|media| media.is_some()) {
            let is_known = |error: &mut CaptureError| *error == CaptureError::NotFound;
            self.state.update(|state| {
                state.trouble.camera.take_if(is_known);
                state.trouble.microphone.take_if(is_known);
            });
        }
    }

    fn fail(&self, error: &CaptureError) {
        self.held.borrow_mut().request = None;
        self.state.update(|state| {
            state.camera = DeviceState::Failed;
            state.trouble =
                PerDevice { camera: Some(error.clone()), microphone: Some(error.clone()) };
        });
    }

    fn hold(&self, request: CaptureRequest) {
        self.held.borrow_mut().request = Some(request);
    }
}

/// Whether to ask for one device alone after both together were refused, by what the browser says
/// about its permission and that for the other one.
///
/// Not where the person has just closed the question: some browsers take a page that asks three
/// times in a row for one that pesters, and block it for a week.
const fn is_worth_asking(own: Permission, other: Permission) -> bool {
    match own {
        Permission::Granted | Permission::Unknown => true,
        Permission::Prompt => matches!(other, Permission::Denied),
        Permission::Denied => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_alone() {
        use Permission::{Denied, Granted, Prompt, Unknown};
        for (video, audio, asked) in [
            (Granted, Denied, (true, false)),
            (Denied, Granted, (false, true)),
            (Prompt, Denied, (true, false)),
            (Denied, Prompt, (false, true)),
            (Denied, Denied, (false, false)),
            // The question was closed.
            (Prompt, Prompt, (false, false)),
            (Granted, Prompt, (true, false)),
            // The system blocks one of them, of which the browser knows nothing.
            (Granted, Granted, (true, true)),
            (Unknown, Unknown, (true, true)),
        ] {
            let got = (is_worth_asking(video, audio), is_worth_asking(audio, video));
            assert_eq!(got, asked, "{video:?} {audio:?}");
        }
    }
}
