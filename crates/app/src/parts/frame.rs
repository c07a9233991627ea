//! The header that the pages have in common.

use leptos::prelude::*;
use sightline_protocol::RoomNameError;
use sightline_session::Status;

use super::alert::fixed_alert;
use super::element::{tag, words};
use super::status_line::fixed_status;
use crate::app::{Place, link};

/// A page with the header above it.
pub(crate) fn frame(place: Place, content: Vec<AnyView>) -> AnyView {
    let logo = tag("img", &[("src", "/icon.svg"), ("alt", ""), ("width", "28"), ("height", "28")])
        .of(Vec::new());
    let brand = link(place, "/", "brand", vec![logo, words("Sightline")]);
    let header = tag("header", &[("class", "top")]).of(vec![brand]);
    vec![header, tag("main", &[("class", "page")]).of(content)].into_any()
}

/// A page that has little to say.
pub(crate) fn card(place: Place, title: &'static str, mut content: Vec<AnyView>) -> AnyView {
    content.insert(0, tag("h1", &[]).of(vec![words(title)]));
    frame(place, vec![tag("section", &[("class", "card narrow")]).of(content)])
}

/// The page for an address whose room is none, with a way to a new one.
pub(crate) fn bad_room(place: Place, error: RoomNameError, way_on: AnyView) -> AnyView {
    card(
        place,
        "This room can't be used",
        vec![
            fixed_status(Status::Failed, "Not connected".to_owned()),
            fixed_alert(format!("{error} Choose another, or take a new room.")),
            way_on,
        ],
    )
}
