//! The page for an address that has no page.

use leptos::prelude::*;

use crate::components::{Card, Link};

/// Says so, and leads to the first page.
#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    view! {
        <Card title="Page not found">
            <p>"The link may be old or incomplete."</p>
            <Link href="/" class="button primary">
                "Go to the home page"
            </Link>
        </Card>
    }
}
