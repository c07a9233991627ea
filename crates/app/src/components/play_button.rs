//! The click that a browser may want before it plays.

use leptos::prelude::*;

use super::Button;
use crate::model::Click;
use crate::room::use_room;

/// Plays what the browser has held back. It is there only while that is so.
#[component]
pub(crate) fn PlayButton() -> impl IntoView {
    let room = use_room();
    let click = room.memo(|model| model.click);
    let label = move || match click.get() {
        Click::ForSound => "Turn the sound on",
        Click::ForAll | Click::NotNeeded => "Play",
    };
    view! {
        <Show when=move || click.get() != Click::NotNeeded>
            <Button id="sound" class="button primary" on_click=move || room.play()>
                {label}
            </Button>
        </Show>
    }
}
