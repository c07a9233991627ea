//! Feeds the browser's events into a session and carries out its commands.
//!
//! A client owns the page's socket, its peer connections, its devices and its timer.
//! Dropping it leaves the room and closes them all. It decides nothing.

mod commands;
mod connections;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};
use std::time::Duration;

use sightline_protocol::{Role, RoomName};
use sightline_session::{Command, Config, Event, LinkStatus, Session, SleepWatch, Status};
use sightline_web::{Listener, PageEvent, ScreenLock, Socket, Timeout, after, on_page, saves_data};

use self::connections::Connected;
use crate::convert::page_event;
use crate::devices::Devices;
use crate::identity::{Seat, new_seed};
use crate::playback::Playback;
use crate::state::{RoomState, SharedState};

/// One visit to a room. Dropping the last clone leaves the room and closes everything.
#[derive(Clone)]
pub struct Client(Rc<Inner>);

struct Inner {
    role: Role,
    seat: Seat,
    sleep: Cell<SleepWatch>,
    session: RefCell<Session>,
    /// What happened while the session was at work.
    events: RefCell<VecDeque<Event>>,
    busy: Cell<bool>,
    socket: RefCell<Option<Socket>>,
    /// At most one for each peer of the room: a few.
    connections: RefCell<Vec<Connected>>,
    timer: RefCell<Option<Timeout>>,
    listener: RefCell<Option<Listener>>,
    devices: Devices,
    playback: Playback,
    /// Keeps the screen on while the page is live.
    screen: RefCell<Option<ScreenLock>>,
    state: SharedState,
}

impl Client {
    /// A client for a room. `on_state` is told the state whenever that changes, and may call the
    /// client. Nothing begins before [`Event::Start`].
    pub fn new(role: Role, room: RoomName, on_state: impl Fn(&RoomState) + 'static) -> Self {
        let state = SharedState::new(on_state);
        let seat = Seat::take(&room, role);
        let secret = seat.secret;
        let session = Session::new(Config { role, room, secret, seed: new_seed() });
        let inner = Rc::new_cyclic(|inner: &Weak<Inner>| {
            let page = inner.clone();
            let listener = on_page(move |event| {
                if let Some(inner) = page.upgrade() {
                    inner.page_event(event);
                }
            });
            let inner = inner.clone();
            let devices = Devices::new(state.clone(), role, move |devices, revision| {
                let (video, audio) = (devices.camera, devices.microphone);
                tell(&inner, Event::Media { video, audio, revision });
            });
            Inner {
                role,
                seat,
                sleep: Cell::new(SleepWatch::new(sightline_web::now(), date())),
                session: RefCell::new(session),
                events: RefCell::default(),
                busy: Cell::new(false),
                socket: RefCell::default(),
                connections: RefCell::default(),
                timer: RefCell::default(),
                listener: RefCell::new(Some(listener)),
                devices,
                screen: RefCell::default(),
                playback: Playback::new(state.clone()),
                state,
            }
        });
        inner.handle(Event::SaveData(saves_data()));
        Self(inner)
    }

    /// The person's own camera and microphone.
    pub fn devices(&self) -> &Devices {
        &self.0.devices
    }

    /// What the others send.
    pub fn playback(&self) -> &Playback {
        &self.0.playback
    }

    /// Whether this page was in the room a moment ago, before it was loaded again.
    pub fn was_in(&self) -> bool {
        self.0.seat.was_in
    }

    /// What is known about how things stand, for whoever is to find out why.
    pub fn report(&self) -> String {
        self.0.session.borrow().report()
    }

    /// Takes what happened.
    pub fn handle(&self, event: Event) {
        self.0.handle(event);
    }
}

/// Leaving the page: says goodbye, closes everything.
impl Drop for Inner {
    fn drop(&mut self) {
        self.session.get_mut().handle(sightline_web::now(), Event::Stop);
        while let Some(command) = self.session.get_mut().poll() {
            match command {
                Command::Send(message) => {
                    self.socket.get_mut().iter().for_each(|socket| socket.send(&message));
                }
                Command::SendDirect(connection, payload) => {
                    self.with_connection(connection, |connection| connection.send(&payload));
                }
                // All goes with this.
                _ => {}
            }
        }
        self.listener.take();
    }
}

/// The time since 1970, which goes on while the machine sleeps.
fn date() -> Duration {
    Duration::from_secs(sightline_web::seconds_since_1970())
}

/// What happens to something that a closed page owned is no matter.
fn tell(inner: &Weak<Inner>, event: Event) {
    if let Some(inner) = inner.upgrade() {
        inner.handle(event);
    }
}

impl Inner {
    fn handle(self: &Rc<Self>, event: Event) {
        self.events.borrow_mut().push_back(event);
        // A command may make something happen before it returns.
        if self.busy.replace(true) {
            return;
        }
        loop {
            let Some(mut event) = self.events.borrow_mut().pop_front() else { break };
            // A browser may stop this wherever it calls the browser: nothing is borrowed there.
            let now = sightline_web::now();
            let mut sleep = self.sleep.get();
            if let Some(slept) = sleep.slept(now, date()) {
                // Before all that follows from it.
                self.events.borrow_mut().push_front(event);
                event = Event::Slept(slept);
            }
            self.sleep.set(sleep);
            self.session.borrow_mut().handle(now, event);
            loop {
                let Some(command) = self.session.borrow_mut().poll() else { break };
                self.carry_out(command);
            }
        }
        self.busy.set(false);
        self.set_timer();
        self.show();
    }

    /// Something happened to the page as a whole.
    fn page_event(self: &Rc<Self>, event: PageEvent) {
        match event {
            PageEvent::Hidden => {
                // A seat that the next load can't claim is of use to nobody.
                if !self.seat.keep(self.is_in()) {
                    return self.handle(Event::Stop);
                }
            }
            // A tab that its system ends says nothing more. A page that is left becomes invisible
            // after it has said so.
            PageEvent::Concealed if self.is_in() => drop(self.seat.keep(true)),
            PageEvent::Concealed => {}
            PageEvent::Shown => {
                self.seat.take_back();
                self.playback.play_on();
                self.devices.play_on();
                self.screen.borrow().iter().for_each(ScreenLock::renew);
            }
            PageEvent::Restored => {
                // Who has left and comes back begins where one begins.
                self.seat.forget_presence();
                sightline_web::reload();
            }
            PageEvent::Online => {}
        }
        if let Some(event) = page_event(event) {
            self.handle(event);
        }
    }

    /// Whether it is in the room. Not known where a browser has stopped the session in the
    /// midst of its work, as Firefox does when a page is left.
    fn is_in(&self) -> bool {
        let link = self.session.try_borrow().map(|session| session.view().link);
        matches!(link, Ok(LinkStatus::Connecting | LinkStatus::Joined))
    }

    /// Shows how the session stands, where that has changed.
    fn show(&self) {
        let view = self.session.borrow().view();
        if self.state.with(|state| state.view == view) {
            return;
        }
        // Stopped, taken over by another page, or not let in: nobody will see it.
        let unseen = view.status == Status::Ended || view.link == LinkStatus::Refused;
        self.playback.keep(&view);
        self.state.update(|state| state.view.clone_from(&view));
        if unseen {
            self.devices.stop();
        }
        let on_air = self.role == Role::Sender && view.live;
        let is_live = on_air || matches!(view.status, Status::Live | Status::Reconnecting);
        let mut screen = self.screen.borrow_mut();
        if is_live && !unseen {
            screen.get_or_insert_with(ScreenLock::request);
        } else {
            screen.take();
        }
    }

    fn set_timer(self: &Rc<Self>) {
        let due = self.session.borrow().next_timeout();
        let timer = due.map(|due| {
            let wait = due.saturating_sub(sightline_web::now());
            // Rounded up: a timer that is early would be set again at once.
            let millis = u32::try_from(wait.as_millis()).unwrap_or(u32::MAX).saturating_add(1);
            let inner = Rc::downgrade(self);
            after(millis, move || tell(&inner, Event::Timeout))
        });
        *self.timer.borrow_mut() = timer;
    }
}
