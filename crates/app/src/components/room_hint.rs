//! The name of the room.

use leptos::prelude::*;

use crate::room::use_room;

/// Says which room the page is in.
#[component]
pub(crate) fn RoomHint(
    /// The element's classes.
    class: &'static str,
    /// What follows the name.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let name = use_room().name().to_string();
    view! {
        <p class=class>"Room " <strong>{name}</strong> {children.map(|children| children())}</p>
    }
}
