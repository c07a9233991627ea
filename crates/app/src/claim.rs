//! One tab of a browser shares in a room at a time. A second one has the same seat, as it is the
//! same person's, so it asks before it takes the broadcast over.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::*;
use sightline_protocol::RoomName;
use sightline_web::{TabLock, Timeout, after};

/// How long a tab waits to learn that no other one shares, in milliseconds: the page before a
/// reload gives the room up a moment after the next one asks for it.
const WAIT: u32 = 500;

/// A tab's claim on a room.
#[derive(Clone)]
pub(crate) struct Claim {
    held: Rc<Held>,
    /// Another tab has the room: the person is asked.
    elsewhere: RwSignal<bool>,
}

#[derive(Default)]
struct Held {
    name: String,
    /// Kept because dropping it gives the room up.
    lock: RefCell<Option<TabLock>>,
    wait: RefCell<Option<Timeout>>,
    begun: Cell<bool>,
}

impl Claim {
    /// No claim yet.
    pub(crate) fn new(room: &RoomName) -> Self {
        let held = Held { name: format!("sightline.sender.{room}"), ..Held::default() };
        Self { held: Rc::new(held), elsewhere: RwSignal::new(false) }
    }

    /// Whether another tab shares in this room, and the person is asked what to do.
    pub(crate) fn is_elsewhere(&self) -> bool {
        self.elsewhere.get()
    }

    /// Calls `begin` as soon as no other tab shares. Meanwhile the person is asked.
    pub(crate) fn request(&self, begin: impl Fn() + Clone + 'static) {
        self.release();
        let (claim, granted) = (self.downgrade(), begin.clone());
        let lock = TabLock::request(&self.held.name, move || {
            if let Some(claim) = claim() {
                claim.begin(&granted);
            }
        });
        // A browser without such locks, or a page that isn't secure: there is no other camera.
        if lock.is_none() {
            return self.begin(&begin);
        }
        self.held.lock.replace(lock);
        let claim = self.downgrade();
        let wait = after(WAIT, move || {
            if let Some(claim) = claim()
                && !claim.held.begun.get()
            {
                claim.elsewhere.try_set(true);
            }
        });
        self.held.wait.replace(Some(wait));
    }

    /// The person wants to share here: calls `begin` now. The other tab gives the room up when it
    /// hears of it.
    pub(crate) fn take_over(&self, begin: impl Fn() + Clone + 'static) {
        if self.held.lock.borrow().is_none() {
            self.request(begin.clone());
        }
        self.begin(&begin);
    }

    /// Gives the room up.
    pub(crate) fn release(&self) {
        self.held.wait.take();
        self.held.lock.take();
        self.held.begun.set(false);
        self.elsewhere.try_set(false);
    }

    fn begin(&self, begin: &impl Fn()) {
        if !self.held.begun.replace(true) {
            self.held.wait.take();
            self.elsewhere.try_set(false);
            begin();
        }
    }

    /// For closures that the claim itself holds: they must not keep it.
    fn downgrade(&self) -> impl Fn() -> Option<Self> + 'static {
        let (held, elsewhere) = (Rc::downgrade(&self.held), self.elsewhere);
        move || Some(Self { held: held.upgrade()?, elsewhere })
    }
}
