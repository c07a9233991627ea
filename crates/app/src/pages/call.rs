//! A call: everybody sees and hears everybody.

mod control_bar;
mod invitation;
mod join;
mod meeting;
mod member_video;
mod notice_actions;
mod participants;
mod relay_away_alert;
mod tile;

use leptos::either::Either;
use leptos::prelude::*;

use self::meeting::Meeting;
use super::new_room;
use crate::components::{InvalidRoom, Link};
use crate::route::{Visit, call_path};

/// The call's page. It makes a room if the address has none.
#[component]
pub(crate) fn CallPage(
    /// What the address says.
    visit: Visit,
) -> impl IntoView {
    let Visit { room, autostart } = visit;
    match room.unwrap_or_else(|| Ok(new_room(call_path, autostart))) {
        Ok(name) => Either::Left(view! { <Meeting name autostart /> }),
        Err(error) => Either::Right(view! {
            <InvalidRoom error>
                <NewCallLink class="button primary" />
            </InvalidRoom>
        }),
    }
}

/// Leads to a call in a room that nobody else has.
#[component]
fn NewCallLink(
    /// The element's classes.
    #[prop(default = "button")]
    class: &'static str,
) -> impl IntoView {
    view! {
        <Link href="/call" class>
            "Start a new call"
        </Link>
    }
}
