//! A page's driver: carries out what its session wants, and checks that it may be wanted.

use std::time::Duration;

use sightline_protocol::{ClientMessage, CloseCode, LeaveReason, Paths, Role, TrackState};
use sightline_session::{Command, PairEvent, PairId};

use super::browser::{Op, Pc};
use super::{Conn, Happening, RELAY_IDLE, World};

impl World {
    pub(crate) fn carry_out_command(&mut self, page: usize, command: Command) {
        self.note(|_| format!("page {page}: {command:?}"));
        match command {
            Command::OpenSocket => self.open_socket(page),
            Command::CloseSocket => self.close_socket(page),
            Command::Send(message) => self.send(page, message),
            Command::CreatePair { pair, offers, .. } => self.create_pair(page, pair, offers),
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
                self.chain(pc, Op::AddCandidate(candidate.candidate));
            }
            Command::Publish(pair) => {
                assert!(self.pages[page].live, "nothing may leave yet");
                let pc = self.pc(page, pair);
                self.pcs[pc].published = self.pages[page].camera == TrackState::On
                    || self.pages[page].camera == TrackState::Paused;
            }
            Command::RestartIce(pair) => {
                let pc = self.pc(page, pair);
                self.restart_ice(pc);
            }
            Command::SendDirect(pair, payload) => {
                let pc = self.pc(page, pair);
                self.send_direct(pc, payload);
            }
            Command::SampleEvery(pair, _)
            | Command::Configure(pair, _)
            | Command::SendProbe(pair, _) => drop(self.pc(page, pair)),
            Command::Inspect(pair) => {
                let pc = self.pc(page, pair);
                self.pair_event(pc, PairEvent::Inspected(Paths::default()));
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
        if let ClientMessage::Signal { to, .. } = &message {
            assert!(self.conns[conn].joined, "sent before joining");
            assert!(self.pages[page].told.contains(to), "sent to somebody who isn't in the room");
        }
        let at = self.in_order_to_relay(conn);
        self.at(at, Happening::ToRelay(conn, message));
    }

    fn create_pair(&mut self, page: usize, pair: PairId, offers: bool) {
        let at = &mut self.pages[page];
        assert!(at.last_pair < Some(pair), "{pair:?} is used twice");
        at.last_pair = Some(pair);
        let pc = self.pcs.len();
        at.pairs.insert(pair, pc);
        let tracks = at.extra_tracks + if offers { 2 } else { 0 };
        let receives = at.role != Role::Sender;
        self.pcs.push(Pc::new(page, pair, !offers));
        (0..tracks).for_each(|_| self.add_track(pc));
        if receives {
            self.after(Duration::from_millis(500), Happening::Frames(pc));
        }
    }

    fn pc(&self, page: usize, pair: PairId) -> usize {
        *self.pages[page].pairs.get(&pair).expect("a command for a pair that is closed")
    }
}
