//! How things stand, in a few words, for people, screen readers and scripts.

use leptos::prelude::*;
use sightline_session::Status;

/// `#status`: its `data-state` is kept stable for scripts.
#[component]
pub(crate) fn StatusLine(
    /// The page's state.
    status: impl Fn() -> Status + Send + Sync + 'static,
    /// The same in words.
    line: impl Fn() -> String + Send + Sync + 'static,
) -> impl IntoView {
    view! {
        <p id="status" role="status" class="status" data-state=move || status().name()>
            <span class="dot" aria-hidden="true"></span>
            {line}
        </p>
    }
}
