//! One session, an event at a time: what it wants and what it shows, as short texts.

#![allow(dead_code, reason = "each file of tests uses a part of it")]

use std::time::Duration;

use sightline_protocol::{
    Candidate, ClientMessage, CloseCode, ConnectionId, ErrorCode, Heartbeat, LeaveReason, PeerId,
    PeerInfo, PeerSecret, RelayMessage, Role, RoomName, Signal,
};
use sightline_session::{
    Command, Config, ConnectionState, Description, DescriptionKind, Event, PairEvent, PairId,
    Session, SetFailed, View,
};

/// Something that happens.
#[derive(Clone, Copy, Debug)]
pub(crate) enum In {
    Start,
    Stop,
    Camera,
    CameraGone,
    GoLive,
    Wake,
    /// Nothing but time.
    Time,
    Opened,
    Garbage,
    Closed(u16),
    /// The relay lets us in; the others, by number.
    Welcome(&'static [u8]),
    Joined(u8),
    /// Somebody in our own role.
    JoinedAlike(u8),
    Left(u8),
    Lost(u8),
    Error(ErrorCode),
    Pong,
    /// From a peer: its number and the attempt's; an offer's or answer's round.
    Offer(u8, u32, u32),
    Answer(u8, u32, u32),
    Candidate(u8, u32),
    /// From a pair of ours.
    Needed(u32),
    LocalOffer(u32),
    LocalAnswer(u32),
    LocalFails(u32),
    RemoteSet(u32),
    RemoteFails(u32),
    Found(u32),
    State(u32, ConnectionState),
    Frames(u32, u64),
}

pub(crate) struct Rig {
    pub(crate) session: Session,
    role: Role,
    /// The last attempt that the session began, as its messages name it.
    pub(crate) attempt: u32,
}

pub(crate) fn peer(number: u8) -> PeerId {
    PeerId::from_bytes([number; 16])
}

pub(crate) fn candidate(line: &str) -> Candidate {
    Candidate {
        candidate: line.to_owned(),
        sdp_mid: None,
        sdp_m_line_index: None,
        username_fragment: None,
    }
}

impl Rig {
    pub(crate) fn new(role: Role) -> Self {
        let room = RoomName::parse("demo").unwrap();
        let secret = PeerSecret::from_bytes([0; 16]);
        let session = Session::new(Config { role, room, secret, seed: 1 });
        Self { session, role, attempt: 0 }
    }

    /// Runs a script: at a time in milliseconds, something happens; the commands that
    /// follow, and the status and notice after it (`live`, `live RelayLost`).
    #[track_caller]
    pub(crate) fn run(&mut self, what: &str, script: &[(u64, In, &str, &str)]) {
        for (step, (at, input, commands, shows)) in script.iter().enumerate() {
            let got = self.feed(*at, *input);
            assert_eq!(got, *commands, "{what}, step {step}: commands after {input:?}");
            assert_eq!(self.shows(), *shows, "{what}, step {step}: shown after {input:?}");
        }
    }

    pub(crate) fn feed(&mut self, at: u64, input: In) -> String {
        let event = self.event(input);
        self.handle(at, event)
    }

    pub(crate) fn handle(&mut self, at: u64, event: Event) -> String {
        let now = Duration::from_millis(at);
        self.session.handle(now, event);
        let commands: Vec<Command> = std::iter::from_fn(|| self.session.poll()).collect();
        assert!(self.session.next_timeout().is_none_or(|due| due > now), "woken in the past");
        let words: Vec<String> = commands.into_iter().map(|it| self.word(it)).collect();
        words.join(", ")
    }

    pub(crate) fn view(&self) -> View {
        self.session.view()
    }

    fn shows(&self) -> String {
        let View { status, notice, .. } = self.view();
        let notice = notice.map(|notice| format!(" {notice:?}")).unwrap_or_default();
        format!("{}{notice}", status.name())
    }

    /// Goes from one wish to be woken to the next until `until`, with a relay that is
    /// well; all commands.
    pub(crate) fn pass(&mut self, until: u64) -> String {
        let mut words = Vec::new();
        while let Some(due) = self.session.next_timeout()
            && due <= Duration::from_millis(until)
        {
            let due = u64::try_from(due.as_millis()).unwrap();
            let word = self.feed(due, In::Time);
            if word.contains("ping") {
                self.feed(due, In::Pong);
            }
            words.push(word);
        }
        words.push(self.feed(until, In::Time));
        words.retain(|word| !word.is_empty());
        words.join(", ")
    }

    fn word(&mut self, command: Command) -> String {
        match command {
            Command::OpenSocket => "open".to_owned(),
            Command::CloseSocket => "close".to_owned(),
            Command::Send(ClientMessage::Join { .. }) => "join".to_owned(),
            Command::Send(ClientMessage::Leave) => "leave".to_owned(),
            Command::Send(ClientMessage::Ping) => "ping".to_owned(),
            Command::Send(ClientMessage::Signal { payload, .. }) => {
                self.attempt = payload.connection().0;
                match payload {
                    Signal::CreateOffer { round, .. } => format!("send offer {round}"),
                    Signal::CreateAnswer { round, .. } => format!("send answer {round}"),
                    Signal::IceCandidate { .. } => "send candidate".to_owned(),
                }
            }
            Command::CreatePair { pair, .. } => format!("create {}", pair.0),
            Command::ClosePair(pair) => format!("end {}", pair.0),
            Command::SetLocalDescription(pair) => format!("set local {}", pair.0),
            Command::SetRemoteDescription(pair, it) if it.kind == DescriptionKind::Offer => {
                format!("set offer {}", pair.0)
            }
            Command::SetRemoteDescription(pair, _) => format!("set answer {}", pair.0),
            Command::AddCandidate(pair, _) => format!("add {}", pair.0),
            Command::Publish(pair) => format!("publish {}", pair.0),
        }
    }

    fn other(&self) -> Role {
        match self.role {
            Role::Sender => Role::Receiver,
            Role::Receiver => Role::Sender,
        }
    }

    fn event(&self, input: In) -> Event {
        let info = |number, role| PeerInfo { peer: peer(number), role };
        let left = |number, reason| RelayMessage::PeerLeft { peer: peer(number), reason };
        let pair = |id, event| Event::Pair(PairId(id), event);
        let local = |id, kind| {
            let sdp = "v=0".to_owned();
            pair(id, PairEvent::LocalDescription(Ok(Description { kind, sdp })))
        };
        let message = match input {
            In::Start => return Event::Start,
            In::Stop => return Event::Stop,
            In::Camera => return Event::CameraReady,
            In::CameraGone => return Event::CameraGone,
            In::GoLive => return Event::GoLive,
            In::Wake => return Event::Wake,
            In::Time => return Event::Timeout,
            In::Opened => return Event::SocketOpened,
            In::Garbage => return Event::SocketGarbage,
            In::Closed(code) => return Event::SocketClosed(CloseCode(code)),
            In::Needed(id) => return pair(id, PairEvent::NegotiationNeeded),
            In::LocalOffer(id) => return local(id, DescriptionKind::Offer),
            In::LocalAnswer(id) => return local(id, DescriptionKind::Answer),
            In::LocalFails(id) => return pair(id, PairEvent::LocalDescription(Err(SetFailed))),
            In::RemoteSet(id) => return pair(id, PairEvent::RemoteDescription(Ok(()))),
            In::RemoteFails(id) => return pair(id, PairEvent::RemoteDescription(Err(SetFailed))),
            In::Found(id) => return pair(id, PairEvent::CandidateFound(candidate("c"))),
            In::State(id, state) => return pair(id, PairEvent::ConnectionState(state)),
            In::Frames(id, frames) => return pair(id, PairEvent::FramesDecoded(frames)),
            In::Welcome(others) => RelayMessage::Welcome {
                peer: peer(0),
                peers: others.iter().map(|number| info(*number, self.other())).collect(),
                ice_servers: Vec::new(),
                heartbeat: Heartbeat { ping_after_ms: 5_000, dead_after_ms: 12_000 },
            },
            In::Joined(number) => RelayMessage::PeerJoined { peer: info(number, self.other()) },
            In::JoinedAlike(number) => RelayMessage::PeerJoined { peer: info(number, self.role) },
            In::Left(number) => left(number, LeaveReason::Left),
            In::Lost(number) => left(number, LeaveReason::Lost),
            In::Error(code) => RelayMessage::Error { code, message: String::new() },
            In::Pong => RelayMessage::Pong,
            In::Offer(from, connection, round) => {
                let (connection, sdp) = (ConnectionId(connection), "v=0".to_owned());
                signal(from, Signal::CreateOffer { connection, round, sdp })
            }
            In::Answer(from, connection, round) => {
                let (connection, sdp) = (ConnectionId(connection), "v=0".to_owned());
                signal(from, Signal::CreateAnswer { connection, round, sdp })
            }
            In::Candidate(from, connection) => {
                let connection = ConnectionId(connection);
                signal(from, Signal::IceCandidate { connection, candidate: candidate("c") })
            }
        };
        Event::SocketMessage(message)
    }
}

pub(crate) fn signal(from: u8, payload: Signal) -> RelayMessage {
    RelayMessage::Signal { from: peer(from), payload }
}

pub(crate) type Script<'a> = &'a [(u64, In, &'a str, &'a str)];

pub(crate) fn sender(what: &str, script: Script<'_>) -> Rig {
    let mut rig = Rig::new(Role::Sender);
    rig.run(what, script);
    rig
}

pub(crate) fn receiver(what: &str, script: Script<'_>) -> Rig {
    let mut rig = Rig::new(Role::Receiver);
    rig.run(what, script);
    rig
}

/// A receiver that watches; its pair is 0, the attempt 9, the last frame at 1 s.
pub(crate) fn watching() -> Rig {
    receiver(
        "watching",
        &[
            (0, In::Start, "open", "connecting"),
            (0, In::Opened, "join", "connecting"),
            (10, In::Welcome(&[]), "", "waiting"),
            (20, In::Joined(1), "", "waiting"),
            (30, In::Offer(1, 9, 1), "create 0, set offer 0", "connecting"),
            (40, In::RemoteSet(0), "set local 0", "connecting"),
            (50, In::LocalAnswer(0), "send answer 1", "connecting"),
            (60, In::Found(0), "send candidate", "connecting"),
            (70, In::Candidate(1, 9), "add 0", "connecting"),
            (80, In::State(0, ConnectionState::Connecting), "", "connecting"),
            (90, In::State(0, ConnectionState::Connected), "", "waiting"),
            (95, In::Frames(0, 0), "", "waiting"),
            (1_000, In::Frames(0, 1), "", "live"),
        ],
    )
}

/// A sender whose receiver watches; its pair is 0.
pub(crate) fn sending() -> Rig {
    let mut rig = sender(
        "sending",
        &[
            (0, In::Start, "open", "idle"),
            (0, In::Opened, "join", "idle"),
            (10, In::Welcome(&[1]), "", "idle"),
            (20, In::Camera, "create 0", "idle"),
            (30, In::Needed(0), "set local 0", "idle"),
            (40, In::LocalOffer(0), "send offer 1", "idle"),
        ],
    );
    let attempt = rig.attempt;
    rig.run(
        "sending",
        &[
            (50, In::Answer(1, attempt, 1), "set answer 0", "idle"),
            (60, In::RemoteSet(0), "", "idle"),
            (70, In::State(0, ConnectionState::Connected), "", "idle"),
            (80, In::GoLive, "publish 0", "live"),
        ],
    );
    rig
}
