//! Sharing a camera.

mod broadcast;
mod invitation;
mod next_step;
mod notice_actions;
mod other_tab_alert;
mod sender_video;
mod shared_media;
mod studio;

use leptos::either::Either;
use leptos::prelude::*;

use self::studio::Studio;
use super::new_room;
use crate::components::{InvalidRoom, Link};
use crate::route::{Visit, sender_path};

/// The sender's page. It makes a room if the address has none.
#[component]
pub(crate) fn SenderPage(
    /// What the address says.
    visit: Visit,
) -> impl IntoView {
    let Visit { room, autostart } = visit;
    match room.unwrap_or_else(|| Ok(new_room(sender_path, autostart))) {
        Ok(name) => Either::Left(view! { <Studio name autostart /> }),
        Err(error) => Either::Right(view! {
            <InvalidRoom error>
                <NewRoomLink class="button primary" />
            </InvalidRoom>
        }),
    }
}

/// Leads to a room that nobody else has.
#[component]
fn NewRoomLink(
    /// The element's classes.
    #[prop(default = "button")]
    class: &'static str,
) -> impl IntoView {
    view! {
        <Link href="/sender" class>
            "Share in a new room"
        </Link>
    }
}
