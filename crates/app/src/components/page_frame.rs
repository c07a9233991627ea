//! The frame that most pages have in common.

use leptos::prelude::*;

use super::Link;

/// The header with the link to the first page, and the page below it.
#[component]
pub(crate) fn PageFrame(
    /// The page.
    children: Children,
) -> impl IntoView {
    view! {
        <header class="top">
            <Link href="/" class="brand">
                <img src="/icon.svg" alt="" width="28" height="28" />
                "Sightline"
            </Link>
        </header>
        <main class="page">{children()}</main>
    }
}
