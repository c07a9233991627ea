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
    let state = room.memo(|state| match (state.is_on(Device::Camera), state.view.live) {
        (false, _) => OwnVideoState::Off,
        (true, false) => OwnVideoState::Preview,
        (true, true) => OwnVideoState::Live,
    });
    let note = room.memo(|state| match text::own_picture(state) {
        "" => text::sender_status(state),
        note => note.to_owned(),
    });
    let is_live = room.memo(|state| state.view.live);
    let badge = move || if is_live.get() { "On air" } else { "Preview: only you see this" };
    view! { <OwnVideo state note badge /> }
}
