//! How things stand, in a few words, for people, screen readers and scripts.

use leptos::prelude::*;
use sightline_session::{Status, Urgency};

use super::dynamic::text;
use super::element::tag;
use crate::settled::settled;

/// `#status`: its `data-state` is kept stable for scripts. What lasts too short to be read is
/// not shown, so that both are empty for a moment at first.
pub(crate) fn status_line(
    status: impl Fn() -> Status + Send + Sync + 'static,
    line: impl Fn() -> String + Send + Sync + 'static,
) -> AnyView {
    let shown = settled(move || (status(), line()), urgency);
    let state = move || shown.with(|shown| shown.as_ref().map_or("", |(status, _)| status.name()));
    let said =
        move || shown.with(|shown| shown.as_ref().map_or_else(String::new, |it| it.1.clone()));
    element(move || state().to_owned(), said)
}

fn urgency(shown: Option<&(Status, String)>, (status, _): &(Status, String)) -> Urgency {
    status.urgency_after(shown.map(|(status, _)| *status))
}

/// A status that stays as it is.
pub(crate) fn fixed_status(status: Status, line: String) -> AnyView {
    element(move || status.name().to_owned(), move || line.clone())
}

fn element(
    state: impl Fn() -> String + Send + 'static,
    line: impl Fn() -> String + Send + Sync + 'static,
) -> AnyView {
    tag("p", &[("id", "status"), ("role", "status"), ("class", "status")])
        .shows("data-state", state)
        .of(vec![
            tag("span", &[("class", "dot"), ("aria-hidden", "true")]).of(Vec::new()),
            text(line),
        ])
}
