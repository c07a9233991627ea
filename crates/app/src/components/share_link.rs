//! The link that invites others.

use leptos::html;
use leptos::prelude::*;

use super::copy_button::CopyButton;

/// A link in a field, with a button that copies it. Where the browser has no clipboard the link is
/// selected, so that the person can copy it.
#[component]
pub(crate) fn ShareLink(
    /// Whom the link is for.
    label: &'static str,
    /// The link.
    link: String,
) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    let (feedback, set_feedback) = signal(String::new());
    let select = move |_| {
        if let Some(field) = field.try_get_untracked().flatten() {
            // It fails only for an element that can't have the focus.
            let _ = field.focus();
            field.select();
        }
        "The link is selected. Copy it with your keyboard or the menu.".to_owned()
    };
    let text = link.clone();
    view! {
        <div class="share">
            <label for="link">{label}</label>
            <div class="row">
                <input node_ref=field id="link" type="text" readonly value=link />
                <CopyButton
                    id="copy"
                    label="Copy"
                    text=move || text.clone()
                    fallback=select
                    feedback=set_feedback
                />
            </div>
            <p class="hint" role="status">
                {feedback}
            </p>
        </div>
    }
}
