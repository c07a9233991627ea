//! The state in a few words, without what lasts too short to be read.

use leptos::prelude::*;
use sightline_session::{Status, Urgency};

use super::StatusLine;
use crate::settled::settled;

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
