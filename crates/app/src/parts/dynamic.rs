//! What changes in a page, with its types erased.
//!
//! Leptos compiles each closure in a view into code of its own, about a kilobyte after
//! compression. These take any closure and put it into a box first, so that all texts
//! that change share one piece of code, all buttons another.

use std::sync::Arc;

use leptos::ev::MouseEvent;
use leptos::prelude::*;

/// A condition that the page follows.
pub(crate) type Flag = Signal<bool>;

/// A text that changes.
pub(crate) fn text(text: impl Fn() -> String + Send + Sync + 'static) -> AnyView {
    let text = Signal::derive(text);
    (move || text.get()).into_any()
}

/// Something that is there while a condition holds.
pub(crate) fn when(
    condition: impl Fn() -> bool + Send + Sync + 'static,
    content: impl Fn() -> AnyView + Send + Sync + 'static,
) -> AnyView {
    either(Memo::new(move |_| condition()).into(), Arc::new(content))
}

fn either(condition: Flag, content: Arc<dyn Fn() -> AnyView + Send + Sync>) -> AnyView {
    (move || if condition.get() { content() } else { ().into_any() }).into_any()
}

/// A button.
pub(crate) fn button(
    id: &'static str,
    class: &'static str,
    label: impl Fn() -> String + Send + Sync + 'static,
    act: impl Fn() + 'static,
) -> AnyView {
    enabled_button(id, class, Signal::stored(true), label, act)
}

/// A button that can't always be pressed.
pub(crate) fn enabled_button(
    id: &'static str,
    class: &'static str,
    enabled: Flag,
    label: impl Fn() -> String + Send + Sync + 'static,
    act: impl Fn() + 'static,
) -> AnyView {
    let act: Box<dyn Fn(MouseEvent)> = Box::new(move |_| act());
    boxed_button(id, class, enabled, text(label), act)
}

fn boxed_button(
    id: &'static str,
    class: &'static str,
    enabled: Flag,
    label: AnyView,
    act: Box<dyn Fn(MouseEvent)>,
) -> AnyView {
    view! {
        <button id=id class=class disabled=move || !enabled.get() on:click=act>{label}</button>
    }
    .into_any()
}
