//! A form for a room's name.

use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use sightline_protocol::RoomName;

use crate::navigation::use_navigator;
use crate::route::{Typed, call_path, typed};

/// A field for a room's name, and a button that opens the room. An invalid name stays in the field,
/// with what is wrong with it below.
#[component]
pub(crate) fn RoomForm(
    /// The field's id.
    id: &'static str,
    /// The id of what is said about the field.
    problem_id: &'static str,
    /// The button's label.
    label: &'static str,
    /// The path of the page that the form opens.
    path: fn(&RoomName) -> String,
) -> impl IntoView {
    let navigator = use_navigator();
    let field = NodeRef::<html::Input>::new();
    let (problem, set_problem) = signal(None::<String>);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(field) = field.get_untracked() else { return };
        match typed(&field.value()) {
            // A pasted link to a call leads to the call, whatever the form is for.
            Ok(Typed { room, is_call: true }) => navigator.open(&call_path(&room)),
            Ok(Typed { room, .. }) => navigator.open(&path(&room)),
            Err(error) => {
                set_problem.set(Some(error.to_string()));
                // It fails only for an element that can't have the focus.
                let _ = field.focus();
            }
        }
    };
    view! {
        <form class="room-form" on:submit=submit>
            <label for=id>"Room"</label>
            <div class="row">
                <input
                    node_ref=field
                    id=id
                    type="text"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    enterkeyhint="go"
                    placeholder="kabod-lupim-tosag-nirul"
                    aria-describedby=problem_id
                    aria-invalid=move || problem.with(Option::is_some).then_some("true")
                />
                <button class="button" type="submit">
                    {label}
                </button>
            </div>
            <p id=problem_id class="field-problem" role="alert">
                {problem}
            </p>
        </form>
    }
}
