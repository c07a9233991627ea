//! A world in virtual time: pages with sessions, browsers, a network and a relay.
//!
//! Everything that happens is in one queue, ordered by time. A seed decides all of
//! it. While faults last anything may go wrong; after [`World::calm_from`] nothing
//! does, and within [`checks::RECOVERY_LIMIT`] everybody has to be live.

pub(crate) mod browser;
mod channel;
pub(crate) mod checks;
pub(crate) mod dice;
mod driver;
pub(crate) mod faults;
mod media;
pub(crate) mod page;
pub(crate) mod plan;
pub(crate) mod relay;

use std::collections::BTreeMap;
use std::time::Duration;

use sightline_protocol::{ClientMessage, CloseCode, ErrorCode, LeaveReason, Payload, RelayMessage};
use sightline_session::{ConnectionEvent, ConnectionState, Event, Time};

use browser::{Desc, Pc};
use dice::{Dice, Tally};
use faults::Fault;
use page::{Page, Person};
use plan::Plan;
use relay::{Deed, Relay};

/// The relay takes a silent connection for dead after this time.
const RELAY_IDLE: Duration = Duration::from_secs(25);

/// More events than this in one run are a loop that time doesn't end.
const MAX_EVENTS: u32 = 200_000;

/// What is going to happen.
#[derive(Debug)]
pub(crate) enum Happening {
    Timer {
        page: usize,
        epoch: u32,
    },
    ToRelay(usize, ClientMessage),
    ToPage(usize, RelayMessage),
    SocketOpen(usize),
    SocketClosed(usize, CloseCode),
    RelaySeesClose(usize, LeaveReason),
    OpDone(usize),
    NegotiationTask(usize),
    CandidateFound {
        pc: usize,
        ufrag: u32,
        last: bool,
    },
    Ice {
        pc: usize,
        token: u32,
        state: ConnectionState,
    },
    ChannelOpens(usize),
    Direct(usize, Payload),
    Frames(usize),
    /// This end's other one has said goodbye.
    LeftDirectly(usize),
    Person {
        page: usize,
        epoch: u32,
        does: Person,
    },
    Fault(Fault),
    Look,
}

/// A socket between a page and the relay.
#[derive(Debug)]
pub(crate) struct Conn {
    pub(crate) page: usize,
    /// The page still listens to it.
    pub(crate) wanted: bool,
    pub(crate) open: bool,
    pub(crate) joined: bool,
    /// Open but dead: nothing gets through.
    pub(crate) mute: bool,
    /// The relay knows that it is over.
    over: bool,
    last_to_page: Time,
    last_to_relay: Time,
}

pub(crate) struct World {
    pub(crate) now: Time,
    queue: BTreeMap<(Time, u64), Happening>,
    next: u64,
    pub(crate) dice: Dice,
    pub(crate) plan: Plan,
    pub(crate) calm_from: Time,
    pub(crate) settled_since: Option<Time>,
    pub(crate) pages: Vec<Page>,
    pub(crate) pcs: Vec<Pc>,
    pub(crate) descs: Vec<Desc>,
    pub(crate) conns: Vec<Conn>,
    pub(crate) relay: Relay,
    pub(crate) next_track: u32,
    pub(crate) paths_cut: u32,
    /// Somebody had to wait for a seat that was kept for another.
    pub(crate) seat_was_refused: bool,
    pub(crate) tally: Tally,
    trace: bool,
}

impl World {
    pub(crate) fn new(seed: u64, trace: bool) -> Self {
        let mut dice = Dice::new(seed);
        let mut plan = Plan::draw(&mut dice);
        // From dice of its own, so that a seed's other faults stay what they were.
        plan.draw_goodbye(&mut Dice::new(!seed));
        let mut world = Self {
            now: Time::ZERO,
            queue: BTreeMap::new(),
            next: 0,
            calm_from: plan.calm_from,
            settled_since: None,
            pages: Vec::new(),
            pcs: Vec::new(),
            descs: Vec::new(),
            conns: Vec::new(),
            relay: Relay::default(),
            next_track: 0,
            paths_cut: 0,
            seat_was_refused: false,
            tally: Tally::default(),
            trace,
            dice,
            plan,
        };
        world.note(|world| format!("plan: {:?}", world.plan));
        for index in 0..world.plan.pages() {
            let page = Page::new(index, &world.plan, &mut world.dice);
            world.pages.push(page);
            world.open_page(index);
        }
        let faults = std::mem::take(&mut world.plan.faults);
        faults.into_iter().for_each(|(at, fault)| world.at(at, Happening::Fault(fault)));
        world.after(Duration::from_secs(1), Happening::Look);
        world
    }

    /// Runs until everybody is live and stays so.
    ///
    /// # Panics
    /// Where something happens that must not.
    pub(crate) fn run(&mut self) {
        let mut events = 0;
        while !self.is_over() {
            let Some(((at, _), happening)) = self.queue.pop_first() else {
                panic!("nothing will ever happen again");
            };
            events += 1;
            assert!(events < MAX_EVENTS, "a loop without end");
            self.now = at;
            self.happen(happening);
        }
        self.check_end();
    }

    pub(crate) fn at(&mut self, at: Time, happening: Happening) {
        self.next += 1;
        self.queue.insert((at, self.next), happening);
    }

    pub(crate) fn after(&mut self, delay: Duration, happening: Happening) {
        self.at(self.now + delay, happening);
    }

    /// One line for the person who reads the trace.
    pub(crate) fn note(&self, line: impl FnOnce(&Self) -> String) {
        if self.trace {
            println!("{:>9.3}  {}", self.now.as_secs_f64(), line(self));
        }
    }

    pub(crate) fn is_calm(&self) -> bool {
        self.now >= self.calm_from
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Timer { page, epoch } => self.timer(page, epoch),
            Happening::ToRelay(conn, message) => {
                let Conn { mute, over, .. } = self.conns[conn];
                if !self.relay.down && !mute && !over {
                    let deeds = self.relay.message(self.now, conn, message);
                    self.carry_out(deeds);
                }
            }
            Happening::ToPage(conn, message) => self.arrive(conn, message),
            Happening::SocketOpen(conn) => {
                let Conn { page, wanted, .. } = self.conns[conn];
                if wanted && self.pages[page].asleep {
                    self.after(Duration::from_millis(500), Happening::SocketOpen(conn));
                } else if wanted {
                    self.conns[conn].open = true;
                    self.feed(page, Event::SocketOpened);
                }
            }
            Happening::SocketClosed(conn, code) => self.socket_closed(conn, code),
            Happening::RelaySeesClose(conn, reason) => {
                self.conns[conn].over = true;
                let deeds = self.relay.gone(self.now, conn, reason, true);
                self.carry_out(deeds);
            }
            Happening::OpDone(pc) => self.op_done(pc),
            Happening::NegotiationTask(pc) => self.negotiation_task(pc),
            Happening::CandidateFound { pc, ufrag, last } => self.candidate_found(pc, ufrag, last),
            Happening::Ice { pc, token, state } => self.ice(pc, token, state),
            Happening::ChannelOpens(pc) => {
                if self.pcs[pc].open {
                    self.pcs[pc].channel.open = true;
                    self.connection_event(pc, ConnectionEvent::ChannelOpened);
                }
            }
            Happening::Direct(pc, payload) => {
                self.note(|world| format!("page {} <= {payload:?}", world.pcs[pc].page));
                self.connection_event(pc, ConnectionEvent::ChannelMessage(payload));
            }
            Happening::Frames(pc) => self.frames(pc),
            Happening::LeftDirectly(pc) => {
                let Pc { page, open, .. } = self.pcs[pc];
                assert!(!open || self.pages[page].asleep, "page {page} waits for who has left");
            }
            Happening::Person { page, epoch, does } => self.person(page, epoch, does),
            Happening::Fault(fault) => self.fault(fault),
            Happening::Look => {
                self.look();
                self.after(Duration::from_millis(500), Happening::Look);
            }
        }
    }

    fn socket_closed(&mut self, conn: usize, code: CloseCode) {
        let Conn { page, wanted, .. } = self.conns[conn];
        if wanted && self.pages[page].asleep {
            // It hears of it when it wakes.
            self.after(Duration::from_millis(500), Happening::SocketClosed(conn, code));
        } else if wanted {
            self.conns[conn].wanted = false;
            self.pages[page].conn = None;
            self.feed(page, Event::SocketClosed(code));
        }
    }

    fn arrive(&mut self, conn: usize, message: RelayMessage) {
        let Conn { page, wanted, mute, .. } = self.conns[conn];
        if wanted && !mute && !self.pages[page].asleep {
            self.conns[conn].joined |= matches!(message, RelayMessage::Welcome { .. });
            self.pages[page].hear(&message);
            self.note(|_| format!("page {page} <- {message:?}"));
            self.feed(page, Event::SocketMessage(message));
        }
    }

    pub(crate) fn carry_out(&mut self, deeds: Vec<Deed>) {
        for deed in deeds {
            match deed {
                Deed::Tell(conn, message) => self.tell(conn, message),
                Deed::Close(conn, code) => {
                    let refusals = [ErrorCode::SenderPresent, ErrorCode::RoomFull];
                    let refused = refusals.iter().any(|error| error.close_code() == Some(code));
                    self.seat_was_refused |= refused;
                    self.relay.seats.retain(|(at, _)| *at != conn);
                    self.conns[conn].over = true;
                    let at = self.in_order_to_page(conn);
                    self.at(at, Happening::SocketClosed(conn, code));
                }
            }
        }
    }

    /// The relay's message travels to a page: envelopes may get lost, doubled or
    /// overtaken; what the relay says itself comes in order.
    fn tell(&mut self, conn: usize, message: RelayMessage) {
        let envelope = matches!(message, RelayMessage::Signal { .. });
        let trouble = envelope && !self.is_calm();
        // Where all is well, order is still no matter.
        let overtakes = trouble || (envelope && self.calm_from.is_zero());
        if trouble && self.dice.percent(self.plan.lose) {
            self.tally.count("message lost");
            self.note(|_| format!("lost: {message:?}"));
            return;
        }
        if trouble && self.dice.percent(self.plan.double) {
            self.tally.count("message doubled");
            let delay = self.dice.millis(0, 3_000);
            self.after(delay, Happening::ToPage(conn, message.clone()));
        }
        let at = if overtakes && self.dice.percent(self.plan.reorder) {
            self.tally.count("message overtaken");
            if trouble {
                self.now + self.dice.millis(0, 2_500)
            } else {
                // Each other, but not the news that somebody joined.
                self.conns[conn].last_to_page.max(self.now) + self.dice.millis(0, 500)
            }
        } else {
            self.in_order_to_page(conn)
        };
        self.at(at, Happening::ToPage(conn, message));
    }

    fn in_order_to_page(&mut self, conn: usize) -> Time {
        let at = self.now + self.dice.millis(1, self.plan.latency);
        let conn = &mut self.conns[conn];
        conn.last_to_page = conn.last_to_page.max(at);
        conn.last_to_page
    }

    pub(crate) fn in_order_to_relay(&mut self, conn: usize) -> Time {
        let at = self.now + self.dice.millis(1, self.plan.latency);
        let conn = &mut self.conns[conn];
        conn.last_to_relay = conn.last_to_relay.max(at);
        conn.last_to_relay
    }
}
