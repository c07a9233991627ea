//! What is known about a problem, for whoever is to help.

use leptos::prelude::*;
use sightline_web::user_agent;

use super::copy_button::CopyButton;
use crate::room::use_room;

/// A button that copies the details of a problem. Where the browser has no clipboard they are
/// shown, so that the person can copy them.
#[component]
pub(crate) fn CopyDetails() -> impl IntoView {
    let room = use_room();
    let (feedback, set_feedback) = signal(String::new());
    view! {
        <CopyButton
            id="details"
            label="Copy details"
            text=move || room.report() + "\n" + &user_agent()
            fallback=|details| details
            feedback=set_feedback
        />
        <p class="details" role="status">
            {feedback}
        </p>
    }
}
