//! The receiver's link, to be given away.

use leptos::prelude::*;
use sightline_web::{Field, copy_text, spawn_local};

use super::dynamic::{button, text};

/// The link in a field, and a button that copies it. Where the browser has no
/// clipboard the link is selected, so that the person can copy it.
pub(crate) fn share_link(link: String) -> AnyView {
    let said = RwSignal::new(String::new());
    let shown = link.clone();
    let copy = move || {
        let link = link.clone();
        // So that a second time is announced, too.
        said.set(String::new());
        spawn_local(async move {
            let copied = copy_text(&link).await.is_ok();
            let sentence = if copied {
                "Copied."
            } else {
                if let Some(field) = Field::find("link") {
                    field.select();
                }
                "Selected: copy it with your keyboard or the menu."
            };
            said.try_set(sentence.to_owned());
        });
    };
    view! {
        <div class="share">
            <label for="link">"Link for whoever should watch"</label>
            <div class="row">
                <input id="link" type="text" readonly="" value=shown/>
                {button("copy", "button", "Copy", copy)}
            </div>
            <p class="hint" role="status">{text(move || said.get())}</p>
        </div>
    }
    .into_any()
}
