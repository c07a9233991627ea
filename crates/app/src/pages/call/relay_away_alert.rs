//! The relay does not answer a page that has not joined a call.

use leptos::prelude::*;

use super::join::is_in_lobby;
use crate::components::Alert;
use crate::relay_watch::relay_is_away;
use crate::room::use_room;
use crate::settled::settled_option;
use crate::text;

/// Says in the lobby, where the page has no connection yet, that the relay does not answer.
#[component]
pub(super) fn RelayAwayAlert() -> impl IntoView {
    let room = use_room();
    let is_away = relay_is_away(move || room.state.with_untracked(is_in_lobby));
    let message = settled_option(move || {
        let is_shown = is_away.get() && room.state.with(is_in_lobby);
        is_shown.then(|| text::RELAY_AWAY_IN_LOBBY.to_owned())
    });
    view! { <Alert message /> }
}
