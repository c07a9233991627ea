//! What a sender does: begin, go on and take over.

use leptos::prelude::*;
use sightline_client::RoomState;
use sightline_protocol::RoomName;
use sightline_session::{LinkStatus, Notice, Status};

use crate::claim::Claim;
use crate::room::RoomContext;

/// A sender's room, and its claim to be the only tab of the browser that shares there.
#[derive(Clone, Copy)]
pub(super) struct Broadcast {
    room: RoomContext,
    claim: StoredValue<Claim, LocalStorage>,
    /// Whether nobody sits in front of the page: it goes live without a click.
    autostart: bool,
}

/// The broadcast of the current page.
pub(super) fn use_broadcast() -> Broadcast {
    expect_context()
}

impl Broadcast {
    /// Puts a broadcast into the context, and begins it once the page is rendered.
    pub(super) fn provide(room: RoomContext, name: &RoomName, autostart: bool) -> Self {
        let claim = StoredValue::new_local(Claim::new(name));
        let broadcast = Self { room, claim, autostart };
        provide_context(broadcast);

        Effect::new(move |_| broadcast.begin());
        let has_ended = room.memo(|state| state.view.status == Status::Ended);
        Effect::new(move |_| {
            if has_ended.get() {
                claim.with_value(Claim::release);
            }
        });
        let was_away = room.memo(|state| state.view.notice == Some(Notice::WasAway));
        Effect::new(move |_| {
            // There is nobody who could click.
            if autostart && was_away.get() {
                room.go_live();
            }
        });
        broadcast
    }

    /// Begins as soon as no other tab of the browser shares in this room.
    pub(super) fn begin(self) {
        self.claim.with_value(|claim| claim.request(move || self.begin_now()));
    }

    /// Begins now. Another tab that shares in this room stops.
    pub(super) fn take_over(self) {
        self.claim.with_value(|claim| claim.take_over(move || self.begin_now()));
    }

    /// Whether another tab of the browser shares in this room.
    pub(super) fn is_in_other_tab(self) -> bool {
        self.claim.with_value(Claim::is_elsewhere)
    }

    /// Whether the relay doesn't let this page in, for now or for good.
    pub(super) fn is_refused(self) -> bool {
        self.room.state.with(is_refused)
    }

    fn begin_now(self) {
        self.room.start_devices();
        self.room.start();
        if self.autostart {
            self.room.go_live();
        }
    }
}

/// Whether the relay doesn't let this page in, for now or for good.
pub(super) const fn is_refused(state: &RoomState) -> bool {
    matches!(state.view.link, LinkStatus::Refused | LinkStatus::WaitingForPlace)
}
