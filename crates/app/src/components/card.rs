//! A page that has little to say.

use leptos::prelude::*;

use super::PageFrame;

/// A page with a single narrow box.
#[component]
pub(crate) fn Card(
    /// The page's heading.
    title: &'static str,
    /// What is below the heading.
    children: Children,
) -> impl IntoView {
    view! {
        <PageFrame>
            <section class="card narrow">
                <h1>{title}</h1>
                {children()}
            </section>
        </PageFrame>
    }
}
