//! Feeds the browser's events into a session and carries out its commands.
//!
//! A driver owns the page's socket, its peer connections and its timer. Dropping it
//! leaves the room and closes them all. It decides nothing.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};
use std::time::Duration;

use leptos::prelude::*;
use sightline_protocol::{CloseCode, IceServer, PATH, Role, RoomName, SUBPROTOCOL};
use sightline_session::{
    Command, Config, ConnectionState, Event, LinkStatus, PairEvent, PairId, Session, SetFailed,
    Status,
};
use sightline_web::{
    Listener, Location, PeerConnection, PeerEvent, RemoteStream, Socket, SocketEvent, Timeout,
    on_leave, on_wake, sleep, spawn_local,
};

use crate::camera::Camera;
use crate::convert::{connection_state, session_description, web_description};
use crate::identity;
use crate::model::Model;
use crate::player::Player;

/// How often a receiver counts frames: often until the first one, so that "live" is
/// said at once; rarely afterwards, where it is about noticing that they stop.
const FIRST_FRAME_POLL: Duration = Duration::from_millis(100);
const FRAME_POLL: Duration = Duration::from_secs(1);

/// Runs one page's session.
#[derive(Clone)]
pub(crate) struct Driver(Rc<Inner>);

struct Inner {
    role: Role,
    session: RefCell<Session>,
    /// What happened while the session was at work.
    events: RefCell<VecDeque<Event>>,
    busy: Cell<bool>,
    socket: RefCell<Option<Socket>>,
    /// At most one for each peer of the room: a few.
    pairs: RefCell<Vec<(PairId, PeerConnection)>>,
    timer: RefCell<Option<Timeout>>,
    listeners: RefCell<Vec<Listener>>,
    camera: Camera,
    player: Player,
    model: RwSignal<Model>,
}

impl Driver {
    /// A driver for a room, which writes what the page shows into `model`.
    /// [`Event::Start`] begins.
    pub(crate) fn new(role: Role, room: RoomName, model: RwSignal<Model>) -> Self {
        let secret = identity::secret(&room, role);
        let session = Session::new(Config { role, room, secret, seed: identity::new_seed() });
        let inner = Rc::new_cyclic(|inner: &Weak<Inner>| {
            let waker = inner.clone();
            let wake = on_wake(move || tell(&waker, Event::Wake));
            let leaver = inner.clone();
            let leave = on_leave(move || tell(&leaver, Event::Stop));
            let inner = inner.clone();
            let camera = Camera::new(model, move |on| {
                tell(&inner, if on { Event::CameraReady } else { Event::CameraGone });
            });
            Inner {
                role,
                session: RefCell::new(session),
                events: RefCell::default(),
                busy: Cell::new(false),
                socket: RefCell::default(),
                pairs: RefCell::default(),
                timer: RefCell::default(),
                listeners: RefCell::new(vec![wake, leave]),
                camera,
                player: Player::new(model),
                model,
            }
        });
        Self(inner)
    }

    /// The sender's camera.
    pub(crate) fn camera(&self) -> &Camera {
        &self.0.camera
    }

    /// What the receiver sees.
    pub(crate) fn player(&self) -> &Player {
        &self.0.player
    }

    /// Takes what happened.
    pub(crate) fn handle(&self, event: Event) {
        self.0.handle(event);
    }
}

/// Leaving the page: says goodbye, closes everything.
impl Drop for Inner {
    fn drop(&mut self) {
        let session = self.session.get_mut();
        session.handle(sightline_web::now(), Event::Stop);
        while let Some(command) = session.poll() {
            if let (Command::Send(message), Some(socket)) = (command, self.socket.get_mut()) {
                let _ = socket.send(&message);
            }
        }
        self.listeners.take();
    }
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
            let Some(event) = self.events.borrow_mut().pop_front() else { break };
            self.session.borrow_mut().handle(sightline_web::now(), event);
            loop {
                let Some(command) = self.session.borrow_mut().poll() else { break };
                self.carry_out(command);
            }
        }
        self.busy.set(false);
        self.set_timer();
        let view = self.session.borrow().view();
        if self.model.try_with_untracked(|model| model.view != view) == Some(true) {
            // Stopped, taken over by another page, or not let in: nobody will see it.
            let unseen = view.status == Status::Ended || view.link == LinkStatus::Refused;
            self.model.try_update(|model| model.view = view);
            if unseen {
                self.camera.stop();
            }
        }
    }

    fn carry_out(self: &Rc<Self>, command: Command) {
        match command {
            Command::OpenSocket => self.open_socket(),
            Command::CloseSocket => drop(self.socket.take()),
            Command::Send(message) => {
                if let Some(socket) = &*self.socket.borrow() {
                    // Our own messages can always be written.
                    let _ = socket.send(&message);
                }
            }
            Command::CreatePair { pair, ice_servers, .. } => self.create_pair(pair, &ice_servers),
            Command::ClosePair(pair) => self.pairs.borrow_mut().retain(|(id, _)| *id != pair),
            Command::SetLocalDescription(pair) => {
                if let Some(set) = self.with_pair(pair, PeerConnection::set_local_description) {
                    self.report(pair, async move {
                        let set = set.await.map(session_description);
                        PairEvent::LocalDescription(set.map_err(|_| SetFailed))
                    });
                }
            }
            Command::SetRemoteDescription(pair, description) => {
                let description = web_description(description);
                let set = self.with_pair(pair, |pair| pair.set_remote_description(&description));
                if let Some(set) = set {
                    self.report(pair, async move {
                        PairEvent::RemoteDescription(set.await.map_err(|_| SetFailed))
                    });
                }
            }
            Command::AddCandidate(pair, candidate) => {
                self.with_pair(pair, |pair| pair.add_candidate(&candidate));
            }
            Command::Publish(pair) => {
                self.with_pair(pair, |pair| self.camera.with(|media| pair.publish(media)));
            }
        }
    }

    fn open_socket(self: &Rc<Self>) {
        let inner = Rc::downgrade(self);
        let url = Location::current().socket_url(PATH);
        let socket = Socket::open(&url, SOCKET_PROTOCOL, move |event| {
            tell(
                &inner,
                match event {
                    SocketEvent::Opened => Event::SocketOpened,
                    SocketEvent::Message(message) => Event::SocketMessage(message),
                    SocketEvent::Garbage => Event::SocketGarbage,
                    SocketEvent::Closed { code } => Event::SocketClosed(CloseCode(code)),
                },
            );
        });
        match socket {
            Ok(socket) => drop(self.socket.replace(Some(socket))),
            Err(_) => self.events.borrow_mut().push_back(Event::SocketClosed(NOT_OPENED)),
        }
    }

    fn create_pair(self: &Rc<Self>, pair: PairId, servers: &[IceServer]) {
        let inner = Rc::downgrade(self);
        let stream = match self.role {
            Role::Sender => None,
            Role::Receiver => RemoteStream::new().ok(),
        };
        let shown = stream.clone();
        let report = move |event| match event {
            PeerEvent::NegotiationNeeded => {
                tell(&inner, Event::Pair(pair, PairEvent::NegotiationNeeded));
            }
            PeerEvent::Candidate(candidate) => {
                tell(&inner, Event::Pair(pair, PairEvent::CandidateFound(candidate)));
            }
            PeerEvent::State(state) => {
                let state = PairEvent::ConnectionState(connection_state(state));
                tell(&inner, Event::Pair(pair, state));
            }
            PeerEvent::Track(track) => {
                if let (Some(stream), Some(inner)) = (&shown, inner.upgrade()) {
                    stream.add(&track);
                    inner.player.show(stream.clone());
                }
            }
        };
        match PeerConnection::new(servers, report) {
            Ok(mut connection) => {
                match self.role {
                    Role::Sender => connection.prepare_to_send(),
                    Role::Receiver => self.count_frames(pair),
                }
                self.pairs.borrow_mut().push((pair, connection));
            }
            Err(_) => {
                let failed = PairEvent::ConnectionState(ConnectionState::Failed);
                self.events.borrow_mut().push_back(Event::Pair(pair, failed));
            }
        }
    }

    /// Counts decoded frames for as long as the peer connection is there.
    fn count_frames(self: &Rc<Self>, pair: PairId) {
        let inner = Rc::downgrade(self);
        spawn_local(async move {
            let mut wait = FIRST_FRAME_POLL;
            loop {
                sleep(wait).await;
                let count = {
                    let Some(inner) = inner.upgrade() else { return };
                    let Some(count) = inner.with_pair(pair, PeerConnection::frames_decoded) else {
                        return;
                    };
                    count
                };
                if let Some(frames) = count.await.filter(|frames| *frames > 0) {
                    wait = FRAME_POLL;
                    tell(&inner, Event::Pair(pair, PairEvent::FramesDecoded(frames)));
                }
            }
        });
    }

    fn with_pair<T>(&self, pair: PairId, act: impl FnOnce(&PeerConnection) -> T) -> Option<T> {
        let pairs = self.pairs.borrow();
        pairs.iter().find(|(id, _)| *id == pair).map(|(_, connection)| act(connection))
    }

    /// Feeds the outcome of an operation when it is there.
    fn report(self: &Rc<Self>, pair: PairId, outcome: impl Future<Output = PairEvent> + 'static) {
        let inner = Rc::downgrade(self);
        spawn_local(async move {
            let event = outcome.await;
            tell(&inner, Event::Pair(pair, event));
        });
    }

    fn set_timer(self: &Rc<Self>) {
        let due = self.session.borrow().next_timeout();
        let timer = due.map(|due| {
            let wait = due.saturating_sub(sightline_web::now());
            // Rounded up: a timer that is early would be set again at once.
            let millis = u32::try_from(wait.as_millis()).unwrap_or(u32::MAX).saturating_add(1);
            let inner = Rc::downgrade(self);
            Timeout::new(millis, move || tell(&inner, Event::Timeout))
        });
        *self.timer.borrow_mut() = timer;
    }
}

/// None in a debug build, which `trunk serve` serves: its proxy asks the relay for the
/// sub-protocol, but doesn't tell the page that it has it.
const SOCKET_PROTOCOL: Option<&str> = if cfg!(debug_assertions) { None } else { Some(SUBPROTOCOL) };

/// What a socket that can't even be made counts as.
const NOT_OPENED: CloseCode = CloseCode(1006);
