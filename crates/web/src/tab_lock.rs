//! What only one tab of a browser does at a time (Web Locks).

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Function, Object, Promise};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::AbortController;

use crate::bindings::{LockOptions, navigator};
use crate::promise::ignored;

/// A lock among the tabs of one browser: held, or waited for. Dropping it gives it up; a tab that
/// is closed, or crashes, gives it up as well.
#[derive(Debug)]
#[must_use = "dropping it gives the lock up"]
pub struct TabLock {
    release: Rc<RefCell<Option<Function>>>,
    abort: Option<AbortController>,
    wanted: Rc<Cell<bool>>,
}

impl TabLock {
    /// Asks for the lock of this name. `granted` is called when this tab has it: at once (but not
    /// before this returns), or when the tab that has it gives it up. None where the browser has
    /// no such locks.
    pub fn request(name: &str, granted: impl FnOnce() + 'static) -> Option<Self> {
        let locks = navigator()?.locks()?;
        let release: Rc<RefCell<Option<Function>>> = Rc::default();
        let wanted = Rc::new(Cell::new(true));
        let (releases, still) = (Rc::clone(&release), Rc::clone(&wanted));
        // The lock is held until the promise that this returns is settled.
        let held = Closure::once_into_js(move |_lock: JsValue| -> Promise {
            if !still.get() {
                return Promise::resolve(&JsValue::UNDEFINED);
            }
            let promise = Promise::new(&mut |resolve, _| {
                *releases.borrow_mut() = Some(resolve);
            });
            granted();
            promise
        });
        let options: LockOptions = Object::new().unchecked_into();
        let abort = AbortController::new().ok();
        if let Some(abort) = &abort {
            options.set_signal(&abort.signal());
        }
        ignored(locks.request_lock(name, &options, &held).ok()?);
        Some(Self { release, abort, wanted })
    }
}

impl Drop for TabLock {
    fn drop(&mut self) {
        self.wanted.set(false);
        match self.release.take() {
            // It never throws.
            Some(release) => drop(release.call0(&JsValue::UNDEFINED)),
            None => self.abort.iter().for_each(AbortController::abort),
        }
    }
}
