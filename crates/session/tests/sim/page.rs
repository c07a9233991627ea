//! A page: its session, and a driver that carries out its commands and checks that
//! each may be given.

use std::collections::BTreeMap;
use std::time::Duration;

use sightline_protocol::{ClientMessage, CloseCode, LeaveReason, PeerSecret, Role, RoomName};
use sightline_session::{Command, Config, Event, LinkStatus, PairId, Session, Status, Time};

use super::browser::{Op, Pc};
use super::dice::Dice;
use super::{Conn, Happening, RELAY_IDLE, World};

/// What a person does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Person {
    Start,
    AllowCamera,
    GoLive,
    TryAgain,
}

pub(crate) struct Page {
    pub(crate) role: Role,
    pub(crate) session: Session,
    secret: [u8; 16],
    /// Counts the loads.
    pub(crate) epoch: u32,
    pub(crate) conn: Option<usize>,
    pub(crate) pairs: BTreeMap<PairId, usize>,
    last_pair: Option<PairId>,
    timer: Option<Time>,
    /// Its timers come late until then.
    pub(crate) hidden_until: Time,
    pub(crate) camera: bool,
    pub(crate) live: bool,
    /// Tracks beside the usual ones.
    pub(crate) extra_tracks: usize,
    /// A person is about to press "try again".
    pub(crate) trying_again: bool,
    shown: Option<Status>,
}

/// No event makes a session want more than this at once: a generation of candidates
/// for each of its peers, and some.
const MAX_COMMANDS: usize = 200;

impl Page {
    pub(crate) fn new(index: usize, dice: &mut Dice) -> Self {
        let role = if index == 0 { Role::Sender } else { Role::Receiver };
        let secret = [u8::try_from(index + 1).expect("few pages"); 16];
        Self {
            role,
            session: session(role, secret, dice),
            secret,
            epoch: 0,
            conn: None,
            pairs: BTreeMap::new(),
            last_pair: None,
            timer: None,
            hidden_until: Time::ZERO,
            camera: false,
            live: false,
            extra_tracks: 0,
            trying_again: false,
            shown: None,
        }
    }

    /// A new load: nothing is left of the old one but, perhaps, the secret.
    pub(crate) fn reload(&mut self, same_secret: bool, dice: &mut Dice) {
        if !same_secret {
            self.secret[15] = self.secret[15].wrapping_add(16);
        }
        let session = session(self.role, self.secret, dice);
        let (role, secret, epoch) = (self.role, self.secret, self.epoch + 1);
        *self =
            Self { session, secret, epoch, ..Self::new(usize::from(role != Role::Sender), dice) };
    }
}

fn session(role: Role, secret: [u8; 16], dice: &mut Dice) -> Session {
    let room = RoomName::parse("demo").expect("a room's name");
    Session::new(Config { role, room, secret: PeerSecret::from_bytes(secret), seed: dice.next() })
}

impl World {
    /// Somebody opens the page.
    pub(crate) fn open_page(&mut self, page: usize) {
        let mut at = self.dice.millis(0, 800);
        self.person_will(page, at, Person::Start);
        if self.pages[page].role == Role::Sender {
            at += self.dice.millis(0, 2_000);
            self.person_will(page, at, Person::AllowCamera);
            at = if self.dice.percent(20) { at / 2 } else { at + self.dice.millis(0, 2_000) };
            self.person_will(page, at, Person::GoLive);
        }
    }

    pub(crate) fn person_will(&mut self, page: usize, delay: Duration, does: Person) {
        let epoch = self.pages[page].epoch;
        self.after(delay, Happening::Person { page, epoch, does });
    }

    pub(crate) fn person(&mut self, page: usize, epoch: u32, does: Person) {
        let at = &mut self.pages[page];
        if at.epoch != epoch {
            return;
        }
        let event = match does {
            Person::Start => Event::Start,
            Person::AllowCamera => {
                at.camera = true;
                Event::CameraReady
            }
            Person::GoLive => {
                at.live = true;
                Event::GoLive
            }
            Person::TryAgain => {
                at.trying_again = false;
                if at.live {
                    // Who was sent away goes live again by a click of their own.
                    self.person_will(page, Duration::from_secs(1), Person::GoLive);
                }
                Event::Start
            }
        };
        self.note(|_| format!("page {page}: person: {does:?}"));
        self.feed(page, event);
    }

    /// Hands an event to a session and carries out what it wants.
    pub(crate) fn feed(&mut self, page: usize, event: Event) {
        let now = self.now;
        let session = &mut self.pages[page].session;
        session.handle(now, event);
        let commands: Vec<Command> = std::iter::from_fn(|| session.poll()).collect();
        let due = session.next_timeout();
        assert!(commands.len() <= MAX_COMMANDS, "{} commands at once", commands.len());
        assert!(due.is_none_or(|due| due > now), "page {page} is to be woken in the past");
        commands.into_iter().for_each(|command| self.carry_out_command(page, command));
        self.set_timer(page, due);
        self.show(page);
    }

    fn show(&mut self, page: usize) {
        let view = self.pages[page].session.view();
        if self.pages[page].shown != Some(view.status) {
            self.pages[page].shown = Some(view.status);
            self.note(|_| format!("page {page} shows {view:?}"));
        }
        if view.status == Status::Live {
            let at = &self.pages[page];
            assert!(at.role == Role::Receiver || at.live, "live before the click");
        }
        if view.status == Status::Failed {
            assert!(view.notice.is_some(), "failed without a reason: {view:?}");
        }
        assert!(view.link != LinkStatus::Joined || self.pages[page].conn.is_some());
    }

    fn set_timer(&mut self, page: usize, due: Option<Time>) {
        let at = &mut self.pages[page];
        let Some(mut due) = due else { return };
        if self.now < at.hidden_until {
            due = due.max(at.hidden_until.min(due + Duration::from_secs(60)));
        }
        if at.timer.is_none_or(|set| due < set) {
            at.timer = Some(due);
            let epoch = at.epoch;
            self.at(due, Happening::Timer { page, epoch });
        }
    }

    pub(crate) fn timer(&mut self, page: usize, epoch: u32) {
        let at = &mut self.pages[page];
        if at.epoch != epoch || at.timer != Some(self.now) {
            return;
        }
        at.timer = None;
        match at.session.next_timeout() {
            Some(due) if due > self.now => self.set_timer(page, Some(due)),
            Some(_) => self.feed(page, Event::Timeout),
            None => {}
        }
    }

    fn carry_out_command(&mut self, page: usize, command: Command) {
        self.note(|_| format!("page {page}: {command:?}"));
        match command {
            Command::OpenSocket => self.open_socket(page),
            Command::CloseSocket => self.close_socket(page),
            Command::Send(message) => self.send(page, message),
            Command::CreatePair { pair, .. } => self.create_pair(page, pair),
            Command::ClosePair(pair) => {
                let pc = self.pc(page, pair);
                self.pages[page].pairs.remove(&pair);
                self.close_pc(pc);
            }
            Command::SetLocalDescription(pair) => {
                let pc = self.pc(page, pair);
                self.chain(pc, Op::SetLocal);
            }
            Command::SetRemoteDescription(pair, description) => {
                let pc = self.pc(page, pair);
                let id: usize = description.sdp.parse().expect("a description of ours");
                assert_eq!(self.descs[id].kind, description.kind);
                self.chain(pc, Op::SetRemote(id));
            }
            Command::AddCandidate(pair, candidate) => {
                let pc = self.pc(page, pair);
                let ufrag = candidate.username_fragment.filter(|_| !candidate.candidate.is_empty());
                self.chain(pc, Op::AddCandidate { ufrag });
            }
            Command::Publish(pair) => {
                assert!(self.pages[page].live && self.pages[page].camera, "nothing may leave yet");
                let pc = self.pc(page, pair);
                self.pcs[pc].published = true;
            }
        }
    }

    fn open_socket(&mut self, page: usize) {
        assert_eq!(self.pages[page].conn, None, "two sockets");
        let conn = self.conns.len();
        self.pages[page].conn = Some(conn);
        let (last_to_page, last_to_relay) = (self.now, self.now);
        let down = self.relay.down;
        self.conns.push(Conn {
            page,
            wanted: true,
            open: false,
            joined: false,
            mute: false,
            over: false,
            last_to_page,
            last_to_relay,
        });
        if down {
            let delay = self.dice.millis(1, 2_000);
            self.after(delay, Happening::SocketClosed(conn, CloseCode(1006)));
        } else {
            let delay = self.dice.millis(1, 2 * self.plan.latency);
            self.after(delay, Happening::SocketOpen(conn));
        }
    }

    fn close_socket(&mut self, page: usize) {
        let conn = self.pages[page].conn.take().expect("a socket to close");
        self.conns[conn].wanted = false;
        let reason = if self.dice.percent(50) { LeaveReason::Left } else { LeaveReason::Lost };
        self.relay_learns_of_close(conn, reason);
    }

    /// The relay sees a connection's end: soon, or, where nothing gets through, when
    /// it has been silent for too long.
    pub(crate) fn relay_learns_of_close(&mut self, conn: usize, reason: LeaveReason) {
        if self.conns[conn].mute {
            self.after(RELAY_IDLE, Happening::RelaySeesClose(conn, LeaveReason::Lost));
        } else {
            let at = self.in_order_to_relay(conn);
            self.at(at, Happening::RelaySeesClose(conn, reason));
        }
    }

    fn send(&mut self, page: usize, message: ClientMessage) {
        let conn = self.pages[page].conn.expect("a socket to send over");
        assert!(self.conns[conn].open, "sent before the socket is open");
        if matches!(message, ClientMessage::Signal { .. }) {
            assert!(self.conns[conn].joined, "sent before joining");
        }
        let at = self.in_order_to_relay(conn);
        self.at(at, Happening::ToRelay(conn, message));
    }

    fn create_pair(&mut self, page: usize, pair: PairId) {
        let at = &mut self.pages[page];
        assert!(at.last_pair < Some(pair), "{pair:?} is used twice");
        at.last_pair = Some(pair);
        let pc = self.pcs.len();
        at.pairs.insert(pair, pc);
        let tracks = at.extra_tracks + if at.role == Role::Sender { 2 } else { 0 };
        let polite = at.role == Role::Receiver;
        self.pcs.push(Pc::new(page, pair, polite));
        (0..tracks).for_each(|_| self.add_track(pc));
        if polite {
            self.after(Duration::from_secs(1), Happening::Frames(pc));
        }
    }

    fn pc(&self, page: usize, pair: PairId) -> usize {
        *self.pages[page].pairs.get(&pair).expect("a command for a pair that is closed")
    }
}
