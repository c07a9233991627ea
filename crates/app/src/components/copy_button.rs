//! Copies a text to the clipboard.

use leptos::prelude::*;
use sightline_web::copy_text;

use super::Button;

/// A button that copies a text, and tells `feedback` what has become of it.
#[component]
pub(crate) fn CopyButton(
    /// The element's id.
    id: &'static str,
    /// The label.
    label: &'static str,
    /// The text to copy.
    text: impl Fn() -> String + 'static,
    /// Called where the browser has no clipboard, or refuses it. Returns what the person can do
    /// instead.
    fallback: impl Fn(String) -> String + Copy + 'static,
    /// What there is to be said after a click.
    feedback: WriteSignal<String>,
) -> impl IntoView {
    let copy = move || {
        let text = text();
        // Cleared first, so that a second copy is announced as well.
        feedback.set(String::new());
        copy_text(&text.clone(), move |is_copied| {
            // The button may be gone by now.
            feedback.try_set(if is_copied { "Copied.".to_owned() } else { fallback(text) });
        });
    };
    view! {
        <Button id on_click=copy>
            {label}
        </Button>
    }
}
