//! What a person does with their own camera and microphone, and how loud they are.

use std::time::Duration;

use leptos::prelude::*;
use sightline_web::{Device, Facing};

use super::dynamic::{button, toggle, when};
use crate::model::Model;
use crate::page::Page;

/// How often the level is looked at: as often as an eye can follow.
const LEVEL_PERIOD: Duration = Duration::from_millis(100);

/// Switches the camera or the microphone off, or on.
pub(crate) fn device_button(page: Page, device: Device) -> AnyView {
    let is_on = move |model: &Model| model.is_wanted(device);
    let label = move || match (device, page.see(&is_on)) {
        (Device::Camera, true) => "Camera off",
        (Device::Camera, false) => "Camera on",
        (Device::Microphone, true) => "Mute",
        (Device::Microphone, false) => "Unmute",
    };
    let id = match device {
        Device::Camera => "camera",
        Device::Microphone => "microphone",
    };
    toggle(id, "button", label, move || {
        let on = page.peek(&is_on);
        page.drive(&|driver| driver.devices().switch(device, !on));
    })
}

/// Takes a phone's other camera. Only where there is one, and the one that is on says which way it
/// looks.
pub(crate) fn turn_button(page: Page) -> AnyView {
    let can_turn =
        |model: &Model| model.cameras > 1 && model.facing.is_some() && model.is_on(Device::Camera);
    let other = |model: &Model| model.facing == Some(Facing::User);
    when(
        move || page.see(&can_turn),
        move || {
            let label = if page.see(&other) { "Rear camera" } else { "Front camera" };
            button("turn", "button", label, move || {
                page.drive(&|driver| driver.devices().turn());
            })
        },
    )
}

/// How loud the microphone is, while it is on and the browser measures it.
#[component]
pub(crate) fn LevelMeter(
    /// The page whose microphone it is.
    page: Page,
) -> impl IntoView {
    let level = RwSignal::new(None::<f32>);
    let look = move || {
        let now = page.peek_driver(|driver| driver.devices().level());
        if level.get_untracked() != now {
            level.set(now);
        }
    };
    if let Ok(timer) = set_interval_with_handle(look, LEVEL_PERIOD) {
        on_cleanup(move || timer.clear());
    }
    view! {
        <meter
            class="level"
            min="0"
            max="1"
            aria-label="Microphone level"
            class:measured=move || level.get().is_some()
            prop:value=move || f64::from(level.get().unwrap_or(0.0))
        ></meter>
    }
}
