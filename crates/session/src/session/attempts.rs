//! Attempts to connect: when one begins, when the next, and when a person should
//! be told that none succeeds.

use std::time::Duration;

use sightline_protocol::{ClientMessage, ConnectionId, PeerId, Role, Signal};

use super::Session;
use crate::backoff;
use crate::event::{Command, PairEvent, PairId};
use crate::pair::Pair;

/// After so many failed attempts the person is told. A lost message or a browser's
/// hiccup is mended by the second; a firewall by none.
pub(super) const MAX_ATTEMPTS: u32 = 3;

/// How long the answering side waits for a new offer after a failure: the time in
/// which the offering side notices, and tries again.
pub(super) const OFFER_TIME: Duration = Duration::from_secs(30);

/// How often the offering side goes on trying after the person was told: a network
/// may become better, and nobody may be sitting at an unattended screen to say so.
pub(super) const SLOW_RETRY: Duration = Duration::from_secs(30);

/// How many attempts that are over are remembered.
const MAX_FINISHED: usize = 32;

impl Session {
    pub(super) fn pair_event(&mut self, id: PairId, event: PairEvent) {
        let found = self.peers.iter_mut().find_map(|(peer, known)| {
            known.pair.as_mut().filter(|pair| pair.id == id).map(|pair| (peer, pair))
        });
        if let Some((to, pair)) = found
            && let Some(payload) = pair.handle(self.now, event)
        {
            self.send(to, payload);
        }
    }

    /// Does what is due for one peer.
    pub(super) fn tend(&mut self, id: PeerId) {
        match self.peers.get(id) {
            Some(peer) if peer.pair.is_some() => self.tend_pair(id),
            Some(_) => self.tend_retry(id),
            None => {}
        }
    }

    fn tend_pair(&mut self, id: PeerId) {
        let Some(peer) = self.peers.get_mut(id) else { return };
        let Some(pair) = &mut peer.pair else { return };
        if pair.is_connected() {
            peer.was_connected = true;
            peer.gave_up = false;
        }
        if pair.was_stable(self.now) {
            peer.attempts = 0;
        }
        pair.repeat(self.now);
        let mut signals = Vec::new();
        let agreeing = pair.drain(self.now, &mut self.commands, &mut signals);
        let failed = !agreeing || pair.expired(self.now);
        signals.into_iter().for_each(|signal| self.send(id, signal));
        if failed {
            self.pair_failed(id);
        }
    }

    fn tend_retry(&mut self, id: PeerId) {
        let offers = self.offers();
        let Some(peer) = self.peers.get_mut(id) else { return };
        if peer.retry_at.is_some_and(|at| self.now < at) {
            return;
        }
        let waited = peer.retry_at.take().is_some();
        if !offers {
            peer.gave_up |= waited;
        } else if peer.present && self.camera && self.link.is_joined() {
            if let Err(later) = self.budget.take(self.now) {
                peer.retry_at = Some(later);
                return;
            }
            self.next_connection = self.next_connection.wrapping_add(1);
            self.create_pair(id, ConnectionId(self.next_connection));
        }
        // Where something is missing, it will come as an event.
    }

    fn pair_failed(&mut self, id: PeerId) {
        self.close_pair(id);
        let offers = self.offers();
        let Some(peer) = self.peers.get_mut(id) else { return };
        if !peer.present && self.link.is_joined() {
            self.forget(id);
            return;
        }
        let exhausted = peer.count_failure();
        let wait = match (offers, exhausted) {
            (true, false) => Some(backoff::jittered(peer.attempts, &mut self.random)),
            (true, true) => Some(SLOW_RETRY),
            (false, false) => Some(OFFER_TIME),
            (false, true) => None,
        };
        peer.retry_at = wait.map(|wait| self.now + wait);
    }

    /// What waits for its time need not wait any longer.
    pub(super) fn retry_now(&mut self) {
        if self.offers() {
            self.peers.iter_mut().for_each(|(_, peer)| peer.retry_at = None);
        }
    }

    pub(super) fn create_pair(&mut self, peer: PeerId, connection: ConnectionId) {
        let Some(known) = self.peers.get_mut(peer) else { return };
        let pair = PairId(self.next_pair);
        self.next_pair += 1;
        let polite = self.config.role == Role::Receiver;
        known.retry_at = None;
        known.pair = Some(Pair::new(pair, connection, polite, self.now));
        let ice_servers = self.ice_servers.clone();
        self.commands.push_back(Command::CreatePair { pair, peer, ice_servers });
        if self.live && self.camera {
            self.commands.push_back(Command::Publish(pair));
        }
    }

    pub(super) fn close_pair(&mut self, peer: PeerId) {
        let Some(pair) = self.peers.get_mut(peer).and_then(|peer| peer.pair.take()) else {
            return;
        };
        if self.finished.len() >= MAX_FINISHED {
            self.finished.pop_front();
        }
        self.finished.push_back((peer, pair.connection));
        self.commands.push_back(Command::ClosePair(pair.id));
    }

    pub(super) fn publish(&mut self) {
        if self.live && self.camera {
            let pairs: Vec<PairId> = self.pairs().map(|pair| pair.id).collect();
            self.commands.extend(pairs.into_iter().map(Command::Publish));
        }
    }

    /// Sends to a peer, where the relay can take it. What is lost otherwise comes
    /// again: offers are repeated until they are answered, and an attempt that
    /// isn't connected begins anew when the relay is back.
    fn send(&mut self, to: PeerId, payload: Signal) {
        if self.link.is_joined() {
            self.commands.push_back(Command::Send(ClientMessage::Signal { to, payload }));
        }
    }
}
