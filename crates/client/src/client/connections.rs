//! The page's peer connections: made, watched, closed.

use std::rc::Rc;
use std::time::Duration;

use sightline_protocol::{IceServer, PeerId, Role};
use sightline_session::{ConnectionState, Event, PairEvent, PairId};
use sightline_web::{Direction, PeerConnection, Timeout, after};

use super::Inner;
use crate::convert::{outbound, pair_event, sample};

/// A peer connection, and who is at its other end.
pub(super) struct Connected {
    id: PairId,
    peer: PeerId,
    connection: PeerConnection,
    /// How often its statistics are taken, in milliseconds.
    often: Option<u32>,
    /// When they are taken next.
    timer: Option<Timeout>,
}

impl Inner {
    pub(super) fn create_pair(
        self: &Rc<Self>,
        id: PairId,
        peer: PeerId,
        servers: &[IceServer],
        offers: bool,
    ) {
        let (tell, playback) = (self.reports(id), self.playback.clone());
        let report = move |event| match pair_event(event) {
            Ok(event) => tell(event),
            Err(track) => playback.take(peer, &track),
        };
        let Ok(connection) = PeerConnection::new(servers, report) else {
            let failed = PairEvent::ConnectionState(ConnectionState::Failed);
            self.events.borrow_mut().push_back(Event::Pair(id, failed));
            return;
        };
        match self.role {
            Role::Sender => connection.prepare_to_send(Direction::Send),
            Role::Member if offers => connection.prepare_to_send(Direction::Both),
            Role::Member => connection.answer_both_ways(),
            Role::Receiver => {}
        }
        self.pairs.borrow_mut().push(Connected { id, peer, connection, often: None, timer: None });
    }

    pub(super) fn close_pair(&self, id: PairId) {
        let mut pairs = self.pairs.borrow_mut();
        pairs.iter().filter(|pair| pair.id == id).for_each(|pair| self.playback.hold(pair.peer));
        pairs.retain(|pair| pair.id != id);
    }

    pub(super) fn with_pair<T>(
        &self,
        id: PairId,
        act: impl FnOnce(&PeerConnection) -> T,
    ) -> Option<T> {
        let pairs = self.pairs.borrow();
        pairs.iter().find(|pair| pair.id == id).map(|pair| act(&pair.connection))
    }

    /// Takes a connection's statistics every so often from now on.
    pub(super) fn sample_every(self: &Rc<Self>, id: PairId, often: Option<Duration>) {
        let millis = |often: Duration| u32::try_from(often.as_millis()).unwrap_or(u32::MAX);
        if let Some(pair) = self.pairs.borrow_mut().iter_mut().find(|pair| pair.id == id) {
            pair.often = often.map(millis);
        }
        self.sample_later(id);
    }

    /// Tells, in a moment, what has come over a peer connection, and so on.
    fn sample_later(self: &Rc<Self>, id: PairId) {
        let mut pairs = self.pairs.borrow_mut();
        // Of a connection that is closed there is nothing to tell.
        let Some(pair) = pairs.iter_mut().find(|pair| pair.id == id) else { return };
        let inner = Rc::downgrade(self);
        pair.timer = pair.often.map(|wait| {
            after(wait, move || {
                if let Some(inner) = inner.upgrade() {
                    inner.sample(id);
                }
            })
        });
    }

    fn sample(self: &Rc<Self>, id: PairId) {
        let again = Rc::downgrade(self);
        self.with_pair(id, |pair| {
            pair.sample(move |taken| {
                let Some(inner) = again.upgrade() else { return };
                inner.sample_later(id);
                let Some(taken) = taken else { return };
                if inner.role != Role::Sender {
                    inner.handle(Event::Pair(id, PairEvent::Sample(sample(&taken))));
                }
                if let Some(sent) = taken.outbound {
                    inner.handle(Event::Pair(id, PairEvent::Outbound(outbound(sent))));
                }
            });
        });
    }
}
