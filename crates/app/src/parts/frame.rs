//! The header that the pages have in common.

use leptos::prelude::*;

use crate::app::link;

/// A page with the header above it.
pub(crate) fn frame(content: AnyView) -> AnyView {
    let brand = view! { <img src="/icon.svg" alt="" width="28" height="28"/> "Sightline" };
    view! {
        <header class="top">{link("/", "brand", brand.into_any())}</header>
        <main class="page">{content}</main>
    }
    .into_any()
}
