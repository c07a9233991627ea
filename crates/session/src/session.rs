//! The session: who is in the room, and a connection for each of them that needs one.

mod attempts;
mod dormant;
mod peers;
mod presence;
mod quality;
mod report;
mod roster;
mod sending;
mod signals;
mod status;

use std::collections::VecDeque;
use std::time::Duration;

use sightline_protocol::limits::{MAX_ICE_SERVERS, MAX_ICE_URL_BYTES};
use sightline_protocol::{
    ClientMessage, IceServer, InstanceId, PeerId, PeerSecret, RelayMessage, Role, RoomName,
    TrackState,
};

use self::dormant::Dormant;
use self::peers::Peers;
use self::presence::Presence;
use crate::Time;
use crate::budget::Budget;
use crate::connection::Connection;
use crate::event::{Command, ConnectionEvent, Event};
use crate::link::{Link, MOVED, WOKEN};
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
    /// This load of the page, or this turn of it: it begins anew with every `Start` after
    /// a `Stop`, as nothing is remembered then.
    instance: InstanceId,
    /// Our own id, as the relay says.
    me: Option<PeerId>,
    /// Our number among those with our role, as the relay says; 0 where it says none.
    seat: u8,
    /// The roles that somebody in the room has, as the relay says.
    roles: Vec<Role>,
    link: Link,
    peers: Peers,
    /// What was agreed on with those who were forgotten: their pages may come back.
    dormant: Dormant,
    ice_servers: Vec<IceServer>,
    next_pair: u32,
    next_connection: u32,
    /// For attempts that this side begins, all of them together.
    budget: Budget,
    /// For those that others begin, all of them together.
    offered: Budget,
    video: TrackState,
    audio: TrackState,
    /// Changes with each track that is exchanged for another.
    revision: u32,
    save_data: bool,
    /// Descriptions may be applied once more: the browser has never refused to.
    refreshes: bool,
    live: bool,
    ended: bool,
    sender_left: bool,
    presence: Presence,
    /// It was away for so long that its person has to begin again.
    was_away: bool,
    commands: VecDeque<Command>,
}

impl Session {
    /// A session that has not begun: feed it [`Event::Start`].
    #[must_use]
    pub fn new(config: Config) -> Self {
        let mut random = Random::new(config.seed);
        // Attempts are numbered upwards, from anywhere.
        let next_connection = u32::try_from(random.next() >> 40).unwrap_or(0);
        Self {
            instance: InstanceId(0),
            me: None,
            // Who joins a call by itself, some time later, would be on air without knowing it.
            link: Link::new(config.role != Role::Member),
            seat: 0,
            roles: Vec::new(),
            peers: Peers::default(),
            dormant: Dormant::default(),
            ice_servers: Vec::new(),
            next_pair: 0,
            next_connection,
            budget: Budget::of_all(),
            offered: Budget::of_all(),
            video: TrackState::Off,
            audio: TrackState::Off,
            revision: 0,
            save_data: false,
            refreshes: true,
            // A member of a call shares what there is.
            live: config.role == Role::Member,
            ended: false,
            sender_left: false,
            presence: Presence::default(),
            was_away: false,
            commands: VecDeque::new(),
            now: Time::ZERO,
            random,
            config,
        }
    }

    /// The next thing to do, in order. To be drained after every [`Session::handle`].
    pub fn poll(&mut self) -> Option<Command> {
        self.commands.pop_front()
    }

    /// When to feed [`Event::Timeout`], if nothing happens before.
    #[must_use]
    pub fn next_timeout(&self) -> Option<Time> {
        let peers = self.peers.values().filter_map(|peer| self.next_timeout_of(peer));
        self.link.next_timeout().into_iter().chain(peers).min()
    }

    /// Takes what happened at `now`.
    pub fn handle(&mut self, now: Time, event: Event) {
        self.now = self.now.max(now);
        let slept = if let Event::Slept(slept) = event { slept } else { Duration::ZERO };
        self.presence.pass(self.now, slept);
        match event {
            Event::Start => self.start(),
            Event::Stop => self.stop(false),
            Event::PageHidden => self.stop(true),
            Event::SocketOpened => {
                if self.may_go_on() {
                    let join = self.join();
                    self.link.opened(self.now, join, &mut self.commands);
                }
            }
            Event::SocketMessage(message) => {
                self.link.heard(self.now);
                self.message(message);
            }
            Event::SocketMalformed => self.link.heard(self.now),
            Event::SocketClosed(code) => {
                let has_media_path = self.has_media_path();
                if self.link.closed(self.now, code, has_media_path, &mut self.random) {
                    self.sent_away();
                }
            }
            Event::Media { video, audio, revision } => {
                let before = (self.video, self.audio, self.revision);
                if before != (video, audio, revision) {
                    (self.video, self.audio, self.revision) = (video, audio, revision);
                    self.publish();
                }
            }
            Event::SaveData(save) => self.save_data = save,
            Event::GoLive => {
                self.live = true;
                self.was_away = false;
                self.publish();
            }
            Event::Connection(connection, ConnectionEvent::ChannelMessage(payload)) => {
                self.direct(connection, payload)
            }
            Event::Connection(connection, ConnectionEvent::Probe(message)) => {
                self.probed(connection, message)
            }
            Event::Connection(connection, event) => self.connection_event(connection, event),
            Event::Wake | Event::Slept(_) => {
                self.link.wake(self.now, WOKEN, &mut self.commands);
                self.retry_now();
            }
            Event::Online => {
                self.link.wake(self.now, MOVED, &mut self.commands);
                for (_, peer) in self.peers.iter_mut() {
                    if let Some(connection) = &mut peer.connection {
                        connection.online(self.now, &mut self.commands);
                    }
                }
                self.retry_now();
            }
            Event::Timeout => {}
        }
        self.advance();
        // Who is not in the room, or wants nothing, misses nothing.
        if self.link.is_joined() || self.has_media_path() || !self.link.is_wanted() {
            self.presence.touch();
        }
    }

    fn start(&mut self) {
        if !self.link.is_wanted() {
            self.instance = InstanceId(u32::try_from(self.random.next() >> 32).unwrap_or(0));
            self.dormant = Dormant::default();
            self.presence.begin();
        }
        self.ended = false;
        self.was_away = false;
        self.live |= self.config.role == Role::Member;
        self.try_anew();
        self.retry_now();
        self.link.start(self.now, &mut self.commands);
    }

    fn stop(&mut self, keep_seat: bool) {
        if !keep_seat {
            self.say_goodbye();
        }
        self.clear_peers();
        self.link.stop(keep_seat, &mut self.commands);
        self.live = false;
        self.video = TrackState::Off;
        self.audio = TrackState::Off;
        self.ended = true;
        self.was_away = false;
        self.seat = 0;
        self.roles.clear();
    }

    /// The relay doesn't let us in, and trying again by itself would change nothing.
    /// Whoever begins again goes live by a click of their own.
    fn sent_away(&mut self) {
        self.clear_peers();
        self.live = false;
    }

    /// Whether there are connections that need no relay: its refusal is no reason to end them.
    fn has_media_path(&self) -> bool {
        self.connections().any(Connection::is_connected)
    }

    fn join(&self) -> ClientMessage {
        let Config { room, role, secret, .. } = &self.config;
        let (room, instance) = (room.clone(), self.instance);
        // A relay that was restarted has forgotten it.
        let seat = Some(self.seat).filter(|seat| *seat != 0);
        ClientMessage::Join { room, role: *role, secret: *secret, instance, seat }
    }

    fn message(&mut self, message: RelayMessage) {
        match message {
            RelayMessage::Welcome { peer, seat, peers, roles, ice_servers, heartbeat } => {
                if self.link.welcomed(self.now, heartbeat) {
                    self.me = Some(peer);
                    self.seat = seat;
                    self.roles = each_once(roles);
                    self.ice_servers = bounded(ice_servers);
                    self.welcomed(peers);
                }
            }
            RelayMessage::Error { code, retry_after_ms, .. } => {
                let has_media_path = self.has_media_path();
                if self.link.refused(code, retry_after_ms, has_media_path, &mut self.commands) {
                    self.sent_away();
                }
            }
            // What is not from within the room is not for us.
            _ if !self.link.is_joined() => {}
            RelayMessage::PeerJoined { peer } => self.joined(peer),
            RelayMessage::PeerLeft { peer, reason } => self.left(peer, reason),
            RelayMessage::Signal { from, payload } => self.receive(from, payload),
            RelayMessage::Room { roles } => self.roles = each_once(roles),
            RelayMessage::Pong => self.presence.was_there(),
        }
    }

    /// Whatever time and the last event made due.
    fn advance(&mut self) {
        self.link.advance(self.now, &mut self.random, &mut self.commands);
        self.peers.ids().into_iter().for_each(|peer| self.poll_peer(peer));
    }

    fn connections(&self) -> impl Iterator<Item = &Connection> {
        self.peers.values().filter_map(|peer| peer.connection.as_ref())
    }

    /// Whether this side begins attempts with that peer: exactly one of two does.
    fn offers_to(&self, peer: PeerId) -> bool {
        match self.config.role {
            Role::Sender => true,
            Role::Receiver => false,
            Role::Member => self.me.is_some_and(|me| me < peer),
        }
    }

    /// Whether there is anything to begin an attempt for: a sender's camera is asked for
    /// first, though it may be unplugged now. A member may have none.
    const fn is_ready(&self) -> bool {
        match self.config.role {
            Role::Sender => !is_off(self.video) || !is_off(self.audio),
            Role::Receiver | Role::Member => true,
        }
    }
}

const fn is_off(state: TrackState) -> bool {
    matches!(state, TrackState::Off)
}

/// Whether a device can give something, now or in a moment.
const fn is_there(state: TrackState) -> bool {
    matches!(state, TrackState::On | TrackState::Paused)
}

/// The roles that a relay names, however often it does.
fn each_once(roles: Vec<Role>) -> Vec<Role> {
    let all = [Role::Sender, Role::Receiver, Role::Member];
    all.into_iter().filter(|role| roles.contains(role)).collect()
}

/// What a page takes from a relay, however much it sends.
fn bounded(servers: Vec<IceServer>) -> Vec<IceServer> {
    let fits = |server: &IceServer| {
        server.urls.len() <= MAX_ICE_SERVERS
            && server.urls.iter().all(|url| url.len() <= MAX_ICE_URL_BYTES)
    };
    servers.into_iter().filter(fits).take(MAX_ICE_SERVERS).collect()
}
