//! The frame around the pages, and getting from one to another without a load.

use leptos::ev::MouseEvent;
use leptos::prelude::*;
use sightline_web::{Location, begin_at_top, on_popstate, open_path, set_title, spawn_local};

use crate::pages;
use crate::parts::switch;
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
        spawn_local(async { begin_at_top() });
    }

    fn moved(self) {
        // From 255 back to 1: to a switch, 0 is nothing.
        self.0.update(|moves| *moves = moves.checked_add(1).unwrap_or(1));
    }
}

/// A link within the app.
pub(crate) fn link(path: &'static str, class: &'static str, content: AnyView) -> AnyView {
    let place = expect_context::<Place>();
    let click: Box<dyn Fn(MouseEvent)> = Box::new(move |event| {
        // Another tab or window is the browser's business.
        if event.button() == 0 && !event.ctrl_key() && !event.meta_key() && !event.shift_key() {
            event.prevent_default();
            place.go(path);
        }
    });
    view! { <a href=path class=class on:click=click>{content}</a> }.into_any()
}

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    let place = Place(RwSignal::new(1));
    provide_context(place);
    // Kept as long as the app is.
    let _moved = StoredValue::new_local(on_popstate(move || place.moved()));
    switch(
        move || place.0.get(),
        |_| {
            let location = Location::current();
            let route = Route::parse(&location.path, |name| location.query(name));
            let (title, page) = match route {
                Route::Home => ("Live video from your browser to another", pages::home()),
                Route::Sender(visit) => ("Share a camera", pages::sender(visit)),
                Route::Receiver(visit) => ("Watch", pages::receiver(visit)),
                Route::NotFound => ("Not found", pages::not_found()),
            };
            set_title(&format!("{title} · Sightline"));
            page
        },
    )
}
