//! Joining a call, from its lobby.

use leptos::prelude::*;
use sightline_client::{DeviceState, RoomState};
use sightline_session::{LinkStatus, Status};

use crate::components::Button;
use crate::room::{RoomContext, use_room};

/// Whether the person is in the lobby: alone with their own video.
pub(super) fn is_in_lobby(state: &RoomState) -> bool {
    state.view.link == LinkStatus::Off
}

/// Whether the person is in the call, or on the way into it. A page that the relay has refused is
/// neither there nor in the lobby.
pub(super) fn has_joined(state: &RoomState) -> bool {
    matches!(state.view.link, LinkStatus::Connecting | LinkStatus::Joined)
}

/// Joins the call. Leaving it has given up the devices, so they are asked for again.
pub(super) fn join(room: RoomContext) {
    if room.state.with_untracked(|state| state.camera == DeviceState::Off) {
        room.start_devices();
    }
    room.start();
}

/// The button that joins the call. It is there only in the lobby.
#[component]
pub(super) fn JoinButton() -> impl IntoView {
    let room = use_room();
    let is_in_lobby = room.memo(is_in_lobby);
    let label = room.memo(|state| match (state.view.status, &state.camera) {
        (Status::Ended, _) => "Join again",
        (_, DeviceState::Failed) => "Join without a camera",
        (_, DeviceState::On) if !state.has_video() => "Join without a camera",
        _ => "Join",
    });
    view! {
        <Show when=move || is_in_lobby.get()>
            <Button id="join" class="button primary wide" on_click=move || join(room)>
                {label}
            </Button>
        </Show>
    }
}
