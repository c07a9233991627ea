//! What the person has switched off outlives a reload: it is remembered by the tab.

use sightline_web::{Device, Storage};

use super::DEVICES;
use crate::state::PerDevice;

const KEY: &str = "sightline.off";

const fn name(device: Device) -> &'static str {
    match device {
        Device::Camera => "camera",
        Device::Microphone => "microphone",
    }
}

/// What is switched off.
pub(super) fn remembered() -> PerDevice<bool> {
    let kept = Storage::Tab.get(KEY).unwrap_or_default();
    let mut off = PerDevice::default();
    for device in DEVICES {
        *off.get_mut(device) = kept.split(' ').any(|word| word == name(device));
    }
    off
}

/// Remembers it.
pub(super) fn remember(off: PerDevice<bool>) {
    let words = DEVICES.into_iter().filter(|device| *off.get(*device)).map(name);
    // A browser that keeps nothing begins with both on, as for a new tab.
    Storage::Tab.set(KEY, &words.collect::<Vec<_>>().join(" "));
}
