//! The frame around the pages, and getting from one to another without a load.

use leptos::prelude::*;
use sightline_web::{Location, on_popstate, open_path, scroll_to_top, set_title};

use crate::pages::{HomePage, NotFoundPage, ReceiverPage, SenderPage};
use crate::route::Route;

/// The page's address, for whoever needs to know or change it.
#[derive(Clone, Copy)]
pub(crate) struct Place(RwSignal<Route>);

impl Place {
    fn read() -> Route {
        let location = Location::current();
        Route::parse(&location.path, |name| location.query(name))
    }

    /// Goes to an address of this app. The page that is left gives up what it owns.
    pub(crate) fn go(self, path: &str) {
        open_path(path, false);
        scroll_to_top();
        self.0.set(Self::read());
    }
}

/// A link within the app.
#[component]
pub(crate) fn Link(
    /// Where to.
    path: String,
    /// The link's class.
    #[prop(optional)]
    class: &'static str,
    /// The link's content.
    children: Children,
) -> impl IntoView {
    let place = expect_context::<Place>();
    let target = path.clone();
    let click = move |event: leptos::ev::MouseEvent| {
        // Another tab or window is the browser's business.
        if event.button() == 0 && !event.ctrl_key() && !event.meta_key() && !event.shift_key() {
            event.prevent_default();
            place.go(&target);
        }
    };
    // Boxed, so that all links are one piece of code.
    let click: Box<dyn Fn(leptos::ev::MouseEvent)> = Box::new(click);
    view! { <a href=path class=class on:click=click>{children()}</a> }.into_any()
}

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    let place = Place(RwSignal::new(Place::read()));
    provide_context(place);
    let moved = on_popstate(move || place.0.set(Place::read()));
    // Kept as long as the app is.
    let _moved = StoredValue::new_local(moved);
    move || match place.0.get() {
        Route::Home => {
            set_title("Sightline: live video from your browser to another");
            view! { <HomePage/> }.into_any()
        }
        Route::Sender(visit) => {
            set_title("Share a camera · Sightline");
            view! { <SenderPage visit/> }.into_any()
        }
        Route::Receiver(visit) => {
            set_title("Watch · Sightline");
            view! { <ReceiverPage visit/> }.into_any()
        }
        Route::NotFound => {
            set_title("Not found · Sightline");
            view! { <NotFoundPage/> }.into_any()
        }
    }
}
