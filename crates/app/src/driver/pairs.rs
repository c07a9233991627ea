//! The page's peer connections: made, watched, closed.

use std::rc::Rc;

use sightline_protocol::{IceServer, PeerId, Role};
use sightline_session::{ConnectionState, Event, PairEvent, PairId};
use sightline_web::{Direction, PeerConnection, Timeout, after};

use super::Inner;
use crate::convert::{pair_event, sample};

/// A peer connection, and who is at its other end.
pub(super) struct Connected {
    id: PairId,
    peer: PeerId,
    connection: PeerConnection,
    /// When it is looked again what has come.
    timer: Option<Timeout>,
}

/// How often it is looked what has come, in milliseconds: often until the first frame, so
/// that "live" is said at once; seldom afterwards, where it is about noticing that they stop.
const FIRST_FRAME_POLL: u32 = 100;
const FRAME_POLL: u32 = 500;

/// A member of a call may never show a picture: so often it is expected to come soon.
const SOON: u32 = 100;

impl Inner {
    pub(super) fn create_pair(
        self: &Rc<Self>,
        id: PairId,
        peer: PeerId,
        servers: &[IceServer],
        offers: bool,
    ) {
        let (tell, player) = (self.reports(id), self.player.clone());
        let report = move |event| match pair_event(event) {
            Ok(event) => tell(event),
            Err(track) => player.take(peer, &track),
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
        self.pairs.borrow_mut().push(Connected { id, peer, connection, timer: None });
        if self.role != Role::Sender {
            self.sample_in(FIRST_FRAME_POLL, id, 1);
        }
    }

    pub(super) fn close_pair(&self, id: PairId) {
        let mut pairs = self.pairs.borrow_mut();
        pairs.iter().filter(|pair| pair.id == id).for_each(|pair| self.player.hold(pair.peer));
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

    /// Tells, in a moment, what has come over a peer connection, and so on for as long as it
    /// is there.
    fn sample_in(self: &Rc<Self>, wait: u32, id: PairId, times: u32) {
        let inner = Rc::downgrade(self);
        let timer = after(wait, move || {
            let Some(inner) = inner.upgrade() else { return };
            let again = Rc::downgrade(&inner);
            inner.with_pair(id, |pair| {
                pair.sample(move |taken| {
                    let Some(inner) = again.upgrade() else { return };
                    let seen = taken.is_some_and(|taken| taken.frames > 0);
                    let late = times >= SOON && inner.role == Role::Member;
                    let wait = if seen || late { FRAME_POLL } else { FIRST_FRAME_POLL };
                    inner.sample_in(wait, id, times.saturating_add(1));
                    if let Some(taken) = taken {
                        inner.handle(Event::Pair(id, PairEvent::Sample(sample(taken))));
                    }
                });
            });
        });
        // Of a connection that is closed there is nothing to tell.
        let mut pairs = self.pairs.borrow_mut();
        if let Some(pair) = pairs.iter_mut().find(|pair| pair.id == id) {
            pair.timer = Some(timer);
        }
    }
}
