//! Carrying out what the session wants done.

use std::rc::Rc;

use sightline_protocol::{CloseCode, PATH, SUBPROTOCOL};
use sightline_session::{Command, ConnectionEvent, ConnectionId, Event, SetFailed};
use sightline_web::{Location, PeerConnection, Socket, SocketEvent};

use super::{Inner, tell};
use crate::convert::{preference, session_description, web_description, web_probe};

impl Inner {
    pub(super) fn carry_out(self: &Rc<Self>, command: Command) {
        match command {
            Command::OpenSocket => self.open_socket(),
            Command::CloseSocket => drop(self.socket.take()),
            Command::Send(message) => {
                if let Some(socket) = &*self.socket.borrow() {
                    socket.send(&message);
                }
            }
            Command::CreateConnection { connection, peer, ice_servers, offers } => {
                self.create_connection(connection, peer, &ice_servers, offers);
            }
            Command::CloseConnection(connection) => self.close_connection(connection),
            Command::SetLocalDescription(connection) => {
                let report = self.reports(connection);
                self.with_connection(connection, |connection| {
                    connection.set_local_description(move |set| {
                        let set = set.map(session_description).map_err(|_| SetFailed);
                        report(ConnectionEvent::LocalDescription(set));
                    });
                });
            }
            Command::SetRemoteDescription(connection, description) => {
                let report = self.reports(connection);
                let description = web_description(description);
                self.with_connection(connection, |connection| {
                    connection.set_remote_description(&description, move |set| {
                        report(ConnectionEvent::RemoteDescription(set.map_err(|_| SetFailed)));
                    });
                });
            }
            Command::AddCandidate(connection, candidate) => {
                self.with_connection(connection, |connection| connection.add_candidate(&candidate));
            }
            Command::Publish(connection) => {
                self.with_connection(connection, |connection| {
                    self.devices.with(|media| connection.publish(media))
                });
            }
            Command::RestartIce(connection) => {
                self.with_connection(connection, PeerConnection::restart_ice);
            }
            Command::SendDirect(connection, payload) => {
                self.with_connection(connection, |connection| connection.send(&payload));
            }
            Command::Inspect(connection) => {
                let report = self.reports(connection);
                self.with_connection(connection, |connection| {
                    connection.inspect(move |paths| report(ConnectionEvent::Inspected(paths)));
                });
            }
            Command::SampleEvery(connection, often) => self.sample_every(connection, often),
            Command::Configure(connection, settings) => {
                self.with_connection(connection, |connection| {
                    connection.prefer(preference(settings))
                });
            }
            Command::SendProbe(connection, message) => {
                self.with_connection(connection, |connection| {
                    connection.send_probe(&web_probe(message))
                });
            }
        }
    }

    fn open_socket(self: &Rc<Self>) {
        let inner = Rc::downgrade(self);
        let url = Location::current().socket_url(PATH);
        let socket = Socket::open(&url, SOCKET_PROTOCOL, move |event| {
            tell(
                &inner,
                match event {
                    SocketEvent::Opened => Event::SocketOpened,
                    SocketEvent::Message(message) => Event::SocketMessage(message),
                    SocketEvent::Malformed => Event::SocketMalformed,
                    SocketEvent::Closed { code } => Event::SocketClosed(CloseCode(code)),
                },
            );
        });
        match socket {
            Ok(socket) => drop(self.socket.replace(Some(socket))),
            Err(_) => self.events.borrow_mut().push_back(Event::SocketClosed(NOT_OPENED)),
        }
    }

    /// For what happens to a peer connection.
    pub(super) fn reports(
        self: &Rc<Self>,
        connection: ConnectionId,
    ) -> impl Fn(ConnectionEvent) + use<> {
        let inner = Rc::downgrade(self);
        move |event| tell(&inner, Event::Connection(connection, event))
    }
}

/// None in a debug build, which `trunk serve` serves: its proxy asks the relay for the
/// sub-protocol, but doesn't tell the page that it has it.
const SOCKET_PROTOCOL: Option<&str> = if cfg!(debug_assertions) { None } else { Some(SUBPROTOCOL) };

/// What a socket that can't even be made counts as.
const NOT_OPENED: CloseCode = CloseCode(1006);
