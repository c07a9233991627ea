//! One session, an event at a time: what it wants and what it shows, as short texts.
//!
//! The rig is the driver of the session, and its relay and the other pages as well. As a
//! driver it checks that each command may be given; as a page it keeps to the protocol's
//! numbers: what it says is numbered, what comes is taken in order and acknowledged.

#![allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    reason = "each file of tests uses a part of it"
)]

mod input;
mod others;
mod scenes;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use sightline_protocol::{
    Candidate, ClientMessage, InstanceId, PeerId, PeerSecret, Role, RoomName, Signal,
};
use sightline_session::{Command, Config, ConnectionId, Event, LinkStatus, Session, View};

pub use self::input::{In, OURS};
pub use self::others::{Heeds, Way, signal};
pub use self::scenes::{calling, member, receiver, sender, sending, watching};

use self::others::Other;

/// At a time in milliseconds, something happens; the commands that follow, and the status
/// and notice after it (`live`, `live RelayLost`).
pub type Script<'a> = &'a [(u64, In, &'a str, &'a str)];

pub struct Rig {
    pub session: Session,
    role: Role,
    /// The number of the session's own id.
    me: u8,
    /// Its page, as it joined with it.
    instance: InstanceId,
    others: BTreeMap<u8, Other>,
    /// The connections that are open, and who is at their other ends.
    connections: BTreeMap<u32, u8>,
    last_pair: Option<u32>,
    socket: Socket,
    /// The last attempt that the session's messages named.
    pub attempt: u32,
    /// Acknowledgements alone, which the texts leave out: `1: 3`, `1: 3 direct 0`.
    pub acks: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Socket {
    None,
    Wanted,
    Open,
    Joined,
}

pub fn peer(number: u8) -> PeerId {
    PeerId::from_bytes([number; 16])
}

fn number(peer: PeerId) -> u8 {
    peer.as_bytes()[0]
}

pub fn candidate(line: &str) -> Candidate {
    Candidate {
        candidate: line.to_owned(),
        sdp_mid: None,
        sdp_m_line_index: None,
        username_fragment: None,
    }
}

impl Rig {
    pub fn new(role: Role) -> Self {
        Self::numbered(role, 0)
    }

    /// A session whose own id has that number: of two members the lower one offers.
    pub fn numbered(role: Role, me: u8) -> Self {
        let room = RoomName::parse("demo").unwrap();
        let secret = PeerSecret::from_bytes([0xa5; 16]);
        Self {
            session: Session::new(Config { role, room, secret, seed: 1 }),
            role,
            me,
            instance: InstanceId(0),
            others: BTreeMap::new(),
            connections: BTreeMap::new(),
            last_pair: None,
            socket: Socket::None,
            attempt: 0,
            acks: Vec::new(),
        }
    }

    #[track_caller]
    pub fn run(&mut self, what: &str, script: Script<'_>) {
        for (step, (at, input, commands, shows)) in script.iter().enumerate() {
            let got = self.feed(*at, *input);
            assert_eq!(got, *commands, "{what}, step {step}: commands after {input:?}");
            assert_eq!(self.shows(), *shows, "{what}, step {step}: shown after {input:?}");
        }
    }

    /// Only gets there.
    pub fn play(&mut self, script: &[(u64, In)]) {
        for (at, input) in script {
            self.feed(*at, *input);
        }
    }

    pub fn feed(&mut self, at: u64, input: In) -> String {
        match self.event(input) {
            Some(event) => self.handle(at, event),
            None => String::new(),
        }
    }

    /// Hands over an event, and what the other pages say to what comes of it.
    pub fn handle(&mut self, at: u64, event: Event) -> String {
        let now = Duration::from_millis(at);
        self.before(&event);
        let mut words = self.step(now, event);
        let numbers: Vec<u8> = self.others.keys().copied().collect();
        for number in numbers {
            if let Some(event) = self.acknowledgement(number) {
                words.extend(self.step(now, event));
            }
        }
        words.join(", ")
    }

    fn step(&mut self, now: Duration, event: Event) -> Vec<String> {
        self.session.handle(now, event);
        let commands: Vec<Command> = std::iter::from_fn(|| self.session.poll()).collect();
        assert!(self.session.next_timeout().is_none_or(|due| due > now), "woken in the past");
        let words = commands.into_iter().filter_map(|command| {
            self.check(&command);
            self.word(command)
        });
        words.collect()
    }

    /// What the driver knows by an event.
    fn before(&mut self, event: &Event) {
        match event {
            Event::SocketOpened if self.socket == Socket::Wanted => self.socket = Socket::Open,
            Event::SocketMessage(sightline_protocol::RelayMessage::Welcome { .. })
                if self.socket == Socket::Open =>
            {
                self.socket = Socket::Joined;
            }
            Event::SocketClosed(_) => self.socket = Socket::None,
            _ => {}
        }
    }

    /// Whether a driver can carry out this command.
    fn check(&mut self, command: &Command) {
        let open = |connection: &ConnectionId| {
            assert!(self.connections.contains_key(&connection.0), "{command:?}")
        };
        match command {
            Command::OpenSocket => {
                assert_eq!(self.socket, Socket::None, "two sockets");
                self.socket = Socket::Wanted;
            }
            Command::CloseSocket => {
                assert_ne!(self.socket, Socket::None, "no socket to close");
                self.socket = Socket::None;
            }
            Command::Send(ClientMessage::Join { instance, .. }) => {
                assert_eq!(self.socket, Socket::Open, "joins before it is open");
                self.loads(*instance);
            }
            Command::Send(message) => {
                assert_eq!(self.socket, Socket::Joined, "sent too early: {message:?}");
            }
            Command::CreateConnection { connection, peer, .. } => {
                assert!(self.last_pair < Some(connection.0), "{connection:?} is used twice");
                self.last_pair = Some(connection.0);
                self.connections.insert(connection.0, number(*peer));
                let peers: BTreeSet<u8> = self.connections.values().copied().collect();
                assert_eq!(peers.len(), self.connections.len(), "two connections with one peer");
            }
            Command::CloseConnection(connection) => {
                assert!(self.connections.remove(&connection.0).is_some(), "{command:?}");
            }
            Command::SetLocalDescription(connection)
            | Command::SetRemoteDescription(connection, _)
            | Command::AddCandidate(connection, _)
            | Command::Publish(connection)
            | Command::RestartIce(connection)
            | Command::SendDirect(connection, _)
            | Command::Inspect(connection)
            | Command::SampleEvery(connection, _)
            | Command::Configure(connection, _)
            | Command::SendProbe(connection, _) => open(connection),
        }
    }

    /// The page that it joined as.
    pub const fn instance(&self) -> InstanceId {
        self.instance
    }

    /// Nothing is left open.
    pub fn is_at_rest(&self) -> bool {
        self.connections.is_empty() && self.socket == Socket::None
    }

    pub fn open_pairs(&self) -> usize {
        self.connections.len()
    }

    pub fn view(&self) -> View {
        self.session.view()
    }

    pub fn shows(&self) -> String {
        let View { status, notice, .. } = self.view();
        let notice = notice.map(|notice| format!(" {notice:?}")).unwrap_or_default();
        format!("{}{notice}", status.name())
    }

    /// What is shown of each of the others: `1 live, 2 reconnecting, 3 gone waiting`.
    pub fn shows_each(&self) -> String {
        let each = self.view().peers.into_iter().map(|it| {
            let notice = it.notice.map(|notice| format!(" {notice:?}")).unwrap_or_default();
            let gone = if it.present { "" } else { "gone " };
            let speaks = if it.speaking { " speaking" } else { "" };
            format!("{} {gone}{}{notice}{speaks}", number(it.peer), it.status.name())
        });
        each.collect::<Vec<_>>().join(", ")
    }

    /// Whether the session is let in by the relay and knows that peer: what comes from it
    /// is taken.
    fn hears(&self, from: u8) -> bool {
        let view = self.view();
        view.link == LinkStatus::Joined && view.peers.iter().any(|it| it.peer == peer(from))
    }

    /// Goes from one wish to be woken to the next until `until`, with a relay that is
    /// well and samples that come; all commands but pings.
    pub fn pass(&mut self, until: u64) -> String {
        let mut words = Vec::new();
        while let Some(due) = self.session.next_timeout()
            && due <= Duration::from_millis(until)
        {
            let due = u64::try_from(due.as_micros().div_ceil(1_000)).unwrap();
            let word = self.feed(due, In::Time);
            if word.contains("ping") {
                self.feed(due, In::Pong);
            }
            words.push((due, word));
        }
        words.push((until, self.feed(until, In::Time)));
        let words = words.into_iter().flat_map(|(at, words)| {
            let words = words.split(", ").filter(|word| !word.is_empty() && *word != "ping");
            words.map(|word| format!("{at}: {word}")).collect::<Vec<_>>()
        });
        words.collect::<Vec<_>>().join(", ")
    }

    /// Goes on while no connection to the relay can be made.
    pub fn without_relay(&mut self, from: u64, until: u64) {
        for at in (from..until).step_by(250) {
            self.feed(at, In::Time);
            if self.socket == Socket::Wanted {
                self.feed(at, In::Closed(1006));
            }
        }
    }

    /// A signal of another page by the relay, or directly.
    pub fn say(&mut self, at: u64, from: u8, way: Way, signal: Signal) -> String {
        let event = self.said(from, way, signal);
        self.handle(at, event)
    }

    /// What the other page does with what it is sent, from now on.
    pub fn heed(&mut self, number: u8, heeds: Heeds) {
        self.other(number).heeds = heeds;
    }
}
