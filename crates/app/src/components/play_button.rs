//! The click that a browser may want before it plays.

use leptos::prelude::*;
use sightline_client::PlaybackClick;

use super::Button;
use crate::room::use_room;

/// Plays what the browser has held back. It is there only while that is so.
#[component]
pub(crate) fn PlayButton() -> impl IntoView {
    let room = use_room();
    let click = room.memo(|state| state.click);
    let label = move || match click.get() {
        PlaybackClick::ForSound => "Turn the sound on",
        PlaybackClick::ForAll | PlaybackClick::NotNeeded => "Play",
    };
    view! {
        <Show when=move || click.get() != PlaybackClick::NotNeeded>
            <Button id="sound" class="button primary" on_click=move || room.play()>
                {label}
            </Button>
        </Show>
    }
}
