//! Texts that a person takes away: the link to be given to others, and details for whoever
//! is to help.

use leptos::prelude::*;
use sightline_web::{Field, copy_text};

use super::dynamic::{button, text};
use super::element::{tag, words};

/// The link in a field, and a button that copies it. Where the browser has no
/// clipboard the link is selected, so that the person can copy it.
pub(crate) fn share_link(label: &'static str, link: String) -> AnyView {
    let field = tag("input", &[("id", "link"), ("type", "text"), ("readonly", "")]);
    let field = field.has("value", link.clone()).of(Vec::new());
    let otherwise = |_| {
        if let Some(field) = Field::find("link") {
            field.select();
        }
        "Selected: copy it with your keyboard or the menu.".to_owned()
    };
    let (copy, said) = copying("copy", "Copy", "hint", Box::new(move || link.clone()), otherwise);
    tag("div", &[("class", "share")]).of(vec![
        tag("label", &[("for", "link")]).of(vec![words(label)]),
        tag("div", &[("class", "row")]).of(vec![field, copy]),
        said,
    ])
}

/// A button that copies what is known about a problem. Where the browser has no clipboard
/// it is shown, so that the person can copy it.
pub(crate) fn details(known: impl Fn() -> String + Send + 'static) -> Vec<AnyView> {
    let (copy, said) =
        copying("details", "Copy details", "details", Box::new(known), |known| known);
    vec![copy, said]
}

/// A button that copies, and a place where it says that it has, or what else there is.
fn copying(
    id: &'static str,
    label: &'static str,
    class: &'static str,
    what: Box<dyn Fn() -> String + Send>,
    otherwise: fn(String) -> String,
) -> (AnyView, AnyView) {
    let said = RwSignal::new(String::new());
    let copy = move || {
        let what = what();
        // So that a second time is announced, too.
        said.set(String::new());
        copy_text(&what.clone(), move |copied| {
            said.try_set(if copied { "Copied.".to_owned() } else { otherwise(what) });
        });
    };
    let said = tag("p", &[("class", class), ("role", "status")]).of(vec![text(move || said.get())]);
    (button(id, "button", label, copy), said)
}
