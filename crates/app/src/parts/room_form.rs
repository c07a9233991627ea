//! Where a person types a room's name.

use leptos::prelude::*;
use leptos::web_sys::Event;
use sightline_protocol::RoomName;
use sightline_web::Field;

use super::dynamic::text;
use super::element::{tag, words};
use crate::app::Place;
use crate::route::{Typed, call_path, typed};

/// What the form is for.
#[derive(Clone, Copy)]
pub(crate) struct RoomForm {
    /// The field's id.
    pub(crate) id: &'static str,
    /// The id of what is said about it.
    pub(crate) problem: &'static str,
    /// The button.
    pub(crate) label: &'static str,
    /// The address that a name leads to.
    pub(crate) path: fn(&RoomName) -> String,
}

/// A field and a button; what can't be a name is explained, and stays in the field.
pub(crate) fn room_form(place: Place, RoomForm { id, problem, label, path }: RoomForm) -> AnyView {
    let said = RwSignal::new(String::new());
    let submit = move |event: Event| {
        event.prevent_default();
        let Some(field) = Field::find(id) else { return };
        match typed(&field.value()) {
            // A link says itself what it leads to.
            Ok(Typed { room, is_call: true }) => place.go(&call_path(&room)),
            Ok(Typed { room, .. }) => place.go(&path(&room)),
            Err(error) => {
                said.set(error.to_string());
                field.set_invalid(true);
                field.focus();
            }
        }
    };
    let field = tag(
        "input",
        &[
            ("id", id),
            ("type", "text"),
            ("autocomplete", "off"),
            ("autocapitalize", "none"),
            ("spellcheck", "false"),
            ("enterkeyhint", "go"),
            ("placeholder", "kabod-lupim-tosag-nirul"),
            ("aria-describedby", problem),
        ],
    )
    .of(Vec::new());
    let button = tag("button", &[("class", "button"), ("type", "submit")]);
    tag("form", &[("class", "room-form")]).on("submit", submit).of(vec![
        tag("label", &[("for", id)]).of(vec![words("Room")]),
        tag("div", &[("class", "row")]).of(vec![field, button.of(vec![words(label)])]),
        tag("p", &[("id", problem), ("class", "field-problem"), ("role", "alert")])
            .of(vec![text(move || said.get())]),
    ])
}
