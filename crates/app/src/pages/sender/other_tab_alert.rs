//! Another tab of the browser shares in the same room.

use leptos::prelude::*;

use super::broadcast::use_broadcast;
use crate::components::{Alert, Button};
use crate::settled::settled_option;

/// Asks whether to take over from another tab of the browser that shares in this room.
#[component]
pub(super) fn OtherTabAlert() -> impl IntoView {
    let broadcast = use_broadcast();
    let message = settled_option(move || {
        broadcast.is_in_other_tab().then_some(
            "You are sharing in this room in another tab or window. Close it, or take over here. \
             Viewers then see what this tab shows.",
        )
    });
    view! {
        <Alert message=move || message.get().map(str::to_owned)>
            <Button id="take-over" on_click=move || broadcast.take_over()>
                "Take over here"
            </Button>
        </Alert>
    }
}
