//! The frame around the pages, and getting from one to another without a load.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Event, MouseEvent};
use sightline_web::{Location, begin_at_top, on_popstate, open_path, set_title, soon};

use crate::pages;
use crate::parts::{switch, tag};
use crate::route::Route;

/// The page's address, for whoever needs to know or change it. Counts the moves, so
/// that going to the same address again is a move too.
#[derive(Clone, Copy)]
pub(crate) struct Place(RwSignal<u8>);

impl Place {
    /// Goes to an address of this app. The page that is left gives up what it owns.
    pub(crate) fn go(self, path: &str) {
        open_path(path, false);
        self.moved();
        // After the new page is there.
        soon(begin_at_top);
    }

    fn moved(self) {
        // From 255 back to 1: to a switch, 0 is nothing.
        self.0.update(|moves| *moves = moves.checked_add(1).unwrap_or(1));
    }
}

/// A link within the app.
pub(crate) fn link(
    place: Place,
    path: &'static str,
    class: &'static str,
    content: Vec<AnyView>,
) -> AnyView {
    let click = move |event: Event| {
        let click = event.unchecked_ref::<MouseEvent>();
        // Another tab or window is the browser's business.
        if click.button() == 0 && !click.ctrl_key() && !click.meta_key() && !click.shift_key() {
            event.prevent_default();
            place.go(path);
        }
    };
    tag("a", &[("href", path), ("class", class)]).on("click", click).of(content)
}

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    let place = Place(RwSignal::new(1));
    // Kept as long as the app is.
    let _moved = StoredValue::new_local(on_popstate(move || place.moved()));
    switch(
        move || place.0.get(),
        move |_| {
            let location = Location::current();
            let route = Route::parse(&location.path, |name| location.query(name));
            let (title, page) = match route {
                Route::Home => ("Live video from your browser to another", pages::home(place)),
                Route::Sender(visit) => ("Share a camera", pages::sender(place, visit)),
                Route::Receiver(visit) => ("Watch", pages::receiver(place, visit)),
                Route::Call(visit) => ("Call", pages::call(place, visit)),
                Route::NotFound => ("Not found", pages::not_found(place)),
            };
            set_title(&format!("{title} · Sightline"));
            page
        },
    )
}
