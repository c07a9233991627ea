//! Something went wrong: what happened, what to do, and a way to do it.

use std::sync::Arc;

use leptos::prelude::*;

/// Shown while there is a message; read out by a screen reader when it comes.
pub(crate) fn alert(
    message: Signal<Option<String>>,
    action: impl Fn() -> AnyView + Send + Sync + 'static,
) -> AnyView {
    boxed_alert(message, Arc::new(action))
}

fn boxed_alert(
    message: Signal<Option<String>>,
    action: Arc<dyn Fn() -> AnyView + Send + Sync>,
) -> AnyView {
    let shown = move || match message.get() {
        Some(message) => view! {
            <div class="alert">
                <p>{message}</p>
                {action()}
            </div>
        }
        .into_any(),
        None => ().into_any(),
    };
    view! { <div role="alert">{shown}</div> }.into_any()
}
