//! A page: its session, its person and its timer.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use sightline_protocol::{PeerId, PeerSecret, RelayMessage, Role, RoomName, TrackState};
use sightline_session::{
    Command, Config, ConnectionEvent, ConnectionId, Event, LinkStatus, Session, Status, Time,
};

use super::dice::Dice;
use super::plan::Plan;
use super::{Happening, World};

/// What a person does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Person {
    Start,
    AllowCamera,
    GoLive,
    TryAgain,
    /// Was away, and begins again.
    Return,
}

pub(crate) struct Page {
    pub(crate) role: Role,
    pub(crate) session: Session,
    secret: [u8; 16],
    /// Counts the loads.
    pub(crate) epoch: u32,
    pub(crate) conn: Option<usize>,
    pub(crate) connections: BTreeMap<ConnectionId, usize>,
    pub(super) last_pair: Option<ConnectionId>,
    timer: Option<Time>,
    /// Its timers come late until then.
    pub(crate) hidden_until: Time,
    /// Nothing gets in or out, and no timer goes off.
    pub(crate) asleep: bool,
    /// Counts the networks that it was in.
    pub(crate) net: u32,
    /// There is a camera at all.
    pub(crate) has_camera: bool,
    pub(crate) camera: TrackState,
    /// Who is in the room, as the relay told it.
    pub(super) told: BTreeSet<PeerId>,
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
    pub(crate) fn new(index: usize, plan: &Plan, dice: &mut Dice) -> Self {
        let role = match index {
            _ if plan.call => Role::Member,
            0 => Role::Sender,
            _ => Role::Receiver,
        };
        let has_camera = role == Role::Sender || (role == Role::Member && dice.percent(70));
        let secret = [u8::try_from(index + 1).expect("few pages"); 16];
        Self::with(role, secret, has_camera, dice)
    }

    fn with(role: Role, secret: [u8; 16], has_camera: bool, dice: &mut Dice) -> Self {
        Self {
            role,
            session: session(role, secret, dice),
            secret,
            epoch: 0,
            conn: None,
            connections: BTreeMap::new(),
            last_pair: None,
            timer: None,
            hidden_until: Time::ZERO,
            asleep: false,
            net: 0,
            has_camera,
            camera: TrackState::Off,
            told: BTreeSet::new(),
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
        let Self { role, secret, epoch, net, has_camera, .. } = *self;
        *self = Self { epoch: epoch + 1, net, ..Self::with(role, secret, has_camera, dice) };
    }

    /// The camera changes.
    pub(crate) fn camera_is(&mut self, video: TrackState) -> Event {
        self.camera = video;
        Event::Media { video, audio: video, revision: 0 }
    }

    /// Remembers who is there.
    pub(crate) fn hear(&mut self, message: &RelayMessage) {
        match message {
            RelayMessage::Welcome { peers, .. } => {
                self.told = peers.iter().map(|info| info.peer).collect();
            }
            RelayMessage::PeerJoined { peer } => {
                self.told.insert(peer.peer);
            }
            RelayMessage::PeerLeft { peer, .. } => {
                self.told.remove(peer);
            }
            _ => {}
        }
    }

    /// Whether others get frames from it.
    pub(crate) fn gives_picture(&self) -> bool {
        self.live && self.camera == TrackState::On
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
        if self.pages[page].has_camera {
            at += self.dice.millis(0, 2_000);
            self.person_will(page, at, Person::AllowCamera);
        }
        if self.pages[page].role == Role::Sender {
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
        if at.asleep {
            self.person_will(page, Duration::from_millis(700), does);
            return;
        }
        let event = match does {
            Person::Start => {
                at.live |= at.role == Role::Member;
                Event::Start
            }
            Person::AllowCamera => at.camera_is(TrackState::On),
            Person::GoLive => {
                at.live = true;
                at.trying_again = false;
                Event::GoLive
            }
            Person::Return => {
                at.trying_again = false;
                at.live = true;
                if at.role == Role::Member && at.has_camera {
                    self.person_will(page, Duration::from_secs(1), Person::AllowCamera);
                }
                match self.pages[page].role {
                    Role::Member => Event::Start,
                    Role::Sender | Role::Receiver => Event::GoLive,
                }
            }
            Person::TryAgain => {
                at.trying_again = false;
                Event::Start
            }
        };
        self.note(|_| format!("page {page}: person: {does:?}"));
        self.feed(page, event);
    }

    /// Hands an event to a session and carries out what it wants.
    pub(crate) fn feed(&mut self, page: usize, event: Event) {
        let now = self.now;
        if !matches!(
            event,
            Event::SocketMessage(_) | Event::Connection(_, ConnectionEvent::Sample(_))
        ) {
            self.note(|_| format!("page {page}: {event:?}"));
        }
        let session = &mut self.pages[page].session;
        session.handle(now, event);
        let commands: Vec<Command> = std::iter::from_fn(|| session.poll()).collect();
        let due = session.next_timeout();
        assert!(commands.len() <= MAX_COMMANDS, "{} commands at once", commands.len());
        assert!(due.is_none_or(|due| due > now), "page {page} is to be woken in the past, {due:?}");
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
            assert!(at.role != Role::Sender || at.live, "live before the click");
        }
        if view.status == Status::Failed {
            assert!(view.notice.is_some(), "failed without a reason: {view:?}");
        }
        assert!(view.link != LinkStatus::Joined || self.pages[page].conn.is_some());
    }

    fn set_timer(&mut self, page: usize, due: Option<Time>) {
        let at = &mut self.pages[page];
        let Some(mut due) = due else { return };
        if at.asleep {
            due = due.max(self.now + Duration::from_secs(1));
        } else if self.now < at.hidden_until {
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
        if at.asleep {
            return self.set_timer(page, Some(self.now));
        }
        match at.session.next_timeout() {
            Some(due) if due > self.now => self.set_timer(page, Some(due)),
            Some(_) => self.feed(page, Event::Timeout),
            None => {}
        }
    }
}
