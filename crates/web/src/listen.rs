//! Listeners on the window. Dropping the value removes them.

use std::rc::Rc;

use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{Event, EventTarget, PageTransitionEvent, VisibilityState};

/// Listeners that are removed when this is dropped.
#[derive(Debug)]
#[must_use = "dropping it removes the listeners"]
pub struct Listener {
    _listeners: Vec<EventListener>,
}

impl Listener {
    pub(crate) const fn of(listeners: Vec<EventListener>) -> Self {
        Self { _listeners: listeners }
    }
}

/// Calls `act` at an event. Each kind of closure that a browser is given itself would be
/// compiled a bridge of its own.
pub(crate) fn listen(
    target: &EventTarget,
    kind: &'static str,
    act: impl Fn(&Event) + 'static,
) -> EventListener {
    boxed_listen(target, kind, Box::new(act))
}

fn boxed_listen(
    target: &EventTarget,
    kind: &'static str,
    act: Box<dyn Fn(&Event)>,
) -> EventListener {
    EventListener::new(target, kind, move |event| act(event))
}

/// What happens to the page as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageEvent {
    /// The network came back, perhaps as another one (`online`).
    Online,
    /// It became visible, or was woken (`pageshow`).
    Shown,
    /// It became invisible: another tab or program is in front of it. A system that wants its
    /// memory may end it without another word.
    Concealed,
    /// It was left, kept by the browser (back/forward cache), and the person has returned. All that
    /// it had open was closed when it was left: it has to be [loaded anew](crate::reload).
    Restored,
    /// It is left: for another one, closed, loaded again, or put away for the way back
    /// (`pagehide`).
    Hidden,
}

/// Calls `report` with what happens to the page.
pub fn on_page(report: impl Fn(PageEvent) + 'static) -> Listener {
    boxed(Rc::new(report))
}

fn boxed(report: Rc<dyn Fn(PageEvent)>) -> Listener {
    let Some(window) = web_sys::window() else { return Listener::of(Vec::new()) };
    let told = |target: &EventTarget, kind: &'static str, read: fn(&Event) -> Option<PageEvent>| {
        let report = Rc::clone(&report);
        listen(target, kind, move |event| {
            if let Some(event) = read(event) {
                report(event);
            }
        })
    };
    let mut listeners = vec![
        told(&window, "online", |_| Some(PageEvent::Online)),
        told(&window, "pagehide", |_| Some(PageEvent::Hidden)),
        told(&window, "pageshow", shown),
    ];
    if let Some(document) = window.document() {
        listeners.push(told(&document, "visibilitychange", |_| {
            let document = web_sys::window()?.document()?;
            let visible = document.visibility_state() == VisibilityState::Visible;
            Some(if visible { PageEvent::Shown } else { PageEvent::Concealed })
        }));
    }
    Listener::of(listeners)
}

fn shown(event: &Event) -> Option<PageEvent> {
    let restored = event.dyn_ref().is_some_and(PageTransitionEvent::persisted);
    Some(if restored { PageEvent::Restored } else { PageEvent::Shown })
}

/// Calls `moved` when the person goes back or forward within the page's history.
pub fn on_popstate(moved: impl Fn() + 'static) -> Listener {
    let listener = |window: web_sys::Window| listen(&window, "popstate", move |_| moved());
    Listener::of(web_sys::window().map(listener).into_iter().collect())
}
