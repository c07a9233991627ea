//! A call with its lobby: first the own video with a button to join, then everybody's.

use leptos::prelude::*;
use sightline_protocol::{Role, RoomName};
use sightline_session::Urgency;

use super::control_bar::ControlBar;
use super::invitation::CallLink;
use super::join::has_joined;
use super::member_video::MemberVideo;
use super::notice_actions::NoticeActions;
use super::participants::{Participant, Participants};
use super::relay_away_alert::RelayAwayAlert;
use super::tile::Tile;
use crate::components::{
    DeviceAlert, InfoMessage, NoticeAlert, PageFrame, PlayButton, RoomHint, RoomKindAlert,
    SettledStatusLine, use_notice,
};
use crate::navigation::use_navigator;
use crate::room::RoomContext;
use crate::route::receiver_path;
use crate::settled::settled;
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

    // Who gets which slot depends on who was there before.
    let participants = Memo::new(move |previous: Option<&Participants>| {
        let mut participants = previous.cloned().unwrap_or_default();
        room.state.with(|state| participants.update(&state.view, has_joined(state)));
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
    let status = room.memo(|state| state.view.status);
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
