//! An address that means nothing here.

use leptos::prelude::*;

use crate::app::link;
use crate::parts::frame;

/// Says so, and leads home.
pub(crate) fn not_found() -> AnyView {
    let content = view! {
        <section class="card narrow">
            <h1>"There is no such page"</h1>
            <p>"The link may be old, or a letter of it lost on the way."</p>
            {link("/", "button primary", "To the start".into_any())}
        </section>
    };
    frame(content.into_any())
}
