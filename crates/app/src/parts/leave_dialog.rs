//! The question before a link ends a broadcast or a call.

use leptos::html;
use leptos::prelude::*;

use crate::app::Place;

/// Asks whether to leave, while [`Place::wanted`] says that the person wants to.
#[component]
pub(crate) fn LeaveDialog(
    /// Where the page is, and where the person wants to go.
    place: Place,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        match (place.wanted().is_some(), dialog.open()) {
            // It fails only for a dialog that isn't in the page any more.
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    // Esc closes it as well. A browser tells a moment later, when it may have been opened again.
    let closed = move |_| {
        if !dialog.get_untracked().is_some_and(|dialog| dialog.open()) {
            place.stay();
        }
    };
    view! {
        <dialog
            node_ref=dialog
            id="leave-dialog"
            class="dialog"
            aria-labelledby="leave-title"
            on:close=closed
        >
            <h2 id="leave-title">"Stop and leave?"</h2>
            <p>"Others see or hear you. Leaving this page ends that."</p>
            <div class="dialog-buttons">
                <button type="button" id="stay" class="button" on:click=move |_| place.stay()>
                    "Stay"
                </button>
                <button
                    type="button"
                    id="leave-anyway"
                    class="button stop"
                    on:click=move |_| place.leave()
                >
                    "Stop and leave"
                </button>
            </div>
        </dialog>
    }
}
