//! The header that the pages have in common.

use leptos::prelude::*;

use crate::app::Link;

/// A page with the header above it.
#[component]
pub(crate) fn Frame(
    /// The page.
    children: Children,
) -> impl IntoView {
    view! {
        <header class="top">
            <Link path="/".to_owned() class="brand">
                <img src="/icon.svg" alt="" width="28" height="28"/>
                "Sightline"
            </Link>
        </header>
        <main class="page">{children()}</main>
    }
}
