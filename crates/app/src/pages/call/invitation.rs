//! The link that invites others into the call.

use leptos::prelude::*;
use sightline_web::has_focus;

use super::join::has_joined;
use crate::components::ShareLink;
use crate::pages::absolute;
use crate::room::use_room;
use crate::route::call_path;

/// The link to this call.
#[component]
pub(super) fn CallLink() -> impl IntoView {
    let link = absolute(&call_path(&use_room().name()));
    view! { <ShareLink label="Send this link to others" link /> }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    /// Nobody else is there: the link is what the person needs next.
    Open,
    /// It takes no room from the others.
    Folded,
}

/// The link while the person is in the call.
#[component]
pub(super) fn Invitation(
    /// How many others are in the call.
    #[prop(into)]
    others: Signal<usize>,
) -> impl IntoView {
    let room = use_room();
    // Looked at again whenever anything in the room changes, as the focus notifies nobody.
    let layout = Memo::new(move |_| match (room.state.with(has_joined), others.get()) {
        (false, _) => None,
        // The person may be about to copy the link: it has to stay where it is.
        (true, count) if count > 0 && !has_focus(".bar > .share") => Some(Layout::Folded),
        (true, _) => Some(Layout::Open),
    });
    view! {
        <Show when=move || layout.get() == Some(Layout::Open)>
            <CallLink />
        </Show>
        <Show when=move || layout.get() == Some(Layout::Folded)>
            <details>
                <summary class="button">"Invite"</summary>
                <CallLink />
            </details>
        </Show>
    }
}
