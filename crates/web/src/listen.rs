//! Listeners on the window. Dropping the value removes them.

use std::rc::Rc;

use gloo_events::EventListener;
use web_sys::{Document, Window};

/// Listeners that are removed when this is dropped.
#[derive(Debug)]
#[must_use = "dropping it removes the listeners"]
pub struct Listener {
    _listeners: Vec<EventListener>,
}

/// Calls `wake` when waiting any longer makes no sense: the network came back, the
/// page became visible, or it was taken out of the back/forward cache.
pub fn on_wake(wake: impl Fn() + 'static) -> Listener {
    let wake = Rc::new(wake);
    let Some(window) = web_sys::window() else { return Listener { _listeners: Vec::new() } };
    let on_window = |window: &Window, kind: &'static str| {
        let wake = Rc::clone(&wake);
        EventListener::new(window, kind, move |_| wake())
    };
    let mut listeners = vec![on_window(&window, "online"), on_window(&window, "pageshow")];
    if let Some(document) = window.document() {
        listeners.push(on_visible(document, Rc::clone(&wake)));
    }
    Listener { _listeners: listeners }
}

/// Calls `moved` when the person goes back or forward within the page's history.
pub fn on_popstate(moved: impl Fn() + 'static) -> Listener {
    let listeners = web_sys::window()
        .map(|window| EventListener::new(&window, "popstate", move |_| moved()))
        .into_iter()
        .collect();
    Listener { _listeners: listeners }
}

fn on_visible(document: Document, wake: Rc<impl Fn() + 'static>) -> EventListener {
    let target = document.clone();
    EventListener::new(&target, "visibilitychange", move |_| {
        if document.visibility_state() == web_sys::VisibilityState::Visible {
            wake();
        }
    })
}
