//! What a page says, without what lasts too short to be read.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use sightline_session::{Settling, Time, Urgency};
use sightline_web::{Timeout, after, now};

/// Follows a value; None until something was there for long enough. `urgency` is told what is
/// shown and what the value is now.
pub(crate) fn settled<T>(
    value: impl Fn() -> T + 'static,
    urgency: fn(Option<&T>, &T) -> Urgency,
) -> ReadSignal<Option<T>>
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let follower = Rc::new(Follower {
        settling: RefCell::default(),
        timer: RefCell::default(),
        shown: RwSignal::new(None),
    });
    let shown = follower.shown;
    Effect::new(move |_| {
        let (value, now) = (value(), now());
        let mut settling = follower.settling.borrow_mut();
        let urgency = urgency(settling.shown(), &value);
        settling.follow(now, value, urgency);
        drop(settling);
        follower.show(now);
    });
    shown.read_only()
}

struct Follower<T: Send + Sync + 'static> {
    settling: RefCell<Settling<T>>,
    timer: RefCell<Option<Timeout>>,
    shown: RwSignal<Option<T>>,
}

impl<T: Clone + PartialEq + Send + Sync + 'static> Follower<T> {
    /// Shows what there is to show, and comes back when that changes by itself.
    fn show(self: &Rc<Self>, now: Time) {
        // A browser may stop this wherever it calls the browser: nothing is borrowed there.
        let shown = self.settling.borrow().shown().cloned();
        let due = self.settling.borrow().next_timeout();
        // The page may be gone.
        if self.shown.try_with_untracked(|before| *before != shown) == Some(true) {
            self.shown.try_set(shown);
        }
        let timer = due.map(|due| {
            let millis = u32::try_from(due.saturating_sub(now).as_millis()).unwrap_or(u32::MAX);
            let follower = Rc::downgrade(self);
            after(millis.saturating_add(1), move || {
                if let Some(follower) = follower.upgrade() {
                    let now = sightline_web::now();
                    follower.settling.borrow_mut().advance(now);
                    follower.show(now);
                }
            })
        });
        // What is replaced is cancelled, by a call of the browser.
        let before = self.timer.replace(timer);
        drop(before);
    }
}

/// Follows a value that comes and goes. It is shown once it has lasted, and hidden at once.
pub(crate) fn settled_option<T>(value: impl Fn() -> Option<T> + 'static) -> Signal<Option<T>>
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let shown = settled(value, |_, now| match now {
        Some(_) => Urgency::Settled,
        None => Urgency::Soon,
    });
    Signal::derive(move || shown.get().flatten())
}
