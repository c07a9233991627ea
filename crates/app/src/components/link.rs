//! A link to another page of the app.

use leptos::ev::MouseEvent;
use leptos::prelude::*;

use crate::navigation::use_navigator;

/// A link that opens a page without loading the document again.
#[component]
pub(crate) fn Link(
    /// The page's path, with its query.
    #[prop(into)]
    href: String,
    /// The element's classes.
    class: &'static str,
    /// What the link shows.
    children: Children,
) -> impl IntoView {
    let navigator = use_navigator();
    let path = href.clone();
    let click = move |event: MouseEvent| {
        // With these the browser opens another tab or window.
        let has_modifier = event.ctrl_key() || event.meta_key() || event.shift_key();
        if event.button() == 0 && !has_modifier {
            event.prevent_default();
            navigator.open(&path);
        }
    };
    view! {
        <a href=href class=class on:click=click>
            {children()}
        </a>
    }
}
