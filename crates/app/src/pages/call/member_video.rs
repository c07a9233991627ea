//! A member's own video.

use leptos::prelude::*;
use sightline_client::{DeviceState, RoomState};
use sightline_protocol::TrackState;
use sightline_web::Device;

use super::join::has_joined;
use crate::components::{OwnVideo, OwnVideoState};
use crate::room::use_room;
use crate::text;

/// The video that the others see, or will see.
#[component]
pub(super) fn MemberVideo() -> impl IntoView {
    let room = use_room();
    let state = room.memo(|state| {
        if state.has_video() && !state.off.camera {
            OwnVideoState::Preview
        } else {
            OwnVideoState::Off
        }
    });
    let note = room.memo(|state| {
        match (&state.camera, state.devices.camera) {
            (DeviceState::Asking, _) => "Waiting for the browser to allow camera and microphone…",
            (DeviceState::Off, _) | (_, TrackState::Paused) => "Your camera is off",
            _ => "No camera",
        }
        .to_owned()
    });
    view! { <OwnVideo class="stage own" state note badge=room.memo(badge) /> }
}

/// What the others call the person, and whether they hear them.
fn badge(state: &RoomState) -> String {
    let is_muted = !state.is_on(Device::Microphone) && state.devices.microphone != TrackState::Off;
    match (has_joined(state), is_muted) {
        (false, true) => text::you(0, true),
        (false, false) => "Preview: only you see this".to_owned(),
        (true, is_muted) => text::you(state.view.seat, is_muted),
    }
}
