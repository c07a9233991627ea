//! The page for an address that has no page.

use leptos::prelude::*;

use crate::components::{Card, Link};

/// Says so, and leads to the first page.
#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    view! {
        <Card title="There is no such page">
            <p>"The link may be old, or a letter of it lost on the way."</p>
            <Link href="/" class="button primary">
                "To the start"
            </Link>
        </Card>
    }
}
