//! A button.

use leptos::ev::MouseEvent;
use leptos::prelude::*;

/// A button that a double click presses once.
#[component]
pub(crate) fn Button(
    /// The element's id.
    id: &'static str,
    /// The element's classes.
    #[prop(default = "button")]
    class: &'static str,
    /// Whether it can't be pressed for now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Called when the button is pressed.
    on_click: impl Fn() + 'static,
    /// The label.
    children: Children,
) -> impl IntoView {
    let click = move |event: MouseEvent| {
        // A button may take the place of another one that was just clicked, and do the opposite.
        // The second click of a double click would press it.
        if event.detail() <= 1 {
            on_click();
        }
    };
    view! {
        <button id=id class=class type="button" disabled=disabled on:click=click>
            {children()}
        </button>
    }
}
