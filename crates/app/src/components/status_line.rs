//! The state in a few words, for people, screen readers and scripts.

use leptos::prelude::*;
use sightline_session::{Status, Urgency};

use crate::settled::settled;

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

/// A [`StatusLine`] that leaves out states that last too short to be read. It has no words until
/// the first state has lasted.
#[component]
pub(crate) fn SettledStatusLine(
    /// The current state.
    #[prop(into)]
    status: Signal<Status>,
    /// The current state in words.
    #[prop(into)]
    line: Signal<String>,
) -> impl IntoView {
    let shown = settled(move || (status.get(), line.get()), urgency);
    let shown_status = move || match shown.get() {
        Some((shown_status, _)) => shown_status,
        None => status.get(),
    };
    let shown_line = move || shown.get().map(|(_, line)| line).unwrap_or_default();
    view! { <StatusLine status=shown_status line=shown_line /> }
}

fn urgency(shown: Option<&(Status, String)>, (status, _): &(Status, String)) -> Urgency {
    status.urgency_after(shown.map(|(status, _)| *status))
}
