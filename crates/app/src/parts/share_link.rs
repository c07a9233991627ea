//! The receiver's link, to be given away.

use leptos::html;
use leptos::prelude::*;
use sightline_web::{copy_text, spawn_local};

/// The link in a field, and a button that copies it. Where the browser has no
/// clipboard the link is selected, so that the person can copy it.
#[component]
pub(crate) fn ShareLink(
    /// The link.
    link: String,
) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    let said = RwSignal::new("");
    let text = link.clone();
    let copy = move |_| {
        let text = text.clone();
        spawn_local(async move {
            if copy_text(&text).await.is_ok() {
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
                <input id="link" node_ref=field type="text" readonly=true prop:value=link.clone()
                    value=link on:focus=move |_| {
                        if let Some(field) = field.get_untracked() {
                            field.select();
                        }
                    }/>
                <button id="copy" class="button" on:click=copy>"Copy"</button>
            </div>
            <p class="hint" role="status" aria-live="polite">{move || said.get()}</p>
        </div>
    }
}
