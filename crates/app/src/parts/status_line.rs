//! How things stand, in a few words, for people, screen readers and scripts.

use leptos::prelude::*;
use sightline_session::Status;

/// `#status`: its `data-state` is kept stable for scripts.
pub(crate) fn status_line(status: Signal<Status>, line: AnyView) -> AnyView {
    view! {
        <p id="status" role="status" class="status" data-state=move || status.get().name()>
            <span class="dot" aria-hidden="true"></span>
            {line}
        </p>
    }
    .into_any()
}
