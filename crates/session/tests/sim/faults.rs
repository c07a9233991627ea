//! What goes wrong, and when.

use std::time::Duration;

use sightline_protocol::{CloseCode, LeaveReason, Role};
use sightline_session::{Event, Time};

use super::dice::Dice;
use super::page::Person;
use super::{Happening, World};

/// The latest moment at which something goes wrong.
const MOST_TROUBLE: u64 = 90_000;

/// Something that goes wrong, or is merely done.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// A page's socket breaks, and both ends notice.
    Cut(usize),
    /// A page's socket is open but dead.
    Mute(usize),
    RelayDies,
    RelayReturns,
    PathCut,
    PathReturns,
    /// A page is loaded again.
    Reload {
        page: usize,
        same_secret: bool,
        orderly: bool,
    },
    /// Its person stops and starts again.
    Stop(usize),
    /// A track is added, on each of these pages at the same moment.
    AddTracks {
        sender: bool,
        receiver: Option<usize>,
    },
    /// A page is hidden: its timers come late.
    Hide(usize, Duration),
    /// A page becomes visible, or the network comes back.
    Wake(usize),
    CameraGone,
}

/// A run's conditions.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) receivers: usize,
    /// Each way, in milliseconds, at most.
    pub(crate) latency: u64,
    /// Of a hundred envelopes.
    pub(crate) lose: u64,
    pub(crate) double: u64,
    pub(crate) reorder: u64,
    /// Of a hundred operations.
    pub(crate) refuse: u64,
    pub(crate) calm_from: Time,
    /// No path to this page will ever be found.
    pub(crate) blocked: Option<usize>,
    pub(crate) faults: Vec<(Time, Fault)>,
}

impl Plan {
    pub(crate) fn draw(dice: &mut Dice) -> Self {
        let receivers = if dice.percent(25) { 2 } else { 1 };
        let slowest = if dice.percent(20) { 500 } else { 60 };
        let latency = 1 + dice.below(slowest);
        let mut plan = Self {
            receivers,
            latency,
            lose: 0,
            double: 0,
            reorder: 0,
            refuse: 0,
            calm_from: Time::ZERO,
            blocked: None,
            faults: Vec::new(),
        };
        match dice.below(10) {
            // All is well from the start; tracks are added all the same, and envelopes
            // may overtake each other.
            0 => plan.reorder = if dice.percent(50) { dice.below(100) } else { 0 },
            1 => plan.blocked = Some(receivers),
            _ => {
                plan.calm_from = dice.millis(1_000, MOST_TROUBLE);
                let some =
                    |dice: &mut Dice, most| if dice.percent(50) { dice.below(most) } else { 0 };
                plan.lose = some(dice, 60);
                plan.double = some(dice, 50);
                plan.reorder = some(dice, 50);
                plan.refuse = some(dice, 4);
                let last = plan.calm_from.as_millis().try_into().unwrap_or(MOST_TROUBLE);
                for _ in 0..dice.below(9) {
                    let at = dice.millis(0, last);
                    plan.draw_fault(at, dice);
                }
            }
        }
        for _ in 0..dice.below(4) {
            let at = dice.millis(1_000, 1_000 + MOST_TROUBLE / 3);
            plan.add_tracks(at, dice);
        }
        plan
    }

    fn add_tracks(&mut self, at: Time, dice: &mut Dice) {
        let receiver = 1 + usize::from(self.receivers > 1 && dice.percent(50));
        let (sender, receiver) = match dice.below(4) {
            0 => (true, None),
            1 => (false, Some(receiver)),
            _ => (true, Some(receiver)),
        };
        self.faults.push((at, Fault::AddTracks { sender, receiver }));
    }

    fn draw_fault(&mut self, at: Time, dice: &mut Dice) {
        let page = usize::try_from(dice.below(1 + self.receivers as u64)).unwrap_or(0);
        let fault = match dice.below(11) {
            0 => Fault::Cut(page),
            1 => Fault::Mute(page),
            2 => {
                let back = (at + dice.millis(100, 15_000)).min(self.calm_from);
                self.faults.push((at, Fault::RelayDies));
                return self.faults.push((back, Fault::RelayReturns));
            }
            3 => {
                let back = (at + dice.millis(100, 40_000)).min(self.calm_from);
                self.faults.push((at, Fault::PathCut));
                return self.faults.push((back, Fault::PathReturns));
            }
            4 | 5 => {
                let (same_secret, orderly) = (dice.percent(75), dice.percent(60));
                Fault::Reload { page, same_secret, orderly }
            }
            6 => Fault::Stop(page),
            7 => Fault::Hide(page, dice.millis(1_000, 120_000)),
            8 => Fault::Wake(page),
            9 => Fault::CameraGone,
            _ => return self.add_tracks(at, dice),
        };
        self.faults.push((at, fault));
    }
}

impl World {
    pub(crate) fn fault(&mut self, fault: Fault) {
        self.note(|_| format!("--- {fault:?}"));
        match fault {
            Fault::Cut(page) => {
                if let Some(conn) = self.pages[page].conn {
                    self.tally.count("relay link cut");
                    let delay = self.dice.millis(0, 500);
                    self.after(delay, Happening::SocketClosed(conn, CloseCode(1006)));
                    self.relay_learns_of_close(conn, LeaveReason::Lost);
                }
            }
            Fault::Mute(page) => {
                if let Some(conn) = self.pages[page].conn {
                    self.tally.count("relay link dead");
                    self.conns[conn].mute = true;
                    self.relay_learns_of_close(conn, LeaveReason::Lost);
                }
            }
            Fault::RelayDies => {
                self.tally.count("relay died");
                self.relay.down = true;
                self.relay.seats.clear();
                self.conns.iter_mut().for_each(|conn| conn.over = true);
                for page in 0..self.pages.len() {
                    if let Some(conn) = self.pages[page].conn {
                        let delay = self.dice.millis(0, 200);
                        self.after(delay, Happening::SocketClosed(conn, CloseCode(1006)));
                    }
                }
            }
            Fault::RelayReturns => self.relay.down = false,
            Fault::PathCut => {
                self.tally.count("path cut");
                self.paths_cut += 1;
                self.review_paths();
            }
            Fault::PathReturns => {
                self.paths_cut -= 1;
                self.review_paths();
            }
            Fault::Reload { page, same_secret, orderly } => self.reload(page, same_secret, orderly),
            Fault::Stop(page) => self.stop_and_start(page),
            Fault::AddTracks { sender, receiver } => {
                self.tally.count("tracks added");
                self.settled_since = None;
                for page in sender.then_some(0).into_iter().chain(receiver) {
                    self.pages[page].extra_tracks += 1;
                    let pcs: Vec<usize> = self.pages[page].pairs.values().copied().collect();
                    pcs.into_iter().for_each(|pc| self.add_track(pc));
                }
            }
            Fault::Hide(page, time) => {
                self.tally.count("page hidden");
                self.pages[page].hidden_until = (self.now + time).min(self.calm_from);
            }
            Fault::Wake(page) => {
                self.tally.count("page woken");
                self.feed(page, Event::Wake);
            }
            Fault::CameraGone => {
                self.tally.count("camera gone");
                self.pages[0].camera = false;
                self.feed(0, Event::CameraGone);
                let delay = self.dice.millis(500, 5_000);
                self.person_will(0, delay, Person::AllowCamera);
            }
        }
    }

    fn reload(&mut self, page: usize, same_secret: bool, orderly: bool) {
        self.tally.count(if same_secret { "page reloaded" } else { "page reloaded as another" });
        if let Some(conn) = self.pages[page].conn {
            self.conns[conn].wanted = false;
            if !orderly {
                self.tally.count("page crashed");
                self.conns[conn].mute = true;
            }
            self.relay_learns_of_close(conn, LeaveReason::Left);
        }
        let pcs: Vec<usize> = self.pages[page].pairs.values().copied().collect();
        pcs.into_iter().for_each(|pc| self.close_pc(pc));
        self.pages[page].reload(same_secret, &mut self.dice);
        self.open_page(page);
    }

    fn stop_and_start(&mut self, page: usize) {
        self.tally.count("stopped and started");
        self.feed(page, Event::Stop);
        assert!(self.pages[page].pairs.is_empty(), "a pair outlives its session");
        self.pages[page].live = false;
        self.pages[page].camera = false;
        if self.dice.percent(80) {
            self.open_page(page);
        } else {
            // In the wrong order, and more than once.
            self.feed(page, Event::Stop);
            self.feed(page, Event::Start);
            self.feed(page, Event::Start);
            if self.pages[page].role == Role::Sender {
                self.person_will(page, Duration::ZERO, Person::GoLive);
                self.person_will(page, Duration::from_secs(1), Person::AllowCamera);
            }
        }
    }
}
