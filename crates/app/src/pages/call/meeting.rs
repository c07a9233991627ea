//! A call with its lobby: first the own video with a button to join, then everybody's.

use leptos::prelude::*;
use sightline_protocol::{Role, RoomName, TrackState};
use sightline_session::Urgency;
use sightline_web::Device;

use super::control_bar::ControlBar;
use super::invitation::CallLink;
use super::join::{has_joined, is_in_lobby};
use super::notice_actions::NoticeActions;
use super::participants::{Participant, Participants};
use super::tile::Tile;
use crate::camera::CameraState;
use crate::components::{
    Alert, DeviceAlert, InfoMessage, NoticeAlert, OwnVideo, OwnVideoState, PageFrame, PlayButton,
    RoomHint, RoomKindAlert, SettledStatusLine, use_notice,
};
use crate::model::Model;
use crate::navigation::use_navigator;
use crate::relay_watch::relay_is_away;
use crate::room::{RoomContext, use_room};
use crate::route::receiver_path;
use crate::settled::{settled, settled_option};
use crate::text;

/// A room that the person calls in.
#[component]
pub(super) fn Meeting(
    /// The room's name.
    name: RoomName,
    /// Whether the page joins without a click.
    autostart: bool,
) -> impl IntoView {
    let watch = receiver_path(&name);
    let room = RoomContext::provide(Role::Member, name);
    Effect::new(move |_| {
        room.start_devices();
        if autostart || room.was_joined() {
            room.start();
        }
    });
    let joined = room.memo(has_joined);
    use_navigator().confirm_while(joined);
    room.show_title();

    // Each slot depends on who was there before.
    let participants = Memo::new(move |previous: Option<&Participants>| {
        let mut participants = previous.cloned().unwrap_or_default();
        room.model.with(|model| participants.update(&model.view, has_joined(model)));
        participants
    });
    let others = Memo::new(move |_| participants.with(Participants::count));
    let layout = move || match (joined.get(), others.get()) {
        (false, _) => "lobby".to_owned(),
        (true, count) => format!("call of-{count}"),
    };
    // One after the other, so that each can be heard.
    let announcement = settled(
        move || participants.with(|participants| participants.announcement().to_owned()),
        |_, _| Urgency::Soon,
    );
    let status = room.memo(|model| model.view.status);
    let notice = use_notice();
    view! {
        <PageFrame>
            <div class="call" data-look=layout>
                <h1 class="unseen">"Call"</h1>
                <section class="tiles" aria-label="The others">
                    <For
                        each=move || participants.with(Participants::list)
                        key=|participant| participant.key
                        children=|Participant { peer, .. }| view! { <Tile peer /> }
                    />
                </section>
                <MemberVideo />
                <section class="panel" aria-label="The call">
                    <SettledStatusLine status line=room.memo(text::call_status) />
                    <p class="unseen" role="status">
                        {move || announcement.get()}
                    </p>
                    <DeviceAlert problem=text::in_call />
                    <NoticeAlert notice>
                        <NoticeActions notice />
                    </NoticeAlert>
                    <InfoMessage />
                    <RelayAwayAlert />
                    <RoomKindAlert href=watch label="Watch" />
                    <PlayButton />
                    <ControlBar others />
                    // In the lobby the link is down here, where it takes no room from the buttons.
                    <Show when=move || !joined.get()>
                        <CallLink />
                    </Show>
                    <RoomHint class="hint room" />
                </section>
            </div>
        </PageFrame>
    }
}

/// The person's own video.
#[component]
fn MemberVideo() -> impl IntoView {
    let room = use_room();
    let state = room.memo(|model| {
        if model.has_picture() && !model.off.camera {
            OwnVideoState::Preview
        } else {
            OwnVideoState::Off
        }
    });
    let note = room.memo(|model| {
        match (&model.camera, model.devices.camera) {
            (CameraState::Asking, _) => "Waiting for the browser to allow camera and microphone…",
            (CameraState::Off, _) | (_, TrackState::Paused) => "Your camera is off",
            _ => "No camera",
        }
        .to_owned()
    });
    view! { <OwnVideo class="stage own" state note badge=room.memo(badge) /> }
}

/// What the others call the person, and whether they hear them.
fn badge(model: &Model) -> String {
    let is_muted = !model.is_on(Device::Microphone) && model.devices.microphone != TrackState::Off;
    match (has_joined(model), is_muted) {
        (false, true) => text::you(0, true),
        (false, false) => "Preview: only you see this".to_owned(),
        (true, is_muted) => text::you(model.view.seat, is_muted),
    }
}

/// Says in the lobby, where the page has no connection yet, that the relay does not answer.
#[component]
fn RelayAwayAlert() -> impl IntoView {
    let room = use_room();
    let is_away = relay_is_away(move || room.model.with_untracked(is_in_lobby));
    let message = settled_option(move || {
        let is_shown = is_away.get() && room.model.with(is_in_lobby);
        is_shown.then(|| text::RELAY_AWAY_IN_LOBBY.to_owned())
    });
    view! { <Alert message /> }
}
