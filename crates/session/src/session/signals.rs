//! What another page says.

use std::time::Duration;

use sightline_protocol::{AttemptId, LeaveReason, Payload, PeerId, Role, Signal, TrackState};

use super::Session;
use crate::connection;
use crate::event::ConnectionId;
use crate::negotiation::FIRST_ROUND;

/// How often the other side can have another attempt made.
const ASK_AGAIN: Duration = Duration::from_secs(3);

impl Session {
    /// Something came by the relay.
    pub(super) fn receive(&mut self, from: PeerId, payload: Payload) {
        let now = self.now;
        let Some(peer) = self.peers.get_mut(from) else { return };
        if let Some(signal) = peer.channel.receive(now, payload) {
            self.take(from, signal);
        }
    }

    /// Something came over a data channel.
    pub(super) fn direct(&mut self, connection: ConnectionId, payload: Payload) {
        if let Some((from, _)) = self.connection_mut(connection) {
            self.receive(from, payload);
        }
    }

    fn take(&mut self, from: PeerId, signal: Signal) {
        if !connection::fits(&signal) {
            return;
        }
        let (now, offers) = (self.now, self.offers_to(from));
        let Some(peer) = self.peers.get_mut(from) else { return };
        let Some(attempt) = signal.attempt() else {
            if matches!(signal, Signal::Leave) {
                self.left(from, LeaveReason::Left);
            } else if let Signal::Media { video, audio } = signal {
                let began = video == TrackState::On && peer.video != TrackState::On;
                peer.video_missing_after_reconnect = false;
                if peer.video != video {
                    peer.announced_at = now;
                }
                (peer.video, peer.audio) = (video, audio);
                if let Some(connection) = peer.connection.as_mut().filter(|_| began) {
                    connection.health.begin_anew(now);
                }
            }
            return;
        };
        let current = peer.connection.as_mut().filter(|connection| connection.attempt == attempt);
        match (current, signal) {
            (Some(_), Signal::ConnectionFailed { .. }) if offers => {
                self.connection_failed(from);
                if let Some(peer) = self.peers.get_mut(from) {
                    peer.ended = None;
                }
            }
            (Some(connection), signal) => {
                let goes_on = connection.receive(now, signal);
                if !goes_on {
                    self.connection_failed(from);
                }
            }
            // Its person asks for another attempt: sooner than it would be made, but one who
            // asks without end uses up nobody else's.
            (None, Signal::ConnectionFailed { .. }) if offers => {
                if peer.ended.take() == Some(attempt) {
                    // It has failed on both sides, which is no news.
                    return;
                }
                let soon = peer.begun + ASK_AGAIN;
                peer.retry_at = peer.retry_at.map(|at| at.min(soon)).filter(|at| *at > now);
            }
            (None, Signal::CreateOffer { round, sdp, .. }) if !offers => {
                self.offered(from, attempt, round, sdp);
            }
            // Of an attempt that is over.
            _ => {}
        }
    }

    /// The other side begins another attempt, or goes on with one that is over here.
    fn offered(&mut self, from: PeerId, attempt: AttemptId, round: u32, sdp: String) {
        let last = self.peers.get(from).and_then(|peer| peer.last);
        let newer = last.is_none_or(|last| attempt > last);
        // Whoever takes the sender's seat while the sender is away from the relay does not
        // take its picture away.
        let busy = self.config.role == Role::Receiver
            && self.peers.iter().any(|(id, peer)| id != from && peer.is_connected());
        if round != FIRST_ROUND || !newer || busy || !self.may_take(from) {
            if let Some(peer) = self.peers.get_mut(from).filter(|_| newer) {
                peer.last = Some(attempt);
            }
            self.send(from, Signal::ConnectionFailed { attempt });
            return;
        }
        let Some(peer) = self.peers.get_mut(from) else { return };
        peer.last = Some(attempt);
        if peer.connection.is_some() && !peer.is_connected() {
            // The other side has seen it fail before we did.
            peer.count_failure();
        }
        self.close_connection(from);
        self.create_connection(from, attempt);
        if let Some(connection) = self.peers.get_mut(from).and_then(|peer| peer.connection.as_mut())
        {
            // The first of an attempt is never too many.
            let _ = connection.receive(self.now, Signal::CreateOffer { attempt, round, sdp });
        }
    }

    /// Whether another attempt of this peer is not too many: each peer has a budget, so that
    /// none uses up the others', and all have one, as a relay can make peers up.
    fn may_take(&mut self, from: PeerId) -> bool {
        let now = self.now;
        let Some(peer) = self.peers.get_mut(from) else { return false };
        peer.budget.take(now).is_ok() && self.offered.take(now).is_ok()
    }

    /// Says to the side that begins that its last attempt is over here.
    pub(super) fn request_new_attempt(&mut self, to: PeerId) {
        if let Some(attempt) = self.peers.get(to).and_then(|peer| peer.last) {
            self.send(to, Signal::ConnectionFailed { attempt });
        }
    }
}
