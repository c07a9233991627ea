//! The state in a few words, for people, screen readers and scripts.

use leptos::prelude::*;
use sightline_session::Status;

/// `#status`. Scripts rely on its id and its `data-state`.
#[component]
pub(crate) fn StatusLine(
    /// The state, for scripts and for the coloured dot.
    #[prop(into)]
    status: Signal<Status>,
    /// The state in words.
    #[prop(into)]
    line: Signal<String>,
) -> impl IntoView {
    view! {
        <p id="status" role="status" class="status" data-state=move || status.get().name()>
            <span class="dot" aria-hidden="true"></span>
            {line}
        </p>
    }
}
