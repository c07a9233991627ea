//! How things stand, in a few words, for people, screen readers and scripts.

use std::sync::Arc;

use leptos::prelude::*;
use sightline_session::{Status, Urgency};

use super::dynamic::text;
use super::element::tag;
use crate::settled::settled;

/// `#status`: its `data-state` is kept stable for scripts. A state that is too short to be read is
/// not shown. So there is no sentence for a moment at first.
pub(crate) fn status_line(
    status: impl Fn() -> Status + Send + Sync + 'static,
    line: impl Fn() -> String + Send + Sync + 'static,
) -> AnyView {
    let status = Arc::new(status);
    let now = Arc::clone(&status);
    let shown = settled(move || (now(), line()), urgency);
    let state = move || {
        shown.with(|shown| shown.as_ref().map(|(status, _)| *status)).unwrap_or_else(|| status())
    };
    let said =
        move || shown.with(|shown| shown.as_ref().map_or_else(String::new, |it| it.1.clone()));
    status_element(state, said)
}

fn urgency(shown: Option<&(Status, String)>, (status, _): &(Status, String)) -> Urgency {
    status.urgency_after(shown.map(|(status, _)| *status))
}

/// A status that stays as it is.
pub(crate) fn fixed_status(status: Status, line: String) -> AnyView {
    status_element(move || status, move || line.clone())
}

fn status_element(
    status: impl Fn() -> Status + Send + 'static,
    line: impl Fn() -> String + Send + Sync + 'static,
) -> AnyView {
    tag("p", &[("id", "status"), ("role", "status"), ("class", "status")])
        .shows("data-state", move || status().name().to_owned())
        .of(vec![
            tag("span", &[("class", "dot"), ("aria-hidden", "true")]).of(Vec::new()),
            text(line),
        ])
}
