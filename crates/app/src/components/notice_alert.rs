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

/// What the person can do about a notice. The notice lags behind the state: what can be done stays
/// the same for as long as the notice is shown.
pub(crate) fn notice_action<A: PartialEq + Send + Sync + 'static>(
    notice: Signal<Option<Notice>>,
    find: fn(Notice, &RoomState) -> Option<A>,
) -> Memo<Option<A>> {
    let room = use_room();
    Memo::new(move |_| {
        let notice = notice.get()?;
        room.state.with_untracked(|state| find(notice, state))
    })
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
