//! Carrying out what the session wants done.

use std::rc::Rc;

use sightline_protocol::{CloseCode, PATH, SUBPROTOCOL};
use sightline_session::{Command, Event, PairEvent, PairId, SetFailed};
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
            Command::CreatePair { pair, peer, ice_servers, offers } => {
                self.create_pair(pair, peer, &ice_servers, offers);
            }
            Command::ClosePair(pair) => self.close_pair(pair),
            Command::SetLocalDescription(pair) => {
                let report = self.reports(pair);
                self.with_pair(pair, |pair| {
                    pair.set_local_description(move |set| {
                        let set = set.map(session_description).map_err(|_| SetFailed);
                        report(PairEvent::LocalDescription(set));
                    });
                });
            }
            Command::SetRemoteDescription(pair, description) => {
                let report = self.reports(pair);
                let description = web_description(description);
                self.with_pair(pair, |pair| {
                    pair.set_remote_description(&description, move |set| {
                        report(PairEvent::RemoteDescription(set.map_err(|_| SetFailed)));
                    });
                });
            }
            Command::AddCandidate(pair, candidate) => {
                self.with_pair(pair, |pair| pair.add_candidate(&candidate));
            }
            Command::Publish(pair) => {
                self.with_pair(pair, |pair| self.devices.with(|media| pair.publish(media)));
            }
            Command::RestartIce(pair) => {
                self.with_pair(pair, PeerConnection::restart_ice);
            }
            Command::SendDirect(pair, payload) => {
                self.with_pair(pair, |pair| pair.send(&payload));
            }
            Command::Inspect(pair) => {
                let report = self.reports(pair);
                self.with_pair(pair, |pair| {
                    pair.inspect(move |paths| report(PairEvent::Inspected(paths)));
                });
            }
            Command::SampleEvery(pair, often) => self.sample_every(pair, often),
            Command::Configure(pair, settings) => {
                self.with_pair(pair, |pair| pair.prefer(preference(settings)));
            }
            Command::SendProbe(pair, message) => {
                self.with_pair(pair, |pair| pair.send_probe(&web_probe(message)));
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
                    SocketEvent::Garbage => Event::SocketGarbage,
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
    pub(super) fn reports(self: &Rc<Self>, pair: PairId) -> impl Fn(PairEvent) + use<> {
        let inner = Rc::downgrade(self);
        move |event| tell(&inner, Event::Pair(pair, event))
    }
}

/// None in a debug build, which `trunk serve` serves: its proxy asks the relay for the
/// sub-protocol, but doesn't tell the page that it has it.
const SOCKET_PROTOCOL: Option<&str> = if cfg!(debug_assertions) { None } else { Some(SUBPROTOCOL) };

/// What a socket that can't even be made counts as.
const NOT_OPENED: CloseCode = CloseCode(1006);
