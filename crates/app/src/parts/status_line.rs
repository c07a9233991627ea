//! How things stand, in a few words, for people, screen readers and scripts.

use leptos::prelude::*;
use sightline_session::Status;

use super::dynamic::text;
use super::element::tag;

/// `#status`: its `data-state` is kept stable for scripts.
pub(crate) fn status_line(
    status: impl Fn() -> Status + Send + Sync + 'static,
    line: impl Fn() -> String + Send + Sync + 'static,
) -> AnyView {
    tag("p", &[("id", "status"), ("role", "status"), ("class", "status")])
        .shows("data-state", move || status().name().to_owned())
        .of(vec![
            tag("span", &[("class", "dot"), ("aria-hidden", "true")]).of(Vec::new()),
            text(line),
        ])
}

/// A status that stays as it is.
pub(crate) fn fixed_status(status: Status, line: String) -> AnyView {
    status_line(move || status, move || line.clone())
}
