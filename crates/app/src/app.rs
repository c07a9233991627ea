//! The frame around the pages, and getting from one to another without a load.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Event, MouseEvent};
use sightline_web::{Location, begin_at_top, on_popstate, open_path, set_title, soon};

use crate::pages;
use crate::parts::{LeaveDialog, switch, tag};
use crate::route::Route;

/// The page's address, for whoever needs to know or change it.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    /// Counts the moves, so that going to the same address again is a move too.
    moves: RwSignal<u8>,
    /// Whether leaving the page would end something that others see.
    on_air: RwSignal<bool>,
    /// Where the person wants to go, as long as they are asked whether to leave.
    wanted: RwSignal<Option<String>>,
}

impl Place {
    fn new() -> Self {
        Self { moves: RwSignal::new(1), on_air: RwSignal::new(false), wanted: RwSignal::new(None) }
    }

    /// Goes to an address of this app. The page that is left gives up what it owns, so somebody who
    /// is on air is asked first.
    pub(crate) fn go(self, path: &str) {
        if self.on_air.get_untracked() {
            self.wanted.set(Some(path.to_owned()));
        } else {
            self.leave_for(path);
        }
    }

    /// Says whether leaving the page would end something that others see.
    pub(crate) fn set_on_air(self, on_air: bool) {
        // None where the app is gone.
        self.on_air.try_set(on_air);
    }

    /// Where the person wants to go, as long as they are asked whether to leave.
    pub(crate) fn wanted(self) -> Option<String> {
        self.wanted.get()
    }

    /// The person stays.
    pub(crate) fn stay(self) {
        self.wanted.set(None);
    }

    /// The person leaves for where they wanted to go.
    pub(crate) fn leave(self) {
        let wanted = self.wanted.get_untracked();
        self.wanted.set(None);
        if let Some(path) = wanted {
            self.leave_for(&path);
        }
    }

    fn leave_for(self, path: &str) {
        open_path(path, false);
        self.moved();
        // After the new page is there.
        soon(begin_at_top);
    }

    fn moved(self) {
        self.on_air.set(false);
        self.wanted.set(None);
        // From 255 back to 1: to a switch, 0 is nothing.
        self.moves.update(|moves| *moves = moves.checked_add(1).unwrap_or(1));
    }
}

/// A link within the app.
pub(crate) fn link(
    place: Place,
    path: impl Into<String>,
    class: &'static str,
    content: Vec<AnyView>,
) -> AnyView {
    let path = path.into();
    let href = path.clone();
    let click = move |event: Event| {
        let click = event.unchecked_ref::<MouseEvent>();
        // Another tab or window is the browser's business.
        if click.button() == 0 && !click.ctrl_key() && !click.meta_key() && !click.shift_key() {
            event.prevent_default();
            place.go(&path);
        }
    };
    tag("a", &[("class", class)]).has("href", href).on("click", click).of(content)
}

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    let place = Place::new();
    // Kept as long as the app is.
    let _moved = StoredValue::new_local(on_popstate(move || place.moved()));
    let page = switch(
        move || place.moves.get(),
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
    );
    view! {
        {page}
        <LeaveDialog place />
    }
}
