//! What a member of a call can do about a notice.

use leptos::prelude::*;
use sightline_client::RoomState;
use sightline_session::{LinkStatus, Notice};

use super::NewCallLink;
use super::join::join;
use crate::components::{Button, notice_action};
use crate::room::use_room;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    /// Take the seat back from another tab.
    TakeOver,
    /// The name is invalid: call elsewhere.
    Move,
    /// Join again.
    Retry,
    /// Do now what the page will do by itself in a moment.
    RetryNow,
}

impl Action {
    fn find(notice: Notice, state: &RoomState) -> Option<Self> {
        match notice {
            Notice::Replaced => Some(Self::TakeOver),
            Notice::InvalidRoom => Some(Self::Move),
            // The button that joins is enough.
            Notice::WasAway => None,
            _ if state.view.link == LinkStatus::Refused => Some(Self::Retry),
            _ => Some(Self::RetryNow),
        }
    }
}

/// The buttons and links for the notice that is shown.
#[component]
pub(super) fn NoticeActions(
    /// The notice.
    notice: Signal<Option<Notice>>,
) -> impl IntoView {
    let room = use_room();
    let action = notice_action(notice, Action::find);
    let is = move |wanted| move || action.get() == Some(wanted);
    view! {
        <Show when=is(Action::TakeOver)>
            <Button id="retry" on_click=move || join(room)>
                "Take over here"
            </Button>
        </Show>
        <Show when=is(Action::Move)>
            <NewCallLink />
        </Show>
        <Show when=is(Action::Retry)>
            <Button id="retry" on_click=move || join(room)>
                "Try again"
            </Button>
        </Show>
        <Show when=is(Action::RetryNow)>
            <Button id="retry" on_click=move || room.start()>
                "Try now"
            </Button>
        </Show>
    }
}
