//! The sender's preview, and what they can do with it.

use leptos::prelude::*;
use sightline_protocol::{Role, RoomName};
use sightline_web::Device;

use super::broadcast::{Broadcast, use_broadcast};
use super::invitation::Invitation;
use super::next_step::NextStepButton;
use super::notice_actions::NoticeActions;
use crate::components::{
    Alert, Button, DeviceAlert, DeviceButton, FlipCameraButton, InfoMessage, LevelMeter,
    NoticeAlert, OwnVideo, OwnVideoState, PageFrame, SettledStatusLine, use_notice,
};
use crate::model::Model;
use crate::navigation::use_navigator;
use crate::room::{RoomContext, use_room};
use crate::settled::settled_option;
use crate::text;

/// A room that the person shares in.
#[component]
pub(super) fn Studio(
    /// The room's name.
    name: RoomName,
    /// Whether the page goes live without a click.
    autostart: bool,
) -> impl IntoView {
    let room = RoomContext::provide(Role::Sender, name.clone());
    let broadcast = Broadcast::provide(room, &name, autostart);
    let is_live = room.memo(|model| model.view.live);
    use_navigator().confirm_while(is_live);
    room.show_title();

    let line = room.memo(text::sender_status);
    let has_media = room.memo(Model::has_media);
    let notice = use_notice();
    let can_invite = move || !broadcast.is_refused() && !broadcast.is_in_other_tab();
    view! {
        <PageFrame>
            <h1 class="unseen">"Share a camera"</h1>
            <div class="studio">
                <SenderVideo />
                <section class="panel" aria-label="Sharing">
                    <SettledStatusLine status=room.memo(Model::sender_status) line />
                    <OtherTabAlert />
                    <DeviceAlert problem=text::sharing />
                    <NoticeAlert notice>
                        <NoticeActions notice />
                    </NoticeAlert>
                    <InfoMessage />
                    <div class="actions">
                        <NextStepButton />
                        <div class="bar">
                            <Show when=move || has_media.get()>
                                <DeviceButton device=Device::Microphone />
                                <DeviceButton device=Device::Camera />
                                <FlipCameraButton />
                            </Show>
                        </div>
                    </div>
                    <Show when=move || has_media.get()>
                        <SharedMedia />
                    </Show>
                    <Show when=can_invite>
                        <Invitation />
                    </Show>
                </section>
            </div>
        </PageFrame>
    }
}

/// The sender's own video.
#[component]
fn SenderVideo() -> impl IntoView {
    let room = use_room();
    let state = room.memo(|model| match (model.is_on(Device::Camera), model.view.live) {
        (false, _) => OwnVideoState::Off,
        (true, false) => OwnVideoState::Preview,
        (true, true) => OwnVideoState::Live,
    });
    let note = room.memo(|model| match text::own_picture(model) {
        "" => text::sender_status(model),
        note => note.to_owned(),
    });
    let is_live = room.memo(|model| model.view.live);
    let badge = move || if is_live.get() { "On air" } else { "Preview: only you see this" };
    view! { <OwnVideo state note badge /> }
}

/// Asks whether to take over from another tab of the browser that shares in this room.
#[component]
fn OtherTabAlert() -> impl IntoView {
    let broadcast = use_broadcast();
    let message = settled_option(move || {
        broadcast.is_in_other_tab().then_some(
            "You are sharing in this room in another tab or window. Close it, or take over here: \
             those who watch then see what this one shows.",
        )
    });
    view! {
        <Alert message=move || message.get().map(str::to_owned)>
            <Button id="take-over" on_click=move || broadcast.take_over()>
                "Take over here"
            </Button>
        </Alert>
    }
}

/// What others get, or will get, and how loud the microphone is.
#[component]
fn SharedMedia() -> impl IntoView {
    let room = use_room();
    let is_audible = room.memo(|model| model.is_on(Device::Microphone));
    view! {
        <div class="sharing">
            <p id="shares" class="hint">
                {room.memo(text::shares)}
            </p>
            <Show when=move || is_audible.get()>
                <LevelMeter />
            </Show>
        </div>
    }
}
