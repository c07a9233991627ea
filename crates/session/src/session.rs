//! The session: who is in the room, and a pair for each of them that needs one.

mod attempts;
mod budget;
mod peers;
mod roster;
mod status;

use std::collections::VecDeque;

use sightline_protocol::limits::{MAX_ICE_SERVERS, MAX_ICE_URL_BYTES};
use sightline_protocol::{
    ClientMessage, ConnectionId, IceServer, PeerId, PeerSecret, RelayMessage, Role, RoomName,
};

use self::budget::Budget;
use self::peers::Peers;
use crate::Time;
use crate::event::{Command, Event};
use crate::link::Link;
use crate::pair::Pair;
use crate::random::Random;

/// What a session needs to know from the start.
#[derive(Clone, Debug)]
pub struct Config {
    /// What this page does in the room.
    pub role: Role,
    /// The room.
    pub room: RoomName,
    /// Proves this page's seat.
    pub secret: PeerSecret,
    /// Spreads retries and tells attempts apart. Any number that differs from page
    /// to page and from load to load.
    pub seed: u64,
}

/// One page's part in one room. See the crate's documentation.
#[derive(Debug)]
pub struct Session {
    config: Config,
    now: Time,
    random: Random,
    link: Link,
    peers: Peers,
    /// The last attempts that are over: what still comes for them is stale, also
    /// where the other side was forgotten in between.
    finished: VecDeque<(PeerId, ConnectionId)>,
    ice_servers: Vec<IceServer>,
    next_pair: u32,
    next_connection: u32,
    /// For new attempts, whoever begins them.
    budget: Budget,
    camera: bool,
    live: bool,
    ended: bool,
    sender_left: bool,
    commands: VecDeque<Command>,
}

impl Session {
    /// A session that has not begun: feed it [`Event::Start`].
    #[must_use]
    pub fn new(config: Config) -> Self {
        let mut random = Random::new(config.seed);
        // Attempts are numbered upwards. After a reload the numbers go on elsewhere:
        // those of the page before may be remembered as over.
        let next_connection = u32::try_from(random.next() >> 40).unwrap_or(0);
        Self {
            config,
            now: Time::ZERO,
            random,
            link: Link::new(),
            peers: Peers::default(),
            finished: VecDeque::new(),
            ice_servers: Vec::new(),
            next_pair: 0,
            next_connection,
            budget: Budget::full(),
            camera: false,
            live: false,
            ended: false,
            sender_left: false,
            commands: VecDeque::new(),
        }
    }

    /// The next thing to do, in order. To be drained after every [`Session::handle`].
    pub fn poll(&mut self) -> Option<Command> {
        self.commands.pop_front()
    }

    /// When to feed [`Event::Timeout`], if nothing happens before.
    #[must_use]
    pub fn next_timeout(&self) -> Option<Time> {
        let peers = self.peers.values();
        let pairs = peers.clone().filter_map(|peer| peer.pair.as_ref()?.next_timeout(self.now));
        let retries = peers.filter_map(|peer| peer.retry_at);
        self.link.next_timeout().into_iter().chain(pairs).chain(retries).min()
    }

    /// Takes what happened at `now`.
    pub fn handle(&mut self, now: Time, event: Event) {
        self.now = self.now.max(now);
        match event {
            Event::Start => self.start(),
            Event::Stop => self.stop(),
            Event::SocketOpened => {
                let join = self.join();
                self.link.opened(self.now, join, &mut self.commands);
            }
            Event::SocketMessage(message) => {
                self.link.heard(self.now);
                self.message(message);
            }
            Event::SocketGarbage => self.link.heard(self.now),
            Event::SocketClosed(code) => {
                if self.link.closed(self.now, code, &mut self.random) {
                    self.sent_away();
                }
            }
            Event::CameraReady => {
                self.camera = true;
                self.publish();
            }
            Event::CameraGone => self.camera = false,
            Event::GoLive => {
                self.live = true;
                self.publish();
            }
            Event::Pair(pair, event) => self.pair_event(pair, event),
            Event::Wake => {
                self.link.wake(self.now, &mut self.commands);
                self.retry_now();
            }
            Event::Timeout => {}
        }
        self.advance();
    }

    fn start(&mut self) {
        self.ended = false;
        let mut anew = false;
        for (_, peer) in self.peers.iter_mut() {
            anew |= peer.gave_up;
            peer.gave_up = false;
            peer.attempts = 0;
        }
        self.retry_now();
        if anew && !self.offers() {
            // Only the offering side can begin anew: joining again asks it to.
            self.clear_peers();
            self.link.stop(&mut self.commands);
        }
        self.link.start(self.now, &mut self.commands);
    }

    fn stop(&mut self) {
        self.clear_peers();
        self.link.stop(&mut self.commands);
        self.live = false;
        self.camera = false;
        self.ended = true;
    }

    /// The relay doesn't let us in, and trying again by itself would change nothing.
    /// Whoever begins again goes live by a click of their own.
    fn sent_away(&mut self) {
        self.clear_peers();
        self.live = false;
    }

    fn join(&self) -> ClientMessage {
        let Config { room, role, secret, .. } = &self.config;
        ClientMessage::Join { room: room.clone(), role: *role, secret: *secret }
    }

    fn message(&mut self, message: RelayMessage) {
        match message {
            RelayMessage::Welcome { peers, ice_servers, heartbeat, .. } => {
                if self.link.welcomed(self.now, heartbeat) {
                    self.ice_servers = bounded(ice_servers);
                    self.welcomed(peers);
                }
            }
            RelayMessage::Error { code, .. } => {
                if self.link.refused(code, &mut self.commands) {
                    self.sent_away();
                }
            }
            // What is not from within the room is not for us.
            _ if !self.link.is_joined() => {}
            RelayMessage::PeerJoined { peer } => self.joined(peer),
            RelayMessage::PeerLeft { peer, reason } => self.left(peer, reason),
            RelayMessage::Signal { from, payload } => self.signal(from, payload),
            RelayMessage::Pong => {}
        }
    }

    /// Whatever time and the last event made due.
    fn advance(&mut self) {
        self.link.advance(self.now, &mut self.random, &mut self.commands);
        self.peers.ids().into_iter().for_each(|peer| self.tend(peer));
    }

    fn pairs(&self) -> impl Iterator<Item = &Pair> {
        self.peers.values().filter_map(|peer| peer.pair.as_ref())
    }

    /// Whether this side begins attempts: exactly one of two does.
    fn offers(&self) -> bool {
        self.config.role == Role::Sender
    }
}

/// What a page takes from a relay, however much it sends.
fn bounded(servers: Vec<IceServer>) -> Vec<IceServer> {
    let fits = |server: &IceServer| {
        server.urls.len() <= MAX_ICE_SERVERS
            && server.urls.iter().all(|url| url.len() <= MAX_ICE_URL_BYTES)
    };
    servers.into_iter().filter(fits).take(MAX_ICE_SERVERS).collect()
}
