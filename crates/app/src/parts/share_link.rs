//! The receiver's link, to be given away.

use leptos::html;
use leptos::prelude::*;
use sightline_web::{copy_text, spawn_local};

use super::{button, text};

/// The link in a field, and a button that copies it. Where the browser has no
/// clipboard the link is selected, so that the person can copy it.
#[component]
pub(crate) fn ShareLink(
    /// The link.
    link: String,
) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    let said = RwSignal::new("");
    let shown = link.clone();
    let copy = move || {
        let link = link.clone();
        spawn_local(async move {
            if copy_text(&link).await.is_ok() {
                said.try_set("Copied.");
            } else {
                if let Some(Some(field)) = field.try_get_untracked() {
                    let _ = field.focus();
                    field.select();
                }
                said.try_set("Selected: copy it with your keyboard or the menu.");
            }
        });
    };
    view! {
        <div class="share">
            <label for="link">"Link for whoever should watch"</label>
            <div class="row">
                <input id="link" node_ref=field type="text" readonly="" value=shown/>
                {button("copy", "button", || "Copy".to_owned(), copy)}
            </div>
            <p class="hint" role="status">{text(move || said.get().to_owned())}</p>
        </div>
    }
}
