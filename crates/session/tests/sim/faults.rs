//! What goes wrong, and when.

use std::time::Duration;

use sightline_protocol::{CloseCode, ErrorCode, LeaveReason, RelayMessage, Role, TrackState};
use sightline_session::Event;

use super::page::Person;
use super::{Deed, Happening, World};

/// Something that goes wrong, or is merely done.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// A page's socket breaks, and both ends notice.
    Cut(usize),
    /// A page's socket is open but dead.
    Mute(usize),
    RelayDies,
    /// It is told to stop, and tells its pages when to come back.
    RelayStops,
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
    /// The relay dies, and then somebody leaves.
    LeaveUnheard(usize),
    /// A track is added, on each of these pages at the same moment.
    AddTracks {
        sender: bool,
        receiver: Option<usize>,
    },
    /// A page is hidden: its timers come late.
    Hide(usize, Duration),
    /// A page becomes visible, or the network comes back.
    Wake(usize),
    /// A page is on another network, where its sockets are dead.
    NetworkChanges(usize),
    /// Media of a page's connections stop, though ICE is content.
    MediaStick(usize),
    /// A page sleeps: the lid is closed.
    Sleep(usize),
    WakeUp(usize),
    /// The camera of a page becomes this; it is on again later.
    Camera(usize, TrackState),
    /// The cause of the failure is asked for in words.
    Report(usize),
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
                self.relay.die();
                self.conns.iter_mut().for_each(|conn| conn.over = true);
                for page in 0..self.pages.len() {
                    if let Some(conn) = self.pages[page].conn {
                        let delay = self.dice.millis(0, 200);
                        self.after(delay, Happening::SocketClosed(conn, CloseCode(1006)));
                    }
                }
            }
            Fault::RelayStops => {
                self.tally.count("relay stopped");
                for (conn, _) in std::mem::take(&mut self.relay.seats) {
                    let (code, message) = (ErrorCode::Restarting, String::new());
                    let wait = self.dice.millis(0, 5_000).as_millis();
                    let retry_after_ms = u32::try_from(wait).ok();
                    let goodbye = RelayMessage::Error { code, message, retry_after_ms };
                    let close = Deed::Close(conn, CloseCode::RESTARTING);
                    self.carry_out(vec![Deed::Tell(conn, goodbye), close]);
                }
                self.relay.die();
                self.conns.iter_mut().for_each(|conn| conn.over = true);
                // Those who had not joined yet.
                for page in 0..self.pages.len() {
                    if let Some(conn) = self.pages[page].conn {
                        let delay = self.dice.millis(2_000, 2_500);
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
            Fault::LeaveUnheard(page) => self.leave_unheard(page),
            Fault::AddTracks { sender, receiver } => {
                self.tally.count("tracks added");
                self.settled_since = None;
                for page in sender.then_some(0).into_iter().chain(receiver) {
                    self.pages[page].extra_tracks += 1;
                    let pcs: Vec<usize> = self.pages[page].connections.values().copied().collect();
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
            Fault::Camera(page, state) => self.camera(page, state),
            Fault::NetworkChanges(page) => self.change_network(page),
            Fault::MediaStick(page) => {
                for pc in &mut self.pcs {
                    if pc.open && pc.page == page && pc.current.is_some() {
                        self.tally.count("media stuck");
                        pc.stuck = Some(pc.ufrag);
                    }
                }
            }
            Fault::Sleep(page) => {
                self.tally.count("page slept");
                self.pages[page].asleep = true;
                if let Some(conn) = self.pages[page].conn {
                    self.conns[conn].mute = true;
                    self.relay_learns_of_close(conn, LeaveReason::Lost);
                }
                self.review_paths();
            }
            Fault::WakeUp(page) => {
                self.pages[page].asleep = false;
                self.review_paths();
                self.feed(page, Event::Wake);
            }
            Fault::Report(page) => {
                let report = self.pages[page].session.report();
                assert!(report.starts_with("Sightline") && !report.contains("demo"), "{report}");
            }
        }
    }

    fn camera(&mut self, page: usize, state: TrackState) {
        if self.pages[page].camera != TrackState::On || self.pages[page].asleep {
            return;
        }
        self.tally.count(if state == TrackState::Lost { "camera lost" } else { "camera paused" });
        let event = self.pages[page].camera_is(state);
        self.feed(page, event);
        let delay = self.dice.millis(500, 9_000);
        self.person_will(page, delay, Person::AllowCamera);
    }

    fn change_network(&mut self, page: usize) {
        self.tally.count("network changed");
        self.pages[page].net += 1;
        if let Some(conn) = self.pages[page].conn {
            self.conns[conn].mute = true;
            self.relay_learns_of_close(conn, LeaveReason::Lost);
        }
        self.review_paths();
        if self.dice.percent(70) && !self.pages[page].asleep {
            self.feed(page, Event::Online);
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
        let pcs: Vec<usize> = self.pages[page].connections.values().copied().collect();
        pcs.into_iter().for_each(|pc| self.close_pc(pc));
        self.pages[page].reload(same_secret, &mut self.dice);
        self.open_page(page);
    }

    /// The relay is down and can't tell: the page itself does.
    fn leave_unheard(&mut self, page: usize) {
        if !self.relay.down || self.pages[page].asleep {
            return;
        }
        let ends: Vec<usize> = self.pages[page].connections.values().copied().collect();
        for pc in ends {
            let Some(other) = self.other_end(pc) else { continue };
            let open = [pc, other].iter().all(|pc| self.pcs[*pc].channel.open && self.pcs[*pc].up);
            if open && !self.pages[self.pcs[other].page].asleep {
                self.tally.count("left directly");
                self.after(Duration::from_secs(1), Happening::LeftDirectly(other));
            }
        }
        self.stop_and_start(page);
    }

    fn stop_and_start(&mut self, page: usize) {
        self.tally.count("stopped and started");
        self.feed(page, Event::Stop);
        assert!(self.pages[page].connections.is_empty(), "a connection outlives its session");
        self.pages[page].live = false;
        self.pages[page].camera = TrackState::Off;
        if self.dice.percent(80) {
            self.open_page(page);
        } else {
            // In the wrong order, and more than once.
            self.feed(page, Event::Stop);
            self.feed(page, Event::Start);
            self.feed(page, Event::Start);
            self.pages[page].live = self.pages[page].role == Role::Member;
            if self.pages[page].role == Role::Member && self.pages[page].has_camera {
                self.person_will(page, Duration::from_secs(1), Person::AllowCamera);
            }
            if self.pages[page].role == Role::Sender {
                self.person_will(page, Duration::ZERO, Person::GoLive);
                self.person_will(page, Duration::from_secs(1), Person::AllowCamera);
            }
        }
    }
}
