//! The video that somebody watches, and what is to be said while there is none.

use leptos::prelude::*;
use sightline_client::RoomState;
use sightline_protocol::{Role, RoomName};
use sightline_session::{Notice, Status};

use crate::components::{
    Button, InfoMessage, NoticeAlert, PlayButton, RoomHint, RoomKindAlert, SettledStatusLine,
    Video, use_notice,
};
use crate::room::{RoomContext, use_room};
use crate::route::call_path;
use crate::text;

/// A room that is being watched.
#[component]
pub(super) fn Screen(
    /// The room's name.
    name: RoomName,
    /// Whether nobody sits in front of the page: it shows as little as possible beside the video.
    autostart: bool,
) -> impl IntoView {
    let title = format!("Watching room {name}");
    let call = call_path(&name);
    let room = RoomContext::provide(Role::Receiver, name);
    Effect::new(move |_| room.start());
    room.show_title();

    let status = room.memo(|state| state.view.status);
    let line = room.memo(|state| text::status(Role::Receiver, &state.view));
    let shows_video = room.memo(RoomState::shows_video);
    let is_watching = move || shows_video.get() || status.get() == Status::Live;
    let layout = move || match (autostart, shows_video.get()) {
        (true, true) => "kiosk showing",
        (true, false) => "kiosk ",
        (false, true) => "showing",
        (false, false) => "",
    };
    view! {
        <main class="screen" data-look=layout aria-label=title>
            <h1 class="unseen">{title.clone()}</h1>
            <Video id="remote-video" label="The sender's video" />
            <div class="overlay">
                <div class="overlay-box">
                    <SettledStatusLine status line />
                    <NoticeAlert notice=use_notice() />
                    <InfoMessage />
                    <RoomKindAlert href=call label="Join the call" />
                    <RetryButton />
                    <RoomHint class="hint room" />
                </div>
            </div>
            <div class="controls">
                <PlayButton />
                <Show when=is_watching>
                    <Button id="leave" class="button quiet" on_click=move || room.stop()>
                        "Stop watching"
                    </Button>
                </Show>
            </div>
        </main>
    }
}

/// Why somebody may want to connect again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Retry {
    /// Another page of the same browser has taken over.
    Replaced,
    /// The relay does not answer. The page tries again by itself, but not at once.
    RelayAway,
    /// The person has stopped watching.
    Stopped,
    /// It failed for another reason.
    Failed,
}

impl Retry {
    fn find(state: &RoomState) -> Option<Self> {
        match (state.notice(), state.view.status) {
            (Some(Notice::Replaced), _) => Some(Self::Replaced),
            (Some(Notice::RelayLost | Notice::RelayUnreachable | Notice::RelayFull), _) => {
                Some(Self::RelayAway)
            }
            (_, Status::Ended) => Some(Self::Stopped),
            (_, Status::Failed) => Some(Self::Failed),
            _ => None,
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Replaced => "Take over here",
            Self::RelayAway => "Try now",
            Self::Stopped => "Watch again",
            Self::Failed => "Try again",
        }
    }
}

/// Connects again. It is there only if there is a reason to.
#[component]
fn RetryButton() -> impl IntoView {
    let room = use_room();
    let retry = room.memo(Retry::find);
    view! {
        <Show when=move || retry.get().is_some()>
            <Button id="retry" on_click=move || room.start()>
                {move || retry.get().map(Retry::label)}
            </Button>
        </Show>
    }
}
