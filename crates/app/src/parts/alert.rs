//! Something went wrong: what happened, what to do, and a way to do it.

use std::sync::Arc;

use leptos::prelude::*;

use super::dynamic::{Text, changing, switch};

/// Shown while `which` is not 0; read out by a screen reader when it comes. Made anew
/// when `which` changes.
pub(crate) fn alert(
    which: impl Fn() -> u8 + Send + Sync + 'static,
    message: impl Fn() -> String + Send + Sync + 'static,
    action: impl Fn(u8) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    let message = changing(message);
    live_region(switch(which, move |which| alert_box(Arc::clone(&message), action(which))))
}

/// An alert that stays as it is.
pub(crate) fn fixed_alert(message: String) -> AnyView {
    live_region(alert_box(changing(move || message.clone()), ().into_any()))
}

fn alert_box(message: Text, action: AnyView) -> AnyView {
    view! { <div class="alert"><p>{message}</p>{action}</div> }.into_any()
}

fn live_region(content: AnyView) -> AnyView {
    view! { <div role="alert">{content}</div> }.into_any()
}
