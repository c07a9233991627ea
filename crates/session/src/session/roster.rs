//! Who is in the room, as far as the relay says.

use std::time::Duration;

use sightline_protocol::limits::MAX_RECEIVERS;
use sightline_protocol::{LeaveReason, PeerId, PeerInfo, Role};

use super::Session;
use super::dormant::Memory;
use super::peers::Peer;
use crate::Time;
use crate::budget::Budget;
use crate::reliable_channel::ReliableChannel;

/// How long somebody is waited for who has lost the relay: a network that changes breaks both
/// paths for a moment. It takes the relay 25 s to notice who went without a word, and nobody
/// is shown for more than 30 s who isn't there.
const RELAY_TIME: Duration = Duration::from_secs(5);

/// The same for who has lost us, which takes up to 10 s to notice; and for who came and was
/// not connected to yet, as that takes its time.
const PATH_TIME: Duration = Duration::from_secs(20);

/// How long somebody is waited for whom a relay doesn't know: it was started anew, and all
/// come back in their own time.
const RETURN_TIME: Duration = Duration::from_secs(30);

/// How many others a page takes from a relay. How many a room has is the relay's
/// business; a page sees to it that a relay can't make it keep thousands.
const MAX_PEERS: usize = 2 * MAX_RECEIVERS;

impl Session {
    /// The relay let us in, and these are the others.
    pub(super) fn welcomed(&mut self, others: Vec<PeerInfo>) {
        // A relay that was started anew knows nobody: those who are missing have their time
        // to come back.
        let now = self.now;
        for (id, known) in self.peers.iter_mut() {
            if others.iter().all(|other| other.peer != id) {
                known.present = false;
                known.awaited = now + RETURN_TIME;
            }
        }
        others.into_iter().for_each(|other| self.joined(other));
    }

    /// Somebody is there: newly, again, or still.
    pub(super) fn joined(&mut self, PeerInfo { peer, role, instance, seat }: PeerInfo) {
        // A relay that names two senders, or two receivers, to each other is ignored.
        if !self.config.role.sees(role) || Some(peer) == self.me {
            return;
        }
        if self.peers.get(peer).is_some_and(|known| known.channel.to_instance() != instance) {
            // Loaded again: what was agreed on with the page before is void.
            self.drop_peer(peer);
        }
        if !self.make_room_for(peer) {
            return;
        }
        if self.peers.get(peer).is_none() {
            let fresh = |budget| Memory::new(ReliableChannel::new(self.instance, instance), budget);
            let memory = match self.dormant.wake(peer) {
                Some(memory) if memory.channel.to_instance() == instance => memory,
                Some(other) => fresh(other.budget),
                None => fresh(Budget::of_one()),
            };
            self.peers.add(peer, Peer::new(self.now, memory));
        }
        let offers = self.offers_to(peer);
        let Some(known) = self.peers.get_mut(peer) else { return };
        known.present = true;
        known.seat = seat;
        known.gave_up = false;
        known.attempts = 0;
        known.retry_at = None;
        // What was on its way over the link before is lost.
        known.in_reach = None;
        let alone = known.connection.is_none();
        self.resume_sending(peer);
        if alone && !offers {
            // It may not know yet that the last attempt is over.
            self.request_new_attempt(peer);
        }
        self.sender_left = false;
    }

    /// Makes place in the roster. False where a relay makes up peers.
    fn make_room_for(&mut self, peer: PeerId) -> bool {
        if self.peers.get(peer).is_some() {
            return true;
        }
        if self.config.role == Role::Receiver {
            // A room has one sender, and this is another one: one whose media go on without
            // the relay is watched as long as they do.
            self.forget_where(|peer| !peer.present && !peer.is_connected());
        } else if self.peers.len() >= MAX_PEERS {
            // Its seat is the one of somebody who is gone but was still connected.
            let absent = self.peers.iter().find(|(_, peer)| !peer.present);
            if let Some(absent) = absent.map(|(id, _)| id) {
                self.forget(absent);
            }
        }
        self.peers.len() < MAX_PEERS
    }

    pub(super) fn left(&mut self, peer: PeerId, reason: LeaveReason) {
        let now = self.now;
        let Some(known) = self.peers.get_mut(peer) else { return };
        if known.present {
            known.present = false;
            known.awaited = now + RELAY_TIME;
        }
        // Media needs no relay, and a network that changes may break both for a moment:
        // only who says goodbye is gone.
        if reason == LeaveReason::Left {
            self.forget(peer);
            // It won't come back as the page that it was, unless the relay is mistaken.
            self.dormant.least(peer);
        }
    }

    /// When somebody who is not there any more is forgotten.
    pub(super) fn forget_at(&self, peer: &Peer) -> Option<Time> {
        if peer.present || peer.is_connected() || !self.link.is_joined() {
            return None;
        }
        let path = peer.connected.unwrap_or(peer.came) + PATH_TIME;
        Some(peer.awaited.max(path))
    }

    pub(super) fn forget(&mut self, peer: PeerId) {
        if self.drop_peer(peer) && self.config.role == Role::Receiver {
            self.sender_left = true;
            // Another sender may have been kept waiting.
            self.peers.ids().into_iter().for_each(|other| self.request_new_attempt(other));
        }
    }

    fn drop_peer(&mut self, id: PeerId) -> bool {
        self.close_connection(id);
        let Some(peer) = self.peers.remove(id) else { return false };
        let Peer { channel, last, video, audio, told, budget, .. } = peer;
        self.dormant.keep(id, Memory { channel, last, heard: (video, audio), told, budget });
        true
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
