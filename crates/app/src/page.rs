//! One page's session, as the parts of the page see it.
//!
//! Everything goes through a few functions that know no types of the parts: each closure
//! that Leptos is given itself would be compiled a signal's machinery of its own.

use leptos::prelude::*;
use sightline_client::Client;
use sightline_protocol::{Role, RoomName};
use sightline_session::{Event, Urgency};
use sightline_web::{after, focus_on, has_focus, set_title};

use crate::model::Model;
use crate::settled::settled;
use crate::text;

/// A page's model, and its driver: given up when the page is left, so that it leaves the room
/// and closes everything.
#[derive(Clone, Copy)]
pub(crate) struct Page {
    pub(crate) role: Role,
    model: RwSignal<Model>,
    driver: StoredValue<Client, LocalStorage>,
}

impl Page {
    /// A page in a room. Nothing begins yet.
    pub(crate) fn new(role: Role, room: RoomName) -> Self {
        let model = RwSignal::new(Model::default());
        let show = move |state: &Model| show(model, state);
        let driver = StoredValue::new_local(Client::new(role, room, show));
        Self { role, model, driver }
    }

    /// Looks at the model, and again whenever it changes.
    pub(crate) fn see<T>(self, look: &dyn Fn(&Model) -> T) -> T {
        self.model.with(look)
    }

    /// Looks at the model once.
    pub(crate) fn peek<T>(self, look: &dyn Fn(&Model) -> T) -> T {
        self.model.with_untracked(look)
    }

    /// Has the driver do something.
    pub(crate) fn drive(self, act: &dyn Fn(&Client)) {
        self.driver.with_value(act);
    }

    /// Asks the driver something. None where the page is gone.
    pub(crate) fn peek_driver<T>(self, look: impl FnOnce(&Client) -> Option<T>) -> Option<T> {
        self.driver.try_with_value(look).flatten()
    }

    /// Tells the session what happened.
    pub(crate) fn tell(self, event: Event) {
        self.drive(&|driver| driver.handle(event.clone()));
    }

    /// Has the browser's tab say how things stand.
    pub(crate) fn follow_title(self) {
        let role = self.role;
        let title = settled(
            move || self.see(&|model| text::title(role, model)),
            |shown, _| if shown.is_none() { Urgency::AtOnce } else { Urgency::Settled },
        );
        effect(move || title.with(|title| title.iter().for_each(|title| set_title(title))));
    }

    /// What is known about how things stand.
    pub(crate) fn report(self) -> String {
        self.driver.with_value(Client::report)
    }
}

/// Does something when the page is there, and again whenever something that it has looked at
/// changes.
pub(crate) fn effect(act: impl Fn() + 'static) {
    boxed_effect(Box::new(act));
}

fn boxed_effect(act: Box<dyn Fn()>) {
    Effect::new(act);
}

/// Shows another state; nothing where the page is gone.
///
/// What had the focus may go by that, a button that was pressed for one. The line that says
/// how things stand has it then.
fn show(model: RwSignal<Model>, state: &Model) {
    // `body` itself has it where nothing else does.
    let had_focus = has_focus("body *");
    model.try_set(state.clone());
    if had_focus {
        // When the page has followed.
        after(0, || {
            if !has_focus("body *") {
                focus_on("status");
            }
        })
        .forget();
    }
}
