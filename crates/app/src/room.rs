//! The room that a page is in, as the page's components see it.

use leptos::prelude::*;
use sightline_protocol::{PeerId, Role, RoomName};
use sightline_session::{Event, Urgency};
use sightline_web::{Device, VideoSink, set_title};

use crate::driver::Driver;
use crate::model::Model;
use crate::settled::settled;
use crate::text;

/// The state of a page's room, and what a person can do in it. Components get it from the context,
/// by [`use_room`].
#[derive(Clone, Copy)]
pub(crate) struct RoomContext {
    /// What this page does in the room.
    pub(crate) role: Role,
    /// The state of the room and of the page's own devices.
    pub(crate) model: ReadSignal<Model>,
    name: StoredValue<RoomName>,
    driver: StoredValue<Driver, LocalStorage>,
}

/// The room of the current page.
pub(crate) fn use_room() -> RoomContext {
    expect_context()
}

impl RoomContext {
    /// Puts a room into the context. The page does not connect before [`start`](Self::start). It
    /// leaves the room, and gives up all that it holds, when the current owner is disposed.
    pub(crate) fn provide(role: Role, name: RoomName) -> Self {
        let model = RwSignal::new(Model::default());
        let driver = Driver::new(role, name.clone(), model);
        let room = Self {
            role,
            model: model.read_only(),
            name: StoredValue::new(name),
            driver: StoredValue::new_local(driver),
        };
        provide_context(room);
        room
    }

    /// The room's name.
    pub(crate) fn name(self) -> RoomName {
        self.name.get_value()
    }

    /// A value that is derived from the state. It notifies only when it has changed, while
    /// `self.model` does so whenever anything has.
    pub(crate) fn memo<T>(self, derive: impl Fn(&Model) -> T + Send + Sync + 'static) -> Memo<T>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        Memo::new(move |_| self.model.with(&derive))
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
        self.driver.with_value(Driver::was_in)
    }

    /// Asks for the camera and the microphone.
    pub(crate) fn start_devices(self) {
        self.driver.with_value(|driver| driver.camera().start());
    }

    /// Asks again for those that did not come.
    pub(crate) fn retry_devices(self) {
        self.driver.with_value(|driver| driver.camera().again());
    }

    /// Switches a device off if it is on, otherwise on.
    pub(crate) fn toggle_device(self, device: Device) {
        let is_wanted = self.model.with_untracked(|model| model.is_wanted(device));
        self.driver.with_value(|driver| driver.camera().switch(device, !is_wanted));
    }

    /// Takes a phone's other camera.
    pub(crate) fn flip_camera(self) {
        self.driver.with_value(|driver| driver.camera().turn());
    }

    /// How loud the microphone is, from 0 to 1. None while that is not known.
    pub(crate) fn microphone_level(self) -> Option<f32> {
        self.driver.try_with_value(|driver| driver.camera().level()).flatten()
    }

    /// Shows the page's own camera in an element.
    pub(crate) fn show_own_video(self, sink: Option<VideoSink>) {
        self.driver.with_value(|driver| driver.camera().attach(sink));
    }

    /// Plays what a peer sends in an element; without a peer, what anybody sends.
    pub(crate) fn play_in(self, peer: Option<PeerId>, sink: Option<VideoSink>) {
        self.driver.with_value(|driver| driver.player().attach(peer, sink));
    }

    /// Plays what the browser has held back until a click.
    pub(crate) fn play(self) {
        self.driver.with_value(|driver| driver.player().play());
    }

    /// What is known about the state, for whoever is to find a problem's cause.
    pub(crate) fn report(self) -> String {
        self.driver.with_value(Driver::report)
    }

    /// Shows the state in the title of the browser's tab.
    pub(crate) fn show_title(self) {
        let title = settled(
            move || self.model.with(|model| text::title(self.role, model)),
            |shown, _| if shown.is_none() { Urgency::AtOnce } else { Urgency::Settled },
        );
        Effect::new(move |_| title.with(|title| title.iter().for_each(|title| set_title(title))));
    }

    fn handle(self, event: Event) {
        self.driver.with_value(|driver| driver.handle(event));
    }
}
