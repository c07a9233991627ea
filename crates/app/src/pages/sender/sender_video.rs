//! The sender's own video.

use leptos::prelude::*;
use sightline_web::Device;

use crate::components::{OwnVideo, OwnVideoState};
use crate::room::use_room;
use crate::text;

/// What those who watch see, or will see.
#[component]
pub(super) fn SenderVideo() -> impl IntoView {
    let room = use_room();
    let state = room.memo(|model| match (model.is_on(Device::Camera), model.view.live) {
        (false, _) => OwnVideoState::Off,
        (true, false) => OwnVideoState::Preview,
        (true, true) => OwnVideoState::Live,
    });
    let note = room.memo(|model| match text::own_picture(model) {
        "" => text::sender_status(model),
        note => note.to_owned(),
    });
    let is_live = room.memo(|model| model.view.live);
    let badge = move || if is_live.get() { "On air" } else { "Preview: only you see this" };
    view! { <OwnVideo state note badge /> }
}
