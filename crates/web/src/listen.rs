//! Listeners on the window. Dropping the value removes them.

use std::rc::Rc;

use gloo_events::EventListener;
use js_sys::Reflect;
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

/// Calls `leave` when the page is left: for another one, closed, or put away for the
/// way back (back/forward cache). A page that was put away is loaded anew when the
/// person returns: nothing of what it had open is there any more.
pub fn on_leave(leave: impl Fn() + 'static) -> Listener {
    let Some(window) = web_sys::window() else { return Listener { _listeners: Vec::new() } };
    let location = window.location();
    let left = EventListener::new(&window, "pagehide", move |_| leave());
    let returned = EventListener::new(&window, "pageshow", move |event| {
        let persisted = Reflect::get(event, &"persisted".into());
        if persisted.is_ok_and(|persisted| persisted.is_truthy()) {
            // Where it fails the person sees that it has ended, and can begin again.
            let _ = location.reload();
        }
    });
    Listener { _listeners: vec![left, returned] }
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
