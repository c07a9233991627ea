//! Changes between a phone's front and rear camera.

use leptos::prelude::*;
use sightline_client::RoomState;
use sightline_web::{Device, Facing};

use super::Button;
use crate::room::use_room;

/// Takes the other camera. It is there only if there are several cameras, and the one that is on
/// says which way it faces.
#[component]
pub(crate) fn FlipCameraButton() -> impl IntoView {
    let room = use_room();
    let can_flip = room.memo(can_flip);
    let faces_user = room.memo(|state| state.facing == Some(Facing::User));
    let label = move || if faces_user.get() { "Rear camera" } else { "Front camera" };
    view! {
        <Show when=move || can_flip.get()>
            <Button id="turn" on_click=move || room.flip_camera()>
                {label}
            </Button>
        </Show>
    }
}

fn can_flip(state: &RoomState) -> bool {
    state.cameras > 1 && state.facing.is_some() && state.is_on(Device::Camera)
}
