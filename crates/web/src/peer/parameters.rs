//! A sender's parameters: what is wanted, and one `setParameters()` at a time.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::{JsCast, JsValue};
use web_sys::RtcRtpSender;

use crate::bindings::{Encoding, RtpSender, SendParameters};
use crate::promise::settled;

/// What a sender gives up first where there is too little bandwidth or processor time
/// (`RTCDegradationPreference`, mst-content-hint, section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DegradationPreference {
    /// Some of both, as the browser likes.
    Balanced,
    /// Frames.
    MaintainResolution,
}

impl DegradationPreference {
    const fn name(self) -> &'static str {
        match self {
            Self::Balanced => "balanced",
            Self::MaintainResolution => "maintain-resolution",
        }
    }
}

/// What the parameters are to say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Wish {
    /// Whether anything is sent at all.
    pub(super) active: bool,
    /// None: as the browser has it.
    pub(super) preference: Option<DegradationPreference>,
}

/// One sender. `setParameters()` wants what `getParameters()` last returned, and the browser
/// refuses it when another call came in between. So the next call waits for the last one, and
/// only the last wish counts.
#[derive(Clone, Debug)]
pub(super) struct Parameters(Rc<State>);

#[derive(Debug)]
struct State {
    sender: RtpSender,
    wish: RefCell<Wish>,
    busy: Cell<bool>,
    again: Cell<bool>,
}

impl Parameters {
    pub(super) fn new(sender: &RtcRtpSender) -> Self {
        Self(Rc::new(State {
            sender: sender.unchecked_ref::<RtpSender>().clone(),
            wish: RefCell::new(Wish { active: true, preference: None }),
            busy: Cell::new(false),
            again: Cell::new(false),
        }))
    }

    pub(super) fn sender(&self) -> &RtpSender {
        &self.0.sender
    }

    /// Changes what is wanted, and sees to it.
    pub(super) fn update(&self, change: impl FnOnce(&mut Wish)) {
        change(&mut self.0.wish.borrow_mut());
        self.apply();
    }

    fn apply(&self) {
        if self.0.busy.get() {
            self.0.again.set(true);
            return;
        }
        // A connection that is closed refuses both calls, and needs neither.
        let Ok(parameters) = self.0.sender.parameters() else { return };
        if !change(&parameters, *self.0.wish.borrow()) {
            return;
        }
        let Ok(set) = self.0.sender.set_parameters(&parameters) else { return };
        self.0.busy.set(true);
        let this = self.clone();
        settled(set, move |_: Result<JsValue, JsValue>| {
            this.0.busy.set(false);
            if this.0.again.replace(false) {
                this.apply();
            }
        });
    }
}

/// Writes the wish into the parameters. False where they say so already.
fn change(parameters: &SendParameters, wish: Wish) -> bool {
    let mut changes = false;
    for encoding in parameters.encodings().unwrap_or_default() {
        let encoding: Encoding = encoding.unchecked_into();
        if encoding.active() == Some(!wish.active) {
            encoding.set_active(wish.active);
            changes = true;
        }
    }
    if let Some(preference) = wish.preference {
        let name = preference.name();
        // Unsaid is balanced.
        if parameters.degradation_preference().as_deref().unwrap_or("balanced") != name {
            parameters.set_degradation_preference(name);
            changes = true;
        }
    }
    changes
}
