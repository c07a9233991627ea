//! The page for an address whose room's name is invalid.

use leptos::prelude::*;
use sightline_protocol::RoomNameError;
use sightline_session::Status;

use super::{Alert, Card, StatusLine};

/// Says what is wrong with the name.
#[component]
pub(crate) fn InvalidRoom(
    /// What is wrong.
    error: RoomNameError,
    /// A link to a new room.
    children: Children,
) -> impl IntoView {
    view! {
        <Card title="This room can't be used">
            <StatusLine status=Status::Failed line="Not connected" />
            <Alert message=format!("{error} Choose another name, or use a new room.") />
            {children()}
        </Card>
    }
}
