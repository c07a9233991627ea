//! An address that means nothing here.

use leptos::prelude::*;

use crate::app::Link;
use crate::parts::Frame;

/// Says so, and leads home.
#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    view! {
        <Frame>
            <section class="card narrow">
                <h1>"There is no such page"</h1>
                <p>"The link may be old, or a letter of it lost on the way."</p>
                <Link path="/".to_owned() class="button primary">"To the start"</Link>
            </section>
        </Frame>
    }
}
