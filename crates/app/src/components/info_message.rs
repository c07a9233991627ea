//! What is worth knowing about the connection, and needs no action.

use leptos::prelude::*;

use crate::room::use_room;
use crate::settled::settled_option;
use crate::text;

/// A quiet line, shown only while there is something to say.
#[component]
pub(crate) fn InfoMessage() -> impl IntoView {
    let room = use_room();
    let info = settled_option(move || room.state.with(|state| state.info_notice(room.role)));
    let message = move || info.get().map(|info| text::info(room.role, info));
    view! {
        <Show when=move || info.with(Option::is_some)>
            <p class="hint calm" role="status">
                {message}
            </p>
        </Show>
    }
}
