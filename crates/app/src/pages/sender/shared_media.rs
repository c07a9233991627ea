//! What a sender shares.

use leptos::prelude::*;
use sightline_web::Device;

use crate::components::LevelMeter;
use crate::room::use_room;
use crate::text;

/// What others get, or will get, and how loud the microphone is.
#[component]
pub(super) fn SharedMedia() -> impl IntoView {
    let room = use_room();
    let is_audible = room.memo(|state| state.is_on(Device::Microphone));
    view! {
        <div class="sharing">
            <p id="shares" class="hint">
                {room.memo(text::shares)}
            </p>
            <Show when=move || is_audible.get()>
                <LevelMeter />
            </Show>
        </div>
    }
}
