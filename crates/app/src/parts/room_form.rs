//! Where a watcher types a room's name.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use sightline_protocol::RoomName;
use sightline_web::Field;

use super::dynamic::text;
use crate::app::Place;
use crate::route::receiver_path;

/// A field and a button; what can't be a name is explained, and stays in the field.
pub(crate) fn room_form() -> AnyView {
    let place = expect_context::<Place>();
    let problem = RwSignal::new(String::new());
    let submit: Box<dyn Fn(SubmitEvent)> = Box::new(move |event| {
        event.prevent_default();
        let Some(field) = Field::find("room") else { return };
        match RoomName::parse_typed(&field.value()) {
            Ok(room) => place.go(&receiver_path(&room)),
            Err(error) => {
                problem.set(error.to_string());
                field.set_invalid(true);
                field.focus();
            }
        }
    });
    // The field has nothing that changes, so that it is made in one go from its text.
    view! {
        <form class="room-form" on:submit=submit>
            <div>
                <label for="room">"Room"</label>
                <div class="row">
                    <input id="room" type="text" autocomplete="off" autocapitalize="none"
                        spellcheck="false" enterkeyhint="go" placeholder="kabod-lupim-tosag-nirul"
                        aria-describedby="room-problem"/>
                    <button class="button" type="submit">"Watch"</button>
                </div>
            </div>
            <p id="room-problem" class="field-problem" role="alert">{text(move || problem.get())}</p>
        </form>
    }
    .into_any()
}
