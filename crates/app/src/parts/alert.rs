//! Something went wrong: what happened, what to do, and a way to do it.

use leptos::prelude::*;

use super::dynamic::{switch, text};
use super::element::{tag, words};
use crate::settled::{comes_settled, settled};

/// Shown while `which` is not 0, once it has lasted; read out by a screen reader when it
/// comes. Made anew when `which` changes.
pub(crate) fn alert(
    which: impl Fn() -> u8 + Send + Sync + 'static,
    message: impl Fn() -> String + Send + Sync + 'static,
    action: impl Fn(u8) -> Vec<AnyView> + Send + Sync + 'static,
) -> AnyView {
    // What is said of nothing is no matter.
    let told = settled(
        move || match which() {
            0 => (0, String::new()),
            which => (which, message()),
        },
        comes_settled,
    );
    let kind = move || told.with(|told| told.as_ref().map_or(0, |(which, _)| *which));
    let said = move || told.with(|told| told.as_ref().map_or_else(String::new, |it| it.1.clone()));
    live_region(switch(kind, move |which| alert_box(text(said), action(which))))
}

/// An alert that stays as it is.
pub(crate) fn fixed_alert(message: String) -> AnyView {
    live_region(alert_box(words(&message), Vec::new()))
}

fn alert_box(message: AnyView, mut action: Vec<AnyView>) -> AnyView {
    action.insert(0, tag("p", &[]).of(vec![message]));
    tag("div", &[("class", "alert")]).of(action)
}

fn live_region(content: AnyView) -> AnyView {
    tag("div", &[("role", "alert")]).of(vec![content])
}
