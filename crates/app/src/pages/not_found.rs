//! An address that means nothing here.

use leptos::prelude::*;

use crate::app::{Place, link};
use crate::parts::{card, tag, words};

/// Says so, and leads home.
pub(crate) fn not_found(place: Place) -> AnyView {
    card(
        place,
        "There is no such page",
        vec![
            tag("p", &[])
                .of(vec![words("The link may be old, or a letter of it lost on the way.")]),
            link(place, "/", "button primary", vec![words("To the start")]),
        ],
    )
}
