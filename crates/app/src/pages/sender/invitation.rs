//! The link for viewers, and how many have opened it.

use leptos::prelude::*;

use crate::components::{RoomHint, ShareLink};
use crate::pages::absolute;
use crate::room::use_room;
use crate::route::receiver_path;
use crate::text;

/// The link for viewers.
#[component]
pub(super) fn Invitation() -> impl IntoView {
    let room = use_room();
    let opened = room.memo(|state| text::opened(&state.view));
    view! {
        <ShareLink
            label="Send this link to viewers"
            link=absolute(&receiver_path(&room.name()))
        />
        <RoomHint class="hint">". " <span id="watching">{opened}</span></RoomHint>
    }
}
