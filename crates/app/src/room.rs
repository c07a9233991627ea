//! The room that a page is in, as the page's components see it.

use leptos::prelude::*;
use sightline_client::{Client, RoomState};
use sightline_protocol::{PeerId, Role, RoomName};
use sightline_session::{Event, Urgency};
use sightline_web::{Device, VideoSink, after, focus_on, has_focus, set_title};

use crate::settled::settled;
use crate::text;

/// The state of a page's room, and what a person can do in it. Components get it from the context,
/// by [`use_room`].
#[derive(Clone, Copy)]
pub(crate) struct RoomContext {
    /// What this page does in the room.
    pub(crate) role: Role,
    /// The state of the room and of the page's own devices.
    pub(crate) state: ReadSignal<RoomState>,
    name: StoredValue<RoomName>,
    client: StoredValue<Client, LocalStorage>,
}

/// The room of the current page.
pub(crate) fn use_room() -> RoomContext {
    expect_context()
}

impl RoomContext {
    /// Puts a room into the context. The page does not connect before [`start`](Self::start). It
    /// leaves the room, and gives up all that it holds, when the current owner is disposed.
    pub(crate) fn provide(role: Role, name: RoomName) -> Self {
        let state = RwSignal::new(RoomState::default());
        let client = Client::new(role, name.clone(), move |now| show(state, now));
        let room = Self {
            role,
            state: state.read_only(),
            name: StoredValue::new(name),
            client: StoredValue::new_local(client),
        };
        provide_context(room);
        room
    }

    /// The room's name.
    pub(crate) fn name(self) -> RoomName {
        self.name.get_value()
    }

    /// A value that is derived from the state. It notifies only when it has changed, while
    /// `self.state` does so whenever anything has.
    pub(crate) fn memo<T>(self, derive: impl Fn(&RoomState) -> T + Send + Sync + 'static) -> Memo<T>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        Memo::new(move |_| self.state.with(&derive))
    }

    /// Connects to the relay and joins the room, or tries that again.
    pub(crate) fn start(self) {
        self.handle(Event::Start);
    }

    /// Sends the camera and the microphone to those who watch.
    pub(crate) fn go_live(self) {
        self.handle(Event::GoLive);
    }

    /// Leaves the room.
    pub(crate) fn stop(self) {
        self.handle(Event::Stop);
    }

    /// Whether the page was in the room before it was loaded again.
    pub(crate) fn was_joined(self) -> bool {
        self.client.with_value(Client::was_in)
    }

    /// Asks for the camera and the microphone.
    pub(crate) fn start_devices(self) {
        self.client.with_value(|client| client.devices().start());
    }

    /// Asks again for those that did not come.
    pub(crate) fn retry_devices(self) {
        self.client.with_value(|client| client.devices().again());
    }

    /// Switches a device off if it is on, otherwise on.
    pub(crate) fn toggle_device(self, device: Device) {
        let is_wanted = self.state.with_untracked(|state| state.is_wanted(device));
        self.client.with_value(|client| client.devices().switch(device, !is_wanted));
    }

    /// Takes a phone's other camera.
    pub(crate) fn flip_camera(self) {
        self.client.with_value(|client| client.devices().turn());
    }

    /// How loud the microphone is, from 0 to 1. None while that is not known.
    pub(crate) fn microphone_level(self) -> Option<f32> {
        self.client.try_with_value(|client| client.devices().level()).flatten()
    }

    /// Shows the page's own camera in an element.
    pub(crate) fn show_own_video(self, sink: Option<VideoSink>) {
        self.client.with_value(|client| client.devices().attach(sink));
    }

    /// Plays what a peer sends in an element; without a peer, what anybody sends.
    pub(crate) fn play_in(self, peer: Option<PeerId>, sink: Option<VideoSink>) {
        self.client.with_value(|client| client.playback().attach(peer, sink));
    }

    /// Plays what the browser has held back until a click.
    pub(crate) fn play(self) {
        self.client.with_value(|client| client.playback().play());
    }

    /// What is known about the state, for whoever is to find a problem's cause.
    pub(crate) fn report(self) -> String {
        self.client.with_value(Client::report)
    }

    /// Shows the state in the title of the browser's tab.
    pub(crate) fn show_title(self) {
        let title = settled(
            move || self.state.with(|state| text::title(self.role, state)),
            |shown, _| if shown.is_none() { Urgency::AtOnce } else { Urgency::Settled },
        );
        Effect::new(move |_| title.with(|title| title.iter().for_each(|title| set_title(title))));
    }

    fn handle(self, event: Event) {
        self.client.with_value(|client| client.handle(event));
    }
}

/// Shows another state. Nothing happens if the page is gone.
///
/// The focused element may be removed by that, such as a button that was just pressed. The status
/// line gets the focus then, so that keyboard users stay where they are.
fn show(state: RwSignal<RoomState>, now: &RoomState) {
    // `body` itself has the focus if nothing else does.
    let had_focus = has_focus("body *");
    state.try_set(now.clone());
    if had_focus {
        // When the page has followed.
        after(0, || {
            if !has_focus("body *") {
                focus_on("status");
            }
        })
        .forget();
    }
}
