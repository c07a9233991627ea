//! The one thing that a sender is likely to do next.

use leptos::prelude::*;
use sightline_client::RoomState;
use sightline_session::Status;

use super::broadcast::{is_refused, use_broadcast};
use crate::components::Button;
use crate::room::use_room;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NextStep {
    /// To go live.
    GoLive,
    /// To stop being live.
    Stop,
    /// To begin again after a stop.
    ShareAgain,
}

impl NextStep {
    /// None where an alert has what can be done.
    fn find(state: &RoomState) -> Option<Self> {
        match state.view.status {
            _ if is_refused(state) => None,
            Status::Ended => Some(Self::ShareAgain),
            _ if state.view.live => Some(Self::Stop),
            _ => Some(Self::GoLive),
        }
    }
}

/// The button for the next step.
#[component]
pub(super) fn NextStepButton() -> impl IntoView {
    let (room, broadcast) = (use_room(), use_broadcast());
    let has_media = room.memo(RoomState::has_media);
    let next = Memo::new(move |_| {
        let next = room.state.with(NextStep::find);
        next.filter(|_| !broadcast.is_in_other_tab())
    });
    let is_next = move |step| move || next.get() == Some(step);
    view! {
        <Show when=is_next(NextStep::ShareAgain)>
            <Button id="again" class="button primary wide" on_click=move || broadcast.begin()>
                "Share again"
            </Button>
        </Show>
        <Show when=is_next(NextStep::Stop)>
            <Button id="stop" class="button stop wide" on_click=move || room.stop()>
                "Stop sharing"
            </Button>
        </Show>
        <Show when=is_next(NextStep::GoLive)>
            <Button
                id="go-live"
                class="button primary wide"
                disabled=move || !has_media.get()
                on_click=move || room.go_live()
            >
                "Go live"
            </Button>
        </Show>
    }
}
