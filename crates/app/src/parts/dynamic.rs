//! What changes in a page, with its types erased.
//!
//! Leptos compiles every closure in a view into code of its own, about a kilobyte
//! after compression. These put any closure into a box first, so that all texts that
//! change share one piece of code, all buttons another: the page is a quarter smaller.

use std::sync::Arc;

use leptos::ev::MouseEvent;
use leptos::prelude::*;

/// A text that changes with what it reads.
pub(crate) type Text = Arc<dyn Fn() -> String + Send + Sync>;

/// Puts a text's closure into its box.
pub(crate) fn changing(text: impl Fn() -> String + Send + Sync + 'static) -> Text {
    Arc::new(text)
}

/// A text that changes, as a piece of a page.
pub(crate) fn text(text: impl Fn() -> String + Send + Sync + 'static) -> AnyView {
    changing(text).into_any()
}

/// Something that is there while a condition holds.
pub(crate) fn when(
    condition: impl Fn() -> bool + Send + Sync + 'static,
    content: impl Fn() -> AnyView + Send + Sync + 'static,
) -> AnyView {
    switch(move || condition().into(), move |_| content())
}

/// One of several things, or, for 0, nothing. It is made anew only when the number
/// changes, so that what has the focus keeps it.
pub(crate) fn switch(
    which: impl Fn() -> u8 + Send + Sync + 'static,
    content: impl Fn(u8) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    boxed_switch(Arc::new(which), Arc::new(content))
}

fn boxed_switch(
    which: Arc<dyn Fn() -> u8 + Send + Sync>,
    content: Arc<dyn Fn(u8) -> AnyView + Send + Sync>,
) -> AnyView {
    let which = Memo::new(move |_| which());
    let shown = move || match which.get() {
        0 => ().into_any(),
        which => content(which),
    };
    shown.into_any()
}

/// A button.
pub(crate) fn button(
    id: &'static str,
    class: &'static str,
    label: &'static str,
    act: impl Fn() + 'static,
) -> AnyView {
    let act: Box<dyn Fn(MouseEvent)> = Box::new(move |event| {
        // What a double click hits the second time is a button that has just come in
        // the place of the first, and does the opposite.
        if event.detail() <= 1 {
            act();
        }
    });
    boxed_button(id, class, label, act)
}

fn boxed_button(
    id: &'static str,
    class: &'static str,
    label: &'static str,
    act: Box<dyn Fn(MouseEvent)>,
) -> AnyView {
    view! { <button id=id class=class type="button" on:click=act>{label}</button> }.into_any()
}
