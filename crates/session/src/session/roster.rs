//! Who is in the room, as far as the relay says, and what they tell us.

use std::collections::VecDeque;

use sightline_protocol::limits::{MAX_CANDIDATES, MAX_RECEIVERS};
use sightline_protocol::{LeaveReason, PeerId, PeerInfo, Signal};

use super::Session;
use super::attempts::MAX_ATTEMPTS;
use crate::Time;
use crate::negotiation::FIRST_ROUND;
use crate::pair::{self, Pair};

/// Another peer of the room.
#[derive(Debug, Default)]
pub(super) struct Peer {
    /// The relay says that it is in the room.
    pub(super) present: bool,
    pub(super) pair: Option<Pair>,
    /// There was a connection to it.
    pub(super) was_connected: bool,
    /// Attempts since the last stable connection.
    pub(super) attempts: u32,
    /// Offering side: when to try again. Answering side: until when to wait for
    /// the other to do so. None where there is a pair.
    pub(super) retry_at: Option<Time>,
    /// So many attempts failed that its person should know. Until one connects.
    pub(super) gave_up: bool,
    /// Candidates that came before the offer that they belong to.
    early: VecDeque<Signal>,
}

impl Peer {
    /// Counts a failed attempt. True where there were so many that its person is told.
    pub(super) const fn count_failure(&mut self) -> bool {
        self.attempts = self.attempts.saturating_add(1);
        let exhausted = self.attempts >= MAX_ATTEMPTS;
        self.gave_up |= exhausted;
        exhausted
    }

    pub(super) fn is_connected(&self) -> bool {
        self.pair.as_ref().is_some_and(Pair::is_connected)
    }
}

impl Session {
    /// The relay let us in, and these are the others.
    pub(super) fn welcomed(&mut self, others: Vec<PeerInfo>) {
        for (id, known) in self.peers.iter_mut() {
            known.present = others.iter().any(|other| other.peer == id);
        }
        // Who isn't there and isn't connected is gone.
        self.forget_where(|peer| !peer.present && !peer.is_connected());
        others.into_iter().for_each(|other| self.joined(other));
    }

    /// Somebody is there: newly, again, or still.
    pub(super) fn joined(&mut self, PeerInfo { peer, role }: PeerInfo) {
        // A relay that pairs like with like gets no further.
        if role == self.config.role || !self.make_room_for(peer) {
            return;
        }
        let offers = self.offers();
        self.peers.add(peer);
        let Some(known) = self.peers.get_mut(peer) else { return };
        known.present = true;
        known.gave_up = false;
        known.attempts = 0;
        known.retry_at = None;
        if offers && !known.is_connected() {
            // It came back, and may have forgotten the attempt that was under way.
            self.close_pair(peer);
        }
        self.sender_left = false;
    }

    /// Makes place in the roster. False where a relay makes up peers.
    fn make_room_for(&mut self, peer: PeerId) -> bool {
        if self.peers.get(peer).is_some() {
            return true;
        }
        if !self.offers() {
            // A room has one sender, and this is another one: the one whose media
            // went on without the relay is over.
            self.forget_where(|peer| !peer.present);
        } else if self.peers.len() >= MAX_RECEIVERS {
            // Its seat is the one of somebody who is gone but was still connected.
            let absent = self.peers.iter().find(|(_, peer)| !peer.present);
            if let Some(absent) = absent.map(|(id, _)| id) {
                self.forget(absent);
            }
        }
        self.peers.len() < MAX_RECEIVERS
    }

    pub(super) fn left(&mut self, peer: PeerId, reason: LeaveReason) {
        let Some(known) = self.peers.get_mut(peer) else { return };
        known.present = false;
        // Media needs no relay, and a network that changes may break both for a moment:
        // only who says goodbye is gone.
        let stays = known.pair.as_ref().is_some_and(Pair::was_connected);
        if reason == LeaveReason::Left || !stays {
            self.forget(peer);
        }
    }

    pub(super) fn signal(&mut self, from: PeerId, signal: Signal) {
        let connection = signal.connection();
        let stale = self.offers() || self.finished.contains(&(from, connection));
        let Some(peer) = self.peers.get_mut(from) else { return };
        if !pair::fits(&signal) {
            return;
        }
        if let Some(pair) = peer.pair.as_mut().filter(|pair| pair.connection == connection) {
            pair.receive(signal);
            return;
        }
        // Another attempt. Only the offering side begins one, and only with its first
        // offer: a later one is for the page that was here before a reload.
        if stale {
            return;
        }
        match signal {
            Signal::CreateOffer { round: FIRST_ROUND, .. } => {}
            Signal::CreateOffer { .. } | Signal::CreateAnswer { .. } => return,
            Signal::IceCandidate { .. } => {
                if peer.early.len() >= MAX_CANDIDATES {
                    peer.early.pop_front();
                }
                peer.early.push_back(signal);
                return;
            }
        }
        // An offer that is left out comes again.
        if self.budget.take(self.now).is_err() {
            return;
        }
        let early = std::mem::take(&mut peer.early);
        if peer.pair.is_some() && !peer.is_connected() {
            // The other side has seen it fail before we did.
            peer.count_failure();
        }
        self.close_pair(from);
        self.create_pair(from, connection);
        if let Some(pair) = self.peers.get_mut(from).and_then(|peer| peer.pair.as_mut()) {
            pair.receive(signal);
            let early = early.into_iter().filter(|signal| signal.connection() == connection);
            early.for_each(|signal| pair.receive(signal));
        }
    }

    pub(super) fn forget(&mut self, peer: PeerId) {
        self.close_pair(peer);
        if self.peers.remove(peer) {
            self.sender_left = !self.offers();
        }
    }

    fn forget_where(&mut self, gone: impl Fn(&Peer) -> bool) {
        let gone = self.peers.iter().filter(|(_, peer)| gone(peer)).map(|(id, _)| id);
        let gone: Vec<PeerId> = gone.collect();
        gone.into_iter().for_each(|id| self.forget(id));
    }

    /// Forgets everybody: this side leaves, or was sent away.
    pub(super) fn clear_peers(&mut self) {
        self.forget_where(|_| true);
        self.sender_left = false;
    }
}
