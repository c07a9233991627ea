//! Moves between the app's pages without loading the document again.

use leptos::prelude::*;
use sightline_web::{begin_at_top, on_popstate, open_path, soon};

/// Opens the app's pages. Components get it from the context, by [`use_navigator`].
#[derive(Clone, Copy)]
pub(crate) struct Navigator {
    /// Numbers the visits of pages: opening the same address again is a new visit.
    visit: RwSignal<u32>,
    /// Whether leaving the current page has to be confirmed.
    guard: StoredValue<Option<Signal<bool>>>,
    /// The path to open once the person has confirmed.
    pending: RwSignal<Option<String>>,
}

/// The app's navigator.
pub(crate) fn use_navigator() -> Navigator {
    expect_context()
}

impl Navigator {
    /// Puts a navigator into the context. It follows the browser's Back and Forward for as long as
    /// the current owner lives.
    pub(crate) fn provide() -> Self {
        let navigator = Self {
            visit: RwSignal::new(0),
            guard: StoredValue::new(None),
            pending: RwSignal::new(None),
        };
        // The listener is removed when it is dropped.
        StoredValue::new_local(on_popstate(move || navigator.start_visit()));
        provide_context(navigator);
        navigator
    }

    /// The number of the current visit.
    pub(crate) fn visit(self) -> u32 {
        self.visit.get()
    }

    /// Opens a page of the app. Asks for confirmation first if the current page wants that.
    pub(crate) fn open(self, path: &str) {
        if self.has_to_confirm() {
            self.pending.set(Some(path.to_owned()));
        } else {
            self.open_now(path);
        }
    }

    /// Links ask for confirmation while `guard` is true, until the current page is left.
    pub(crate) fn confirm_while(self, guard: impl Into<Signal<bool>>) {
        self.guard.set_value(Some(guard.into()));
    }

    /// Whether the person is being asked to confirm.
    pub(crate) fn is_confirming(self) -> bool {
        self.pending.with(Option::is_some)
    }

    /// The person stays on the current page.
    pub(crate) fn stay(self) {
        self.pending.set(None);
    }

    /// The person leaves for the page that they wanted to open.
    pub(crate) fn leave(self) {
        if let Some(path) = self.pending.get_untracked() {
            self.open_now(&path);
        }
    }

    fn has_to_confirm(self) -> bool {
        self.guard.get_value().and_then(|guard| guard.try_get_untracked()).unwrap_or(false)
    }

    fn open_now(self, path: &str) {
        open_path(path, false);
        self.start_visit();
        // After the new page has been rendered.
        soon(begin_at_top);
    }

    fn start_visit(self) {
        self.guard.set_value(None);
        self.pending.set(None);
        self.visit.update(|visit| *visit = visit.wrapping_add(1));
    }
}
