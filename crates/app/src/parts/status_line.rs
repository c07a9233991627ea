//! How things stand, in a few words, for people, screen readers and scripts.

use leptos::prelude::*;
use sightline_session::Status;

use super::dynamic::{Text, changing};

/// `#status`: its `data-state` is kept stable for scripts.
pub(crate) fn status_line(
    status: impl Fn() -> Status + Send + Sync + 'static,
    line: impl Fn() -> String + Send + Sync + 'static,
) -> AnyView {
    boxed(changing(move || status().name().to_owned()), changing(line))
}

/// A status that stays as it is.
pub(crate) fn fixed_status(status: Status, line: String) -> AnyView {
    status_line(move || status, move || line.clone())
}

fn boxed(state: Text, line: Text) -> AnyView {
    view! {
        <p id="status" role="status" class="status" data-state=state>
            <span class="dot" aria-hidden="true"></span>
            {line}
        </p>
    }
    .into_any()
}
