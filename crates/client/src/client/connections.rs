//! The page's peer connections: made, watched, closed.

use std::rc::Rc;
use std::time::Duration;

use sightline_protocol::{IceServer, PeerId, Role};
use sightline_session::{ConnectionEvent, ConnectionId, ConnectionState, Event};
use sightline_web::{Direction, PeerConnection, Timeout, after};

use super::Inner;
use crate::convert::{connection_event, outbound, sample};

/// A peer connection, and who is at its other end.
pub(super) struct Connected {
    id: ConnectionId,
    peer: PeerId,
    peer_connection: PeerConnection,
    /// How often its statistics are taken, in milliseconds.
    often: Option<u32>,
    /// When they are taken next.
    timer: Option<Timeout>,
}

impl Inner {
    pub(super) fn create_connection(
        self: &Rc<Self>,
        id: ConnectionId,
        peer: PeerId,
        servers: &[IceServer],
        offers: bool,
    ) {
        let (tell, playback) = (self.reports(id), self.playback.clone());
        let report = move |event| match connection_event(event) {
            Ok(event) => tell(event),
            Err(track) => playback.take(peer, &track),
        };
        let Ok(peer_connection) = PeerConnection::new(servers, report) else {
            let failed = ConnectionEvent::ConnectionState(ConnectionState::Failed);
            self.events.borrow_mut().push_back(Event::Connection(id, failed));
            return;
        };
        match self.role {
            Role::Sender => peer_connection.prepare_to_send(Direction::Send),
            Role::Member if offers => peer_connection.prepare_to_send(Direction::Both),
            Role::Member => peer_connection.answer_both_ways(),
            Role::Receiver => {}
        }
        self.connections.borrow_mut().push(Connected {
            id,
            peer,
            peer_connection,
            often: None,
            timer: None,
        });
    }

    pub(super) fn close_connection(&self, id: ConnectionId) {
        let mut connections = self.connections.borrow_mut();
        connections
            .iter()
            .filter(|connection| connection.id == id)
            .for_each(|connection| self.playback.hold(connection.peer));
        connections.retain(|connection| connection.id != id);
    }

    pub(super) fn with_connection<T>(
        &self,
        id: ConnectionId,
        act: impl FnOnce(&PeerConnection) -> T,
    ) -> Option<T> {
        let connections = self.connections.borrow();
        connections
            .iter()
            .find(|connection| connection.id == id)
            .map(|connection| act(&connection.peer_connection))
    }

    /// Takes a connection's statistics every so often from now on.
    pub(super) fn sample_every(self: &Rc<Self>, id: ConnectionId, often: Option<Duration>) {
        let millis = |often: Duration| u32::try_from(often.as_millis()).unwrap_or(u32::MAX);
        if let Some(connection) =
            self.connections.borrow_mut().iter_mut().find(|connection| connection.id == id)
        {
            connection.often = often.map(millis);
        }
        self.sample_later(id);
    }

    /// Tells, in a moment, what has come over a peer connection, and so on.
    fn sample_later(self: &Rc<Self>, id: ConnectionId) {
        let mut connections = self.connections.borrow_mut();
        // Of a connection that is closed there is nothing to tell.
        let Some(connection) = connections.iter_mut().find(|connection| connection.id == id) else {
            return;
        };
        let inner = Rc::downgrade(self);
        connection.timer = connection.often.map(|wait| {
            after(wait, move || {
                if let Some(inner) = inner.upgrade() {
                    inner.sample(id);
                }
            })
        });
    }

    fn sample(self: &Rc<Self>, id: ConnectionId) {
        let again = Rc::downgrade(self);
        self.with_connection(id, |connection| {
            connection.sample(move |taken| {
                let Some(inner) = again.upgrade() else { return };
                inner.sample_later(id);
                let Some(taken) = taken else { return };
                if inner.role != Role::Sender {
                    inner.handle(Event::Connection(id, ConnectionEvent::Sample(sample(&taken))));
                }
                if let Some(sent) = taken.outbound {
                    inner.handle(Event::Connection(id, ConnectionEvent::Outbound(outbound(sent))));
                }
            });
        });
    }
}
