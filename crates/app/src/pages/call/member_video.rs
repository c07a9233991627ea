//! A member's own video.

use leptos::prelude::*;
use sightline_protocol::TrackState;
use sightline_web::Device;

use super::join::has_joined;
use crate::camera::CameraState;
use crate::components::{OwnVideo, OwnVideoState};
use crate::model::Model;
use crate::room::use_room;
use crate::text;

/// The video that the others see, or will see.
#[component]
pub(super) fn MemberVideo() -> impl IntoView {
    let room = use_room();
    let state = room.memo(|model| {
        if model.has_picture() && !model.off.camera {
            OwnVideoState::Preview
        } else {
            OwnVideoState::Off
        }
    });
    let note = room.memo(|model| {
        match (&model.camera, model.devices.camera) {
            (CameraState::Asking, _) => "Waiting for the browser to allow camera and microphone…",
            (CameraState::Off, _) | (_, TrackState::Paused) => "Your camera is off",
            _ => "No camera",
        }
        .to_owned()
    });
    view! { <OwnVideo class="stage own" state note badge=room.memo(badge) /> }
}

/// What the others call the person, and whether they hear them.
fn badge(model: &Model) -> String {
    let is_muted = !model.is_on(Device::Microphone) && model.devices.microphone != TrackState::Off;
    match (has_joined(model), is_muted) {
        (false, true) => text::you(0, true),
        (false, false) => "Preview: only you see this".to_owned(),
        (true, is_muted) => text::you(model.view.seat, is_muted),
    }
}
