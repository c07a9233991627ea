//! The page for an unknown address.

use leptos::prelude::*;

use crate::components::{Card, Link};

/// Explains the problem and links to the home page.
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
