//! What changes in a page, with its types erased (see `element.rs` for why).

use std::sync::Arc;

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Event, MouseEvent};

use super::element::{live, tag, words};
use crate::page::effect;

/// A text that changes, as a piece of a page.
pub(crate) fn text(text: impl Fn() -> String + Send + Sync + 'static) -> AnyView {
    live(move || words(&text()))
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
    // A memo's machinery would be a kilobyte more; the first time it is there at once.
    let now = RwSignal::new(untrack(|| which()));
    effect(move || {
        let which = which();
        if now.get_untracked() != which {
            now.set(which);
        }
    });
    live(move || match now.get() {
        0 => nothing(),
        which => content(which),
    })
}

/// What takes no place.
pub(crate) fn nothing() -> AnyView {
    words("")
}

/// A button.
pub(crate) fn button(
    id: &'static str,
    class: &'static str,
    label: &'static str,
    act: impl Fn() + Send + 'static,
) -> AnyView {
    boxed_button(id, class, words(label), Box::new(act))
}

/// A button whose label changes. It stays the same button, so that it keeps the focus.
pub(crate) fn toggle(
    id: &'static str,
    class: &'static str,
    label: impl Fn() -> &'static str + Send + Sync + 'static,
    act: impl Fn() + Send + 'static,
) -> AnyView {
    boxed_button(id, class, text(move || label().to_owned()), Box::new(act))
}

fn boxed_button(
    id: &'static str,
    class: &'static str,
    label: AnyView,
    act: Box<dyn Fn() + Send>,
) -> AnyView {
    let click = move |event: Event| {
        // What a double click hits the second time is a button that has just come in
        // the place of the first, and does the opposite.
        if event.unchecked_ref::<MouseEvent>().detail() <= 1 {
            act();
        }
    };
    tag("button", &[("id", id), ("class", class), ("type", "button")])
        .on("click", click)
        .of(vec![label])
}
