//! A sender's parameters: what is wanted, and one `setParameters()` at a time.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::{JsCast, JsValue};
use web_sys::RtcRtpSender;

use crate::bindings::{Encoding, RtpSender, SendParameters};
use crate::promise::settled;

/// What a sender gives up first where there is too little bandwidth or processor time
/// (`RTCDegradationPreference`, mst-content-hint, section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DegradationPreference {
    /// Resolution.
    MaintainFramerate,
    /// Frames.
    MaintainResolution,
}

impl DegradationPreference {
    const fn name(self) -> &'static str {
        match self {
            Self::MaintainFramerate => "maintain-framerate",
            Self::MaintainResolution => "maintain-resolution",
        }
    }
}

/// What is to be changed in the parameters. None stays as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Wish {
    /// Whether anything is sent at all.
    pub(super) active: Option<bool>,
    /// What is given up first.
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
    /// What no call has been made for yet.
    wish: Cell<Wish>,
    busy: Cell<bool>,
}

impl Parameters {
    pub(super) fn new(sender: &RtcRtpSender) -> Self {
        Self(Rc::new(State {
            sender: sender.unchecked_ref::<RtpSender>().clone(),
            wish: Cell::default(),
            busy: Cell::default(),
        }))
    }

    pub(super) fn sender(&self) -> &RtpSender {
        &self.0.sender
    }

    /// Changes what is wanted, and sees to it.
    pub(super) fn update(&self, change: impl FnOnce(&mut Wish)) {
        let mut wish = self.0.wish.get();
        change(&mut wish);
        self.0.wish.set(wish);
        self.apply();
    }

    fn apply(&self) {
        if self.0.busy.get() {
            return;
        }
        let wish = self.0.wish.take();
        // A connection that is closed refuses both calls, and needs neither.
        let Ok(parameters) = self.0.sender.parameters() else { return };
        if !change(&parameters, wish) {
            return;
        }
        let Ok(set) = self.0.sender.set_parameters(&parameters) else { return };
        self.0.busy.set(true);
        let this = self.clone();
        settled(set, move |_: Result<JsValue, JsValue>| {
            this.0.busy.set(false);
            this.apply();
        });
    }
}

/// Writes the wish into the parameters. False where they say so already.
fn change(parameters: &SendParameters, wish: Wish) -> bool {
    let mut changes = false;
    for encoding in parameters.encodings().unwrap_or_default() {
        let encoding: Encoding = encoding.unchecked_into();
        if let Some(active) = wish.active
            && encoding.active() == Some(!active)
        {
            encoding.set_active(active);
            changes = true;
        }
    }
    if let Some(preference) = wish.preference {
        let name = preference.name();
        if parameters.degradation_preference().as_deref() != Some(name) {
            parameters.set_degradation_preference(name);
            changes = true;
        }
    }
    changes
}
