//! The buttons at the bottom of a call.

use leptos::prelude::*;
use sightline_client::DeviceState;
use sightline_web::Device;

use super::invitation::Invitation;
use super::join::{JoinButton, has_joined};
use crate::components::{Button, DeviceButton, FlipCameraButton};
use crate::room::use_room;

/// Joins and leaves the call, switches the own devices, and invites others.
#[component]
pub(super) fn ControlBar(
    /// How many others are in the call.
    #[prop(into)]
    others: Signal<usize>,
) -> impl IntoView {
    let room = use_room();
    let has_devices = room.memo(|state| state.camera != DeviceState::Off);
    let has_joined = room.memo(has_joined);
    view! {
        <div class="actions">
            <JoinButton />
            <div class="bar">
                <Show when=move || has_devices.get()>
                    <DeviceButton device=Device::Microphone />
                    <DeviceButton device=Device::Camera />
                </Show>
                <FlipCameraButton />
                <Invitation others />
                <Show when=move || has_joined.get()>
                    <Button id="leave" class="button stop" on_click=move || room.stop()>
                        "Leave"
                    </Button>
                </Show>
            </div>
        </div>
    }
}
