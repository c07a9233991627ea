//! The sender's preview, and what they can do with it.

use leptos::prelude::*;
use sightline_client::RoomState;
use sightline_protocol::{Role, RoomName};
use sightline_web::Device;

use super::broadcast::Broadcast;
use super::invitation::Invitation;
use super::next_step::NextStepButton;
use super::notice_actions::NoticeActions;
use super::other_tab_alert::OtherTabAlert;
use super::sender_video::SenderVideo;
use super::shared_media::SharedMedia;
use crate::components::{
    DeviceAlert, DeviceButton, FlipCameraButton, InfoMessage, NoticeAlert, PageFrame,
    SettledStatusLine, use_notice,
};
use crate::navigation::use_navigator;
use crate::room::RoomContext;
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
    let is_live = room.memo(|state| state.view.live);
    use_navigator().confirm_while(is_live);
    room.show_title();

    let line = room.memo(text::sender_status);
    let has_media = room.memo(RoomState::has_media);
    let notice = use_notice();
    let can_invite = move || !broadcast.is_refused() && !broadcast.is_in_other_tab();
    view! {
        <PageFrame>
            <h1 class="unseen">"Share a camera"</h1>
            <div class="studio">
                <SenderVideo />
                <section class="panel" aria-label="Sharing">
                    <SettledStatusLine status=room.memo(RoomState::sender_status) line />
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
