//! Problems between the pages, with what can be done about them.

use leptos::prelude::*;
use sightline_client::RoomState;
use sightline_session::Notice;

use super::Alert;
use super::copy_details::CopyDetails;
use crate::room::use_room;
use crate::settled::settled_option;
use crate::text;

/// The notice to show, once it has lasted.
pub(crate) fn use_notice() -> Signal<Option<Notice>> {
    let room = use_room();
    settled_option(move || room.state.with(RoomState::notice))
}

/// Says what is wrong. The page's own buttons go into `children`.
#[component]
pub(crate) fn NoticeAlert(
    /// The notice: see [`use_notice`].
    notice: Signal<Option<Notice>>,
    /// What the person can do about it.
    #[prop(optional)]
    children: Option<ChildrenFn>,
) -> impl IntoView {
    let role = use_room().role;
    let message = move || notice.get().map(|notice| text::notice(role, notice).to_owned());
    let has_details = move || matches!(notice.get(), Some(Notice::CannotConnect(_)));
    view! {
        <Alert message>
            {children.as_ref().map(|children| children())}
            <Show when=has_details>
                <CopyDetails />
            </Show>
        </Alert>
    }
}
