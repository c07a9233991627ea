//! Switches the page's own camera or microphone.

use leptos::prelude::*;
use sightline_web::Device;

use super::Button;
use crate::room::use_room;

/// Switches a device off, or on.
#[component]
pub(crate) fn DeviceButton(
    /// The device.
    device: Device,
) -> impl IntoView {
    let room = use_room();
    let is_wanted = room.memo(move |state| state.is_wanted(device));
    let id = match device {
        Device::Camera => "camera",
        Device::Microphone => "microphone",
    };
    let label = move || match (device, is_wanted.get()) {
        (Device::Camera, true) => "Camera off",
        (Device::Camera, false) => "Camera on",
        (Device::Microphone, true) => "Mute",
        (Device::Microphone, false) => "Unmute",
    };
    view! {
        <Button id on_click=move || room.toggle_device(device)>
            {label}
        </Button>
    }
}
