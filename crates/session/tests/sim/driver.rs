//! A page's driver: carries out what its session wants, and checks that it may be wanted.

use std::time::Duration;

use sightline_protocol::{ClientMessage, CloseCode, LeaveReason, Paths, Role, TrackState};
use sightline_session::{Command, ConnectionEvent, ConnectionId};

use super::browser::{Op, Pc};
use super::{Conn, Happening, RELAY_IDLE, World};

impl World {
    pub(crate) fn carry_out_command(&mut self, page: usize, command: Command) {
        self.note(|_| format!("page {page}: {command:?}"));
        match command {
            Command::OpenSocket => self.open_socket(page),
            Command::CloseSocket => self.close_socket(page),
            Command::Send(message) => self.send(page, message),
            Command::CreateConnection { connection, offers, .. } => {
                self.create_connection(page, connection, offers)
            }
            Command::CloseConnection(connection) => {
                let pc = self.pc(page, connection);
                self.pages[page].connections.remove(&connection);
                self.close_pc(pc);
            }
            Command::SetLocalDescription(connection) => {
                let pc = self.pc(page, connection);
                self.chain(pc, Op::SetLocal);
            }
            Command::SetRemoteDescription(connection, description) => {
                let pc = self.pc(page, connection);
                let id: usize = description.sdp.parse().expect("a description of ours");
                assert_eq!(self.descs[id].kind, description.kind);
                self.chain(pc, Op::SetRemote(id));
            }
            Command::AddCandidate(connection, candidate) => {
                let pc = self.pc(page, connection);
                self.chain(pc, Op::AddCandidate(candidate.candidate));
            }
            Command::Publish(connection) => {
                assert!(self.pages[page].live, "nothing may leave yet");
                let pc = self.pc(page, connection);
                self.pcs[pc].published = self.pages[page].camera == TrackState::On
                    || self.pages[page].camera == TrackState::Paused;
            }
            Command::RestartIce(connection) => {
                let pc = self.pc(page, connection);
                self.restart_ice(pc);
            }
            Command::SendDirect(connection, payload) => {
                let pc = self.pc(page, connection);
                self.send_direct(pc, payload);
            }
            Command::SampleEvery(connection, _)
            | Command::Configure(connection, _)
            | Command::SendProbe(connection, _) => drop(self.pc(page, connection)),
            Command::Inspect(connection) => {
                let pc = self.pc(page, connection);
                self.connection_event(pc, ConnectionEvent::Inspected(Paths::default()));
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

    fn create_connection(&mut self, page: usize, connection: ConnectionId, offers: bool) {
        let at = &mut self.pages[page];
        assert!(at.last_pair < Some(connection), "{connection:?} is used twice");
        at.last_pair = Some(connection);
        let pc = self.pcs.len();
        at.connections.insert(connection, pc);
        let tracks = at.extra_tracks + if offers { 2 } else { 0 };
        let receives = at.role != Role::Sender;
        self.pcs.push(Pc::new(page, connection, !offers));
        (0..tracks).for_each(|_| self.add_track(pc));
        if receives {
            self.after(Duration::from_millis(500), Happening::Frames(pc));
        }
    }

    fn pc(&self, page: usize, connection: ConnectionId) -> usize {
        *self.pages[page]
            .connections
            .get(&connection)
            .expect("a command for a connection that is closed")
    }
}
