//! The question before a link ends a broadcast or a call.

use leptos::html;
use leptos::prelude::*;

use super::Button;
use crate::navigation::use_navigator;

/// Asks whether to leave the page while the navigator waits for the answer.
#[component]
pub(crate) fn LeaveDialog() -> impl IntoView {
    let navigator = use_navigator();
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        match (navigator.is_confirming(), dialog.open()) {
            // It fails only for a dialog that isn't in the page any more.
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    // Esc closes it as well. The browser tells so a moment later: it may be open again by then.
    let closed = move |_| {
        if !dialog.get_untracked().is_some_and(|dialog| dialog.open()) {
            navigator.stay();
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
            <p>"Others can see or hear you. That ends when you leave this page."</p>
            <div class="dialog-buttons">
                <Button id="stay" on_click=move || navigator.stay()>
                    "Stay"
                </Button>
                <Button id="leave-anyway" class="button stop" on_click=move || navigator.leave()>
                    "Stop and leave"
                </Button>
            </div>
        </dialog>
    }
}
