//! Where a watcher types a room's name.

use leptos::html;
use leptos::prelude::*;
use sightline_protocol::RoomName;

use crate::app::Place;
use crate::route::receiver_path;

use super::text;

/// A field and a button; what can't be a name is explained, and stays in the field.
#[component]
pub(crate) fn RoomForm() -> impl IntoView {
    let place = expect_context::<Place>();
    let field = NodeRef::<html::Input>::new();
    let problem = RwSignal::new(None::<String>);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(field) = field.get() else { return };
        match RoomName::parse_typed(&field.value()) {
            Ok(room) => place.go(&receiver_path(&room)),
            Err(error) => {
                problem.set(Some(error.to_string()));
                let _ = field.focus();
            }
        }
    };
    let shown = text(move || problem.get().unwrap_or_default());
    view! {
        <form class="room-form" on:submit=submit novalidate="">
            <label for="room">"Room"</label>
            <div class="row">
                <input id="room" node_ref=field type="text" autocomplete="off" autocapitalize="none"
                    spellcheck="false" enterkeyhint="go" placeholder="kabod-lupim-tosag-nirul"
                    aria-describedby="room-problem"
                    on:input=move |_| problem.set(None)/>
                <button class="button" type="submit">"Watch"</button>
            </div>
            <p id="room-problem" class="field-problem" role="alert">{shown}</p>
        </form>
    }
}
