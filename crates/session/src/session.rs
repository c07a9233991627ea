//! The session: who is in the room, and a pair for each of them that needs one.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use sightline_protocol::limits::{
    MAX_CANDIDATES, MAX_ICE_SERVERS, MAX_ICE_URL_BYTES, MAX_RECEIVERS,
};
use sightline_protocol::{
    ClientMessage, ConnectionId, IceServer, LeaveReason, PeerId, PeerInfo, PeerSecret,
    RelayMessage, Role, RoomName, Signal,
};

use crate::Time;
use crate::backoff;
use crate::event::{Command, Event, PairEvent, PairId};
use crate::link::Link;
use crate::pair::Pair;
use crate::random::Random;
use crate::view::{LinkStatus, Notice, Status, View};

/// How often the offering side tries before it asks its person. A lost message or
/// a browser's hiccup is mended by the second; a firewall by none.
const MAX_ATTEMPTS: u32 = 3;

/// How long the answering side waits for a new offer after a failure: the time in
/// which the offering side notices, and tries again.
const OFFER_TIME: Duration = Duration::from_secs(30);

/// A connection that lasted so long makes the next failure a first one.
const STABLE: Duration = Duration::from_secs(5);

/// How many attempts that are over are remembered.
const MAX_FINISHED: usize = 8;

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

/// Another peer of the room.
#[derive(Debug, Default)]
struct Peer {
    /// The relay says that it is in the room.
    present: bool,
    pair: Option<Pair>,
    /// Attempts since the last stable connection.
    attempts: u32,
    /// Offering side: when to try again. Answering side: until when to wait for
    /// the other to do so.
    retry_at: Option<Time>,
    gave_up: bool,
    /// The last attempts that are over: what still comes for them is stale.
    finished: VecDeque<ConnectionId>,
    /// What came before the offer that it belongs to.
    early: Vec<Signal>,
}

/// One page's part in one room. See the crate's documentation.
#[derive(Debug)]
pub struct Session {
    config: Config,
    now: Time,
    random: Random,
    link: Link,
    peers: BTreeMap<PeerId, Peer>,
    ice_servers: Vec<IceServer>,
    next_pair: u32,
    next_connection: u32,
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
        // Attempts are numbered upwards. After a reload the numbers go on elsewhere,
        // and the other side has forgotten the old ones with the old page.
        let next_connection = u32::try_from(random.next() >> 40).unwrap_or(0);
        Self {
            config,
            now: Time::ZERO,
            random,
            link: Link::new(),
            peers: BTreeMap::new(),
            ice_servers: Vec::new(),
            next_pair: 0,
            next_connection,
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
                    self.close_pairs();
                }
            }
            Event::CameraReady => {
                self.camera = true;
                if self.live {
                    self.publish();
                }
            }
            Event::CameraGone => self.camera = false,
            Event::GoLive => {
                self.live = true;
                self.publish();
            }
            Event::Pair(pair, event) => self.pair_event(pair, event),
            Event::Wake => self.link.wake(self.now, &mut self.commands),
            Event::Timeout => {}
        }
        self.advance();
    }

    /// What the page shows now.
    #[must_use]
    pub fn view(&self) -> View {
        let link_notice = self.link.notice();
        let (status, notice) = match self.config.role {
            _ if self.ended => (Status::Ended, None),
            _ if link_notice == Some(Notice::Replaced) => (Status::Ended, link_notice),
            _ if self.link.status() == LinkStatus::Refused => (Status::Failed, link_notice),
            Role::Sender => self.sender_status(link_notice),
            Role::Receiver => self.receiver_status(link_notice),
        };
        View {
            status,
            notice,
            link: self.link.status(),
            present: self.peers.values().filter(|peer| peer.present).count(),
            connected: self.pairs().filter(|pair| pair.is_connected()).count(),
            live: self.live,
        }
    }

    fn sender_status(&self, link_notice: Option<Notice>) -> (Status, Option<Notice>) {
        let any = |test: fn(&Peer) -> bool| self.peers.values().any(test);
        let failed = any(|peer| peer.gave_up).then_some(Notice::ConnectionFailed);
        let notice = link_notice.or(failed);
        let status = if !self.live {
            if link_notice == Some(Notice::RelayUnreachable) {
                Status::Failed
            } else {
                Status::Idle
            }
        } else if self.pairs().any(Pair::is_connected) {
            Status::Live
        } else if self.pairs().any(Pair::is_broken) || link_notice == Some(Notice::RelayLost) {
            Status::Reconnecting
        } else if link_notice.is_some() {
            Status::Failed
        } else if any(|peer| peer.pair.is_some() || peer.retry_at.is_some()) {
            Status::Connecting
        } else if failed.is_some() {
            Status::Failed
        } else if self.link.is_joined() {
            Status::Waiting
        } else {
            Status::Connecting
        };
        (status, notice)
    }

    fn receiver_status(&self, link_notice: Option<Notice>) -> (Status, Option<Notice>) {
        let sender = self.peers.values().find(|peer| peer.pair.is_some());
        let sender = sender.or_else(|| self.peers.values().next());
        let pair = sender.and_then(|peer| peer.pair.as_ref());
        match (pair, sender) {
            (Some(pair), _) if pair.is_broken() => (Status::Reconnecting, link_notice),
            (Some(pair), _) if pair.is_connected() && pair.has_frames(self.now) => {
                (Status::Live, link_notice)
            }
            (Some(pair), _) if pair.is_connected() && pair.had_frames() => {
                (Status::Reconnecting, link_notice.or(Some(Notice::PictureStopped)))
            }
            (Some(pair), _) if pair.is_connected() => (Status::Waiting, link_notice),
            (Some(_), _) => (Status::Connecting, link_notice),
            (None, Some(peer)) if peer.gave_up => {
                (Status::Failed, link_notice.or(Some(Notice::ConnectionFailed)))
            }
            (None, Some(peer)) if peer.retry_at.is_some() => (Status::Reconnecting, link_notice),
            _ => match link_notice {
                Some(Notice::RelayLost) => (Status::Reconnecting, link_notice),
                Some(_) => (Status::Failed, link_notice),
                None if self.link.is_joined() => {
                    (Status::Waiting, self.sender_left.then_some(Notice::SenderLeft))
                }
                None if self.link.status() == LinkStatus::Off => (Status::Idle, None),
                None => (Status::Connecting, None),
            },
        }
    }

    fn start(&mut self) {
        self.ended = false;
        let mut anew = false;
        for peer in self.peers.values_mut() {
            anew |= peer.gave_up;
            peer.gave_up = false;
            peer.attempts = 0;
        }
        if anew && !self.offers() {
            // Only the offering side can begin anew: joining again asks it to.
            self.link.stop(&mut self.commands);
            self.peers.clear();
        }
        self.link.start(self.now, &mut self.commands);
    }

    fn stop(&mut self) {
        self.close_pairs();
        self.peers.clear();
        self.link.stop(&mut self.commands);
        self.live = false;
        self.camera = false;
        self.ended = true;
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
                    for peer in self.peers.values_mut() {
                        peer.present = false;
                    }
                    peers.into_iter().for_each(|peer| self.joined(peer));
                    self.forget_absent();
                }
            }
            RelayMessage::PeerJoined { peer } if self.link.is_joined() => self.joined(peer),
            RelayMessage::PeerLeft { peer, reason } => self.left(peer, reason),
            RelayMessage::Signal { from, payload } => self.signal(from, payload),
            RelayMessage::Error { code, .. } => {
                if self.link.refused(code, &mut self.commands) {
                    self.close_pairs();
                }
            }
            RelayMessage::PeerJoined { .. } | RelayMessage::Pong => {}
        }
    }

    fn joined(&mut self, PeerInfo { peer, role }: PeerInfo) {
        // A relay that makes up peers, or pairs like with like, gets no further.
        if role == self.config.role
            || (!self.peers.contains_key(&peer) && self.peers.len() >= MAX_RECEIVERS)
        {
            return;
        }
        let offers = self.offers();
        let known = self.peers.entry(peer).or_default();
        known.present = true;
        known.gave_up = false;
        known.attempts = 0;
        if offers && known.pair.as_ref().is_some_and(|pair| !pair.is_connected()) {
            // It came back, and may have forgotten the attempt that was under way.
            known.retry_at = None;
            self.close_pair(peer);
        }
        self.sender_left = false;
    }

    fn left(&mut self, peer: PeerId, reason: LeaveReason) {
        let Some(known) = self.peers.get_mut(&peer) else { return };
        known.present = false;
        known.retry_at = None;
        // Media that flows needs no relay: only who says goodbye is gone.
        let stays =
            reason == LeaveReason::Lost && known.pair.as_ref().is_some_and(Pair::is_connected);
        if !stays {
            self.forget(peer);
        }
    }

    /// After joining anew: who isn't there and isn't connected is gone.
    fn forget_absent(&mut self) {
        let connected = |peer: &Peer| peer.pair.as_ref().is_some_and(Pair::is_connected);
        let peers = self.peers.iter();
        let gone = peers.filter(|(_, peer)| !peer.present && !connected(peer));
        let gone: Vec<PeerId> = gone.map(|(id, _)| *id).collect();
        gone.into_iter().for_each(|id| self.forget(id));
    }

    fn signal(&mut self, from: PeerId, signal: Signal) {
        let offers = self.offers();
        let Some(peer) = self.peers.get_mut(&from) else { return };
        let connection = signal.connection();
        if peer.pair.as_ref().map(|pair| pair.connection) == Some(connection) {
            if let Some(pair) = &mut peer.pair {
                pair.receive(signal);
            }
            return;
        }
        // Another attempt. Only the offering side begins one, and only with an offer.
        if offers || peer.finished.contains(&connection) {
            return;
        }
        if !matches!(signal, Signal::CreateOffer { .. }) {
            if peer.early.len() < MAX_CANDIDATES {
                peer.early.push(signal);
            }
            return;
        }
        let early = std::mem::take(&mut peer.early);
        peer.retry_at = None;
        peer.gave_up = false;
        self.close_pair(from);
        self.create_pair(from, connection);
        if let Some(pair) = self.peers.get_mut(&from).and_then(|peer| peer.pair.as_mut()) {
            pair.receive(signal);
            early
                .into_iter()
                .filter(|signal| signal.connection() == connection)
                .for_each(|signal| pair.receive(signal));
        }
    }

    fn pair_event(&mut self, id: PairId, event: PairEvent) {
        let found = self.peers.iter_mut().find_map(|(peer, known)| {
            known.pair.as_mut().filter(|pair| pair.id == id).map(|pair| (*peer, pair))
        });
        if let Some((to, pair)) = found
            && let Some(payload) = pair.handle(self.now, event)
        {
            self.commands.push_back(Command::Send(ClientMessage::Signal { to, payload }));
        }
    }

    /// Whatever time and the last event made due.
    fn advance(&mut self) {
        self.link.advance(self.now, &mut self.random, &mut self.commands);
        let peers: Vec<PeerId> = self.peers.keys().copied().collect();
        for peer in peers {
            self.tend(peer);
        }
    }

    fn tend(&mut self, id: PeerId) {
        let offers = self.offers();
        let Some(peer) = self.peers.get_mut(&id) else { return };
        if let Some(pair) = &mut peer.pair {
            if pair.connected_for(self.now).is_some_and(|time| time >= STABLE) {
                peer.attempts = 0;
            }
            pair.repeat(self.now);
            let mut signals = Vec::new();
            let failed =
                !pair.drain(self.now, &mut self.commands, &mut signals) || pair.expired(self.now);
            self.commands.extend(
                signals
                    .into_iter()
                    .map(|payload| Command::Send(ClientMessage::Signal { to: id, payload })),
            );
            if failed {
                self.pair_failed(id);
            }
            return;
        }
        let due = peer.retry_at.is_none_or(|at| self.now >= at);
        if offers {
            if due && peer.present && self.camera && !peer.gave_up && self.link.is_joined() {
                peer.retry_at = None;
                self.next_connection = self.next_connection.wrapping_add(1);
                self.create_pair(id, ConnectionId(self.next_connection));
            } else if due {
                // What else is missing will come as an event.
                peer.retry_at = None;
            }
        } else if due && peer.retry_at.take().is_some() {
            peer.gave_up = true;
        }
    }

    fn pair_failed(&mut self, id: PeerId) {
        self.close_pair(id);
        let offers = self.offers();
        let Some(peer) = self.peers.get_mut(&id) else { return };
        if !peer.present && self.link.is_joined() {
            self.forget(id);
            return;
        }
        peer.attempts += 1;
        if !offers {
            peer.retry_at = Some(self.now + OFFER_TIME);
        } else if peer.attempts < MAX_ATTEMPTS {
            let wait = backoff::jittered(peer.attempts, &mut self.random);
            peer.retry_at = Some(self.now + wait);
        } else {
            peer.gave_up = true;
        }
    }

    fn create_pair(&mut self, peer: PeerId, connection: ConnectionId) {
        let Some(known) = self.peers.get_mut(&peer) else { return };
        let pair = PairId(self.next_pair);
        self.next_pair += 1;
        let polite = self.config.role == Role::Receiver;
        known.pair = Some(Pair::new(pair, connection, polite, self.now));
        let ice_servers = self.ice_servers.clone();
        self.commands.push_back(Command::CreatePair { pair, peer, ice_servers });
        if self.live && self.camera {
            self.commands.push_back(Command::Publish(pair));
        }
    }

    fn close_pair(&mut self, peer: PeerId) {
        if let Some(peer) = self.peers.get_mut(&peer)
            && let Some(pair) = peer.pair.take()
        {
            if peer.finished.len() >= MAX_FINISHED {
                peer.finished.pop_front();
            }
            peer.finished.push_back(pair.connection);
            self.commands.push_back(Command::ClosePair(pair.id));
        }
    }

    fn close_pairs(&mut self) {
        let peers: Vec<PeerId> = self.peers.keys().copied().collect();
        peers.into_iter().for_each(|peer| self.close_pair(peer));
    }

    fn forget(&mut self, peer: PeerId) {
        self.close_pair(peer);
        if self.peers.remove(&peer).is_some() {
            self.sender_left = self.config.role == Role::Receiver;
        }
    }

    fn publish(&mut self) {
        if self.camera {
            let pairs: Vec<PairId> = self.pairs().map(|pair| pair.id).collect();
            self.commands.extend(pairs.into_iter().map(Command::Publish));
        }
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
