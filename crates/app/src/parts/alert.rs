//! Something went wrong: what happened, what to do, and a way to do it.

use std::sync::Arc;

use leptos::prelude::*;

use super::dynamic::{switch, text};
use super::element::{tag, words};

/// Shown while `which` is not 0; read out by a screen reader when it comes. Made anew
/// when `which` changes.
pub(crate) fn alert(
    which: impl Fn() -> u8 + Send + Sync + 'static,
    message: impl Fn() -> String + Send + Sync + 'static,
    action: impl Fn(u8) -> Vec<AnyView> + Send + Sync + 'static,
) -> AnyView {
    let message = Arc::new(message);
    let shown = move |which| {
        let message = Arc::clone(&message);
        alert_box(text(move || message()), action(which))
    };
    live_region(switch(which, shown))
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
