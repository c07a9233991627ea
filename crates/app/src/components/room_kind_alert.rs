//! Somebody waits in a room where something else goes on: a call, or a broadcast.

use leptos::prelude::*;
use sightline_client::RoomState;
use sightline_protocol::Role;
use sightline_session::Status;

use super::{Alert, Link};
use crate::room::use_room;
use crate::settled::settled_option;
use crate::text;

/// Says what kind of room it is, and links to the page for it.
#[component]
pub(crate) fn RoomKindAlert(
    /// The path of the page that takes part in what goes on.
    href: String,
    /// The link's text.
    label: &'static str,
) -> impl IntoView {
    let room = use_room();
    let message = settled_option(move || {
        let waits_in_vain = room.state.with(|state| waits_in_vain(room.role, state));
        waits_in_vain.then(|| text::other_kind(room.role).to_owned())
    });
    view! {
        <Alert message>
            <Link href=href.clone() class="button">
                {label}
            </Link>
        </Alert>
    }
}

/// Whether nobody is there whom this page would see, but others are.
fn waits_in_vain(role: Role, state: &RoomState) -> bool {
    let has = |role| state.view.roles.contains(&role);
    let others = match role {
        Role::Member => has(Role::Sender),
        Role::Sender | Role::Receiver => has(Role::Member) && !has(Role::Sender),
    };
    others && state.view.status == Status::Waiting && state.view.peers.is_empty()
}

#[cfg(test)]
mod tests {
    use sightline_session::View;

    use super::*;

    #[test]
    fn who_waits_in_vain_is_told() {
        use Role::{Member, Receiver, Sender};
        for (role, roles, told) in [
            (Receiver, vec![Receiver], false),
            (Receiver, vec![Receiver, Member], true),
            (Receiver, vec![Receiver, Member, Sender], false),
            (Member, vec![Member], false),
            (Member, vec![Member, Sender, Receiver], true),
        ] {
            let view = View { status: Status::Waiting, roles: roles.clone(), ..View::default() };
            let state = RoomState { view, ..RoomState::default() };
            assert_eq!(waits_in_vain(role, &state), told, "{role:?} {roles:?}");
        }
    }
}
