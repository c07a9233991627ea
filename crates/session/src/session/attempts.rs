//! Attempts to connect: when one begins, when the next, and when a person should
//! be told that none succeeds.

use std::time::Duration;

use sightline_protocol::{AttemptId, PeerId, Role, TrackState};

use super::Session;
use crate::backoff;
use crate::connection::Connection;
use crate::event::{Command, ConnectionEvent, ConnectionId};

/// How long the answering side waits for a new offer after a failure: the time in
/// which the offering side notices, and tries again.
const OFFER_TIME: Duration = Duration::from_secs(30);

/// How often the offering side goes on trying after the person was told: a network
/// may become better, and nobody may be sitting at an unattended screen to say so.
const SLOW_RETRY: Duration = Duration::from_secs(30);

impl Session {
    pub(super) fn connection_event(&mut self, id: ConnectionId, event: ConnectionEvent) {
        let now = self.now;
        if let Some((to, connection)) = self.connection_mut(id)
            && let Some(signal) = connection.handle(now, event)
            && !self.send(to, signal)
        {
            self.connection_failed(to);
        }
    }

    /// Does what is due for one peer.
    pub(super) fn poll_peer(&mut self, id: PeerId) {
        self.resume_sending(id);
        if self.peers.get(id).is_some_and(|peer| peer.present) {
            self.tell_media(id);
        }
        match self.peers.get(id).map(|peer| peer.connection.is_some()) {
            Some(true) => self.tend_pair(id),
            Some(false) => self.poll_retry(id),
            None => {}
        }
        self.tend_stream(id);
        // Last, as an attempt may just have ended that it was waited for.
        if self.peers.get(id).and_then(|peer| self.forget_at(peer)).is_some_and(|at| self.now >= at)
        {
            self.forget(id);
        }
    }

    fn tend_pair(&mut self, id: PeerId) {
        let Some(peer) = self.peers.get(id) else { return };
        let reach = peer.in_reach.filter(|_| self.reaches(peer));
        let receives = self.config.role != Role::Sender;
        let Some(peer) = self.peers.get_mut(id) else { return };
        let Some(connection) = &mut peer.connection else { return };
        if connection.is_connected() {
            peer.connected = Some(self.now);
            peer.gave_up = false;
            peer.failure_shown = false;
            peer.ice_reports = None;
        }
        peer.failure_shown |= connection.takes_long(self.now);
        if connection.was_stable(self.now) {
            peer.attempts = 0;
        }
        // A camera that is paused may give black ones.
        let shows = matches!(peer.video, TrackState::On | TrackState::Unknown);
        if connection.health.had_frames() && shows {
            peer.seen = true;
            peer.video_missing_after_reconnect = false;
        }
        let expected = receives && peer.video == TrackState::On;
        connection.watch(
            self.now,
            expected,
            peer.video_missing_after_reconnect,
            &mut self.commands,
        );
        self.poll_quality(id);
        let Some(connection) = self.peers.get_mut(id).and_then(|peer| peer.connection.as_mut())
        else {
            return;
        };
        let mut signals = Vec::new();
        let mut agreeing = connection.drain(&mut self.commands, &mut signals);
        if !agreeing || connection.expired(self.now, reach) {
            agreeing = false;
        } else {
            connection.advance(self.now, reach, &mut self.commands);
        }
        for signal in signals {
            agreeing &= self.send(id, signal);
        }
        if !agreeing {
            self.connection_failed(id);
        }
    }

    fn poll_retry(&mut self, id: PeerId) {
        let (offers, ready) = (self.offers_to(id), self.is_ready());
        let Some(peer) = self.peers.get_mut(id) else { return };
        if peer.retry_at.is_some_and(|at| self.now < at) {
            return;
        }
        let waited = peer.retry_at.take().is_some();
        if !offers {
            peer.gave_up |= waited && peer.present;
        } else if peer.present && ready && self.link.is_joined() && !peer.channel.is_stuck() {
            let taken = peer.budget.take(self.now).and_then(|()| self.budget.take(self.now));
            if let Err(later) = taken {
                peer.retry_at = Some(later);
                return;
            }
            self.next_connection = self.next_connection.wrapping_add(1);
            self.create_connection(id, AttemptId(self.next_connection));
        }
        // Where something is missing, it will come as an event.
    }

    pub(super) fn connection_failed(&mut self, id: PeerId) {
        let offers = self.offers_to(id);
        let Some(peer) = self.peers.get_mut(id) else { return };
        if let Some(connection) = &peer.connection {
            let (mine, theirs) = connection.ice_reports();
            peer.ice_reports = Some((mine.clone(), theirs.cloned()));
            peer.ended = Some(connection.attempt);
            peer.video_missing_after_reconnect |= connection.is_stalled();
            self.refreshes &= !connection.is_refreshing();
        }
        let exhausted = peer.count_failure();
        let wait = match (offers, exhausted) {
            (true, false) => Some(backoff::jittered(peer.attempts - 1, &mut self.random)),
            (true, true) => Some(SLOW_RETRY),
            (false, false) => Some(OFFER_TIME),
            (false, true) => None,
        };
        peer.retry_at = wait.map(|wait| self.now + wait);
        self.close_connection(id);
        if !offers {
            self.request_new_attempt(id);
        }
    }

    /// What waits for its time need not wait any longer.
    pub(super) fn retry_now(&mut self) {
        for id in self.peers.ids() {
            if self.offers_to(id)
                && let Some(peer) = self.peers.get_mut(id)
            {
                peer.retry_at = None;
            }
        }
    }

    /// The person wants it tried again: what was given up counts no more.
    pub(super) fn try_anew(&mut self) {
        for id in self.peers.ids() {
            let offers = self.offers_to(id);
            let Some(peer) = self.peers.get_mut(id) else { continue };
            peer.attempts = 0;
            peer.failure_shown = false;
            if std::mem::take(&mut peer.gave_up) && !offers && peer.connection.is_none() {
                // Only the offering side can begin anew.
                peer.retry_at = Some(self.now + OFFER_TIME);
                self.request_new_attempt(id);
            }
        }
    }

    pub(super) fn create_connection(&mut self, peer: PeerId, attempt: AttemptId) {
        let offers = self.offers_to(peer);
        let ice_servers = self.ice_servers.clone();
        let Some(known) = self.peers.get_mut(peer) else { return };
        let connection = ConnectionId(self.next_pair);
        self.next_pair += 1;
        known.retry_at = None;
        known.begun = self.now;
        let sends = self.config.role != Role::Receiver;
        known.connection =
            Some(Connection::new(connection, attempt, !offers, sends, &ice_servers, self.now));
        self.commands.push_back(Command::CreateConnection {
            connection,
            peer,
            ice_servers,
            offers,
        });
        if self.has_media() {
            self.commands.push_back(Command::Publish(connection));
        }
    }

    pub(super) fn close_connection(&mut self, peer: PeerId) {
        let Some(peer) = self.peers.get_mut(peer) else { return };
        if let Some(connection) = peer.connection.take() {
            peer.channel.withdraw(connection.attempt);
            self.commands.push_back(Command::CloseConnection(connection.id));
        }
    }
}
