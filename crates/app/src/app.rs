//! The root component: shows the page that the address names.

use leptos::prelude::*;
use sightline_web::{Location, set_title};

use crate::components::LeaveDialog;
use crate::navigation::Navigator;
use crate::pages::{CallPage, HomePage, NotFoundPage, ReceiverPage, SenderPage};
use crate::route::Route;

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    let navigator = Navigator::provide();
    view! {
        // Keyed by the visit: each one gets a page of its own, even if the address is the same.
        <For each=move || [navigator.visit()] key=|visit| *visit let:_visit>
            <CurrentPage />
        </For>
        <LeaveDialog />
    }
}

/// The page that the address names at this moment.
#[component]
fn CurrentPage() -> impl IntoView {
    let location = Location::current();
    let route = Route::parse(&location.path, |name| location.query(name));
    set_title(&format!("{} · Sightline", title(&route)));
    match route {
        Route::Home => view! { <HomePage /> }.into_any(),
        Route::Sender(visit) => view! { <SenderPage visit /> }.into_any(),
        Route::Receiver(visit) => view! { <ReceiverPage visit /> }.into_any(),
        Route::Call(visit) => view! { <CallPage visit /> }.into_any(),
        Route::NotFound => view! { <NotFoundPage /> }.into_any(),
    }
}

/// The title of the browser's tab until a page has more to say.
const fn title(route: &Route) -> &'static str {
    match route {
        Route::Home => "Live video from your browser to another",
        Route::Sender(_) => "Share a camera",
        Route::Receiver(_) => "Watch",
        Route::Call(_) => "Call",
        Route::NotFound => "Not found",
    }
}
