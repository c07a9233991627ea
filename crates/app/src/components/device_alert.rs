//! Problems with the page's own camera and microphone.

use leptos::prelude::*;
use sightline_client::RoomState;

use super::{Alert, Button};
use crate::room::use_room;
use crate::settled::settled_option;
use crate::text::DeviceProblem;

/// Says what is wrong with the devices, with a button to ask for them again if that may help.
#[component]
pub(crate) fn DeviceAlert(
    /// Finds what is wrong.
    problem: fn(&RoomState) -> Option<DeviceProblem>,
) -> impl IntoView {
    let room = use_room();
    let shown = settled_option(move || room.state.with(problem));
    let can_retry = move || shown.with(|it| it.as_ref().is_some_and(|it| it.can_retry));
    view! {
        <Alert message=move || shown.get().map(|problem| problem.sentence)>
            <Show when=can_retry>
                <Button id="camera-retry" on_click=move || room.retry_devices()>
                    "Try again"
                </Button>
            </Show>
        </Alert>
    }
}
