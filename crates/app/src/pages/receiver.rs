//! Watching a camera.

mod screen;

use leptos::either::Either;
use leptos::prelude::*;
use sightline_protocol::Role;
use sightline_session::{Status, View};

use self::screen::Screen;
use crate::components::{Alert, Card, RoomForm, StatusLine};
use crate::route::{Visit, receiver_path};
use crate::text;

/// The receiver's page. It asks for a room's name if the address has none.
#[component]
pub(crate) fn ReceiverPage(
    /// What the address says.
    visit: Visit,
) -> impl IntoView {
    match visit.room {
        Some(Ok(name)) => Either::Left(view! { <Screen name autostart=visit.autostart /> }),
        Some(Err(error)) => {
            let problem = format!("{error} Check the link, or enter another name.");
            Either::Right(view! { <ChooseRoom problem /> })
        }
        None => Either::Right(view! { <ChooseRoom /> }),
    }
}

/// Asks for a room's name.
#[component]
fn ChooseRoom(
    /// What is wrong with the name in the address.
    #[prop(optional, into)]
    problem: Option<String>,
) -> impl IntoView {
    let status = if problem.is_some() { Status::Failed } else { Status::Idle };
    let line = text::status(Role::Receiver, &View::default());
    view! {
        <Card title="Watch a room">
            <StatusLine status line />
            {problem.map(|problem| view! { <Alert message=problem /> })}
            <WatchForm />
        </Card>
    }
}

/// The form that opens a room to watch.
#[component]
pub(super) fn WatchForm() -> impl IntoView {
    view! { <RoomForm id="room" problem_id="room-problem" label="Watch" path=receiver_path /> }
}
