//! The first page: what this is, and the ways on.

use leptos::prelude::*;

use super::receiver::WATCH;
use crate::app::{Place, link};
use crate::parts::{RoomForm, frame, room_form, tag, words};
use crate::route::call_path;

/// Where the name of a call is typed.
const JOIN: RoomForm =
    RoomForm { id: "call", problem: "call-problem", label: "Join", path: call_path };

/// What Sightline is in a sentence; share, watch, or call.
pub(crate) fn home(place: Place) -> AnyView {
    let lead = tag("div", &[]).of(vec![
        tag("h1", &[]).of(vec![words("Show somebody what you see, live")]),
        tag("p", &[("class", "lead")]).of(vec![words(
            "Sightline puts your camera into another browser, directly: no account, and the \
             picture never passes through a server.",
        )]),
    ]);
    let ways = tag("div", &[("class", "ways")]).of(vec![
        way(
            "Share a camera",
            "You get a link to give to whoever should see it. Nothing is sent before you say so.",
            vec![link(place, "/sender", "button primary", vec![words("Share a camera")])],
        ),
        way(
            "Watch",
            "Type the room's name that the sender gave you.",
            vec![room_form(place, WATCH)],
        ),
        way(
            "Call",
            "Up to four see and hear each other. Start a call, or type the name of one.",
            vec![
                link(place, "/call", "button primary", vec![words("Start a call")]),
                room_form(place, JOIN),
            ],
        ),
    ]);
    frame(place, vec![tag("section", &[("class", "hero")]).of(vec![lead, ways])])
}

fn way(title: &'static str, what: &'static str, mut act: Vec<AnyView>) -> AnyView {
    act.insert(0, tag("h2", &[]).of(vec![words(title)]));
    act.insert(1, tag("p", &[]).of(vec![words(what)]));
    tag("div", &[("class", "card")]).of(act)
}
