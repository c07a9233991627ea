//! A device that was taken away is taken up again when it comes back, or another one in its
//! place, without its person doing anything.

use sightline_web::{CaptureError, CaptureRequest, Device, Facing, Renewal, Timeout, Why, after};

use super::Devices;
use crate::state::RoomState;

/// A device that has just been plugged in may be busy for a moment: how often, and after
/// how many milliseconds, it is tried again.
pub(super) const TRIES: u8 = 3;
const TRY_AGAIN: u32 = 1_000;

/// A device that is being taken up again. Kept because dropping it ends that.
pub(super) struct Renewing {
    why: Why,
    _request: Option<CaptureRequest>,
    _timer: Option<Timeout>,
}

impl Renewing {
    /// Whether the person has just asked for it.
    pub(super) fn is_asked(&self) -> bool {
        self.why == Why::Asked
    }
}

impl Devices {
    /// Takes a device up again, if it is wanted and not there.
    pub(super) fn renew(&self, device: Device, why: Why, tries: u8) {
        self.renew_facing(device, why, tries, None);
    }

    /// The same with a camera that looks this way, if one is named.
    pub(super) fn renew_facing(&self, device: Device, why: Why, tries: u8, facing: Option<Facing>) {
        if !self.is_missing(device) || (why != Why::Asked && !self.may_renew(device)) {
            return;
        }
        let devices = self.downgrade();
        let source = self.held.borrow().sources.get(device).clone();
        // The same one as before, unless another one is wanted.
        let source = source.filter(|_| facing.is_none());
        let facing = facing.or_else(|| source.is_none().then_some(self.facing()));
        let renewal = Renewal { device, source, facing, why };
        let request = CaptureRequest::renew(renewal, move |outcome| {
            let Some(devices) = devices() else { return };
            match outcome {
                Ok(media) => devices.take(media, why != Why::Asked),
                Err(CaptureError::Busy | CaptureError::Other(_)) if tries > 0 => {
                    devices.renew_later(device, why, tries - 1);
                }
                Err(error) if why == Why::Asked => {
                    *devices.held.borrow_mut().renewals.get_mut(device) = None;
                    devices.state.update(|state| {
                        *state.trouble.get_mut(device) = Some(error.clone());
                    });
                    devices.update();
                }
                // It is waited for until it comes.
                Err(_) => {}
            }
        });
        let renewing = Renewing { why, _request: Some(request), _timer: None };
        *self.held.borrow_mut().renewals.get_mut(device) = Some(renewing);
    }

    /// Whether a device may be taken up that nobody has just asked for: not while the browser
    /// asks its person about it, nor where the person has said no.
    fn may_renew(&self, device: Device) -> bool {
        let denied = |state: &RoomState| *state.trouble.get(device) == Some(CaptureError::Denied);
        let held = self.held.borrow();
        !held.renewals.get(device).as_ref().is_some_and(Renewing::is_asked)
            && !self.state.with(denied)
    }

    fn renew_later(&self, device: Device, why: Why, tries: u8) {
        let devices = self.downgrade();
        let timer = after(TRY_AGAIN, move || {
            if let Some(devices) = devices() {
                devices.renew(device, why, tries);
            }
        });
        let renewing = Renewing { why, _request: None, _timer: Some(timer) };
        *self.held.borrow_mut().renewals.get_mut(device) = Some(renewing);
    }
}
