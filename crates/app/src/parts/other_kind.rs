//! Somebody waits in a room where something else goes on: a call, or a broadcast.

use leptos::prelude::*;
use sightline_protocol::Role;
use sightline_session::Status;

use super::alert::alert;
use crate::app::{Place, link};
use crate::model::Model;
use crate::page::Page;
use crate::parts::words;
use crate::text;

/// Says what kind of room it is, and offers the way in. `path` leads there.
pub(crate) fn other_kind(place: Place, page: Page, path: String, label: &'static str) -> AnyView {
    let role = page.role;
    alert(
        move || page.see(&move |model| waits_in_vain(role, model)).into(),
        move || text::other_kind(role).to_owned(),
        move |_| vec![link(place, path.clone(), "button", vec![words(label)])],
    )
}

/// Whether nobody is there whom this page would see, but others are.
fn waits_in_vain(role: Role, model: &Model) -> bool {
    let has = |role| model.view.roles.contains(&role);
    let others = match role {
        Role::Member => has(Role::Sender),
        Role::Sender | Role::Receiver => has(Role::Member) && !has(Role::Sender),
    };
    others && model.view.status == Status::Waiting && model.view.peers.is_empty()
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
            let model = Model { view, ..Model::default() };
            assert_eq!(waits_in_vain(role, &model), told, "{role:?} {roles:?}");
        }
    }
}
