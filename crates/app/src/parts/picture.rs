//! Pictures: one's own, somebody else's, and the click that a browser may want before it
//! plays.

use leptos::prelude::*;
use sightline_web::Facing;

use super::dynamic::{button, switch, text};
use super::element::{tag, words};
use crate::model::{Click, Model};
use crate::page::Page;

/// The own picture; what is said in its place while there is none, and in its corner.
pub(crate) fn stage(
    page: Page,
    class: &'static str,
    look: impl Fn() -> &'static str + Send + Sync + 'static,
    note: impl Fn() -> String + Send + Sync + 'static,
    badge: impl Fn() -> String + Send + Sync + 'static,
) -> AnyView {
    let attributes = [("id", "local-video"), ("playsinline", ""), ("autoplay", ""), ("muted", "")];
    tag("section", &[("class", class), ("aria-label", "Your picture")])
        .shows("data-look", move || look().to_owned())
        .shows("data-mirrored", move || page.see(&is_mirrored).to_string())
        .of(vec![
            tag("video", &attributes).of(Vec::new()),
            tag("div", &[("class", "stage-note")]).of(vec![tag("p", &[]).of(vec![text(note)])]),
            tag("span", &[("class", "badge")]).of(vec![text(badge)]),
        ])
}

/// People know themselves from mirrors. What is in front of them has text in it.
fn is_mirrored(model: &Model) -> bool {
    model.facing != Some(Facing::Environment)
}

/// Where somebody else's picture is shown.
pub(crate) fn video(id: String, label: String) -> AnyView {
    tag("video", &[("playsinline", ""), ("autoplay", "")])
        .has("id", id)
        .has("aria-label", label)
        .of(Vec::new())
}

/// The click that a browser may want before it plays.
pub(crate) fn sound_button(
    page: Page,
    wanted: impl Fn() -> bool + Send + Sync + 'static,
) -> AnyView {
    let which = move || match page.see(&|model| model.click) {
        Click::ForSound if wanted() => 1,
        Click::ForAll if wanted() => 2,
        _ => 0,
    };
    switch(which, move |which| {
        let label = if which == 1 { "Turn the sound on" } else { "Play" };
        button("sound", "button primary", label, move || {
            page.drive(&|driver| driver.playback().play());
        })
    })
}

/// Which room this is.
pub(crate) fn room_hint(class: &'static str, room: String, mut more: Vec<AnyView>) -> AnyView {
    more.insert(0, words("Room "));
    more.insert(1, tag("strong", &[]).of(vec![words(&room)]));
    tag("p", &[("class", class)]).of(more)
}
