//! What a sender can do about a notice.

use leptos::prelude::*;
use sightline_client::RoomState;
use sightline_session::Notice;

use super::NewRoomLink;
use super::broadcast::{is_refused, use_broadcast};
use crate::components::{Button, Link, notice_action};
use crate::room::use_room;
use crate::route::receiver_path;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    /// Take the room back from another tab.
    TakeOver,
    /// Somebody else shares here: watch them, or share elsewhere.
    WatchOrMove,
    /// The name is invalid: share elsewhere.
    Move,
    /// Begin again.
    Retry,
    /// Do now what the page will do by itself in a moment.
    RetryNow,
}

impl Action {
    fn find(notice: Notice, state: &RoomState) -> Option<Self> {
        match notice {
            Notice::Replaced => Some(Self::TakeOver),
            Notice::SenderPresent => Some(Self::WatchOrMove),
            Notice::InvalidRoom => Some(Self::Move),
            // The button for the next step is enough.
            Notice::WasAway => None,
            _ if is_refused(state) => Some(Self::Retry),
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
    let (room, broadcast) = (use_room(), use_broadcast());
    let action = notice_action(notice, Action::find);
    let is = move |wanted| move || action.get() == Some(wanted);
    let wants_new_room = move || matches!(action.get(), Some(Action::WatchOrMove | Action::Move));
    view! {
        <Show when=is(Action::TakeOver)>
            <Button id="retry" on_click=move || broadcast.take_over()>
                "Take over here"
            </Button>
        </Show>
        <Show when=is(Action::WatchOrMove)>
            <Link href=receiver_path(&room.name()) class="button">
                "Watch this room"
            </Link>
        </Show>
        <Show when=wants_new_room>
            <NewRoomLink />
        </Show>
        <Show when=is(Action::Retry)>
            <Button id="retry" on_click=move || broadcast.begin()>
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
