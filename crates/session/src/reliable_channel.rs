//! Numbered messages between two pages: every one arrives once and in order, whichever
//! way it takes and however often a connection on the way breaks.
//!
//! The relay may forget everything at any moment, so nothing here relies on it: a message
//! is kept until the other page has acknowledged it. [`sightline_protocol::Payload`] says
//! how that looks on the wire.

use std::collections::VecDeque;
use std::time::Duration;

use sightline_protocol::limits::MAX_UNACKNOWLEDGED;
use sightline_protocol::{AttemptId, InstanceId, Payload, Signal, Unread};

use crate::Time;

/// How long an acknowledgement may wait for something that it can go with.
const ACK_TIME: Duration = Duration::from_millis(100);

/// After so long without an acknowledgement everything is sent again: both ways to the
/// other page keep order and lose nothing while they last, so that this is for ways that
/// broke unnoticed. Doubled each time, up to [`RESEND_CAP`].
const RESEND_TIME: Duration = Duration::from_secs(2);
const RESEND_CAP: Duration = Duration::from_secs(16);

/// How long after everything was sent again it is not sent again for a new way alone.
const REVIVE_TIME: Duration = Duration::from_secs(1);

/// How many numbers may wait, those of withdrawn messages included. A page that never
/// acknowledges anything reaches this in an hour, and is then left alone.
const MAX_KEPT: usize = 8 * MAX_UNACKNOWLEDGED;

/// The messages between this page and one other.
#[derive(Debug)]
pub(crate) struct ReliableChannel {
    instance: InstanceId,
    to_instance: InstanceId,
    /// Of the last message that was sent.
    sent: u32,
    /// What is not acknowledged yet, with consecutive numbers.
    kept: VecDeque<(u32, Option<Signal>)>,
    /// Of the last message that was taken.
    taken: u32,
    ack_at: Option<Time>,
    resend_at: Option<Time>,
    resends: u32,
    /// When everything was last sent again.
    resent: Option<Time>,
    unread: UnreadCounts,
}

/// How many messages were taken and could not be understood.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct UnreadCounts {
    pub(crate) unknown: u32,
    pub(crate) malformed: u32,
}

/// So much waits for an acknowledgement that there is no sense in adding to it.
#[derive(Debug)]
pub(crate) struct Full;

impl ReliableChannel {
    pub(crate) const fn new(instance: InstanceId, to_instance: InstanceId) -> Self {
        Self {
            instance,
            to_instance,
            sent: 0,
            kept: VecDeque::new(),
            taken: 0,
            ack_at: None,
            resend_at: None,
            resends: 0,
            resent: None,
            unread: UnreadCounts { unknown: 0, malformed: 0 },
        }
    }

    /// The other page.
    pub(crate) const fn to_instance(&self) -> InstanceId {
        self.to_instance
    }

    /// What came from the other page and could not be understood.
    pub(crate) const fn unread(&self) -> UnreadCounts {
        self.unread
    }

    /// Numbers a message and keeps it. What comes back is to be sent now, if there is a
    /// way.
    pub(crate) fn send(&mut self, now: Time, signal: Signal) -> Result<Payload, Full> {
        let waiting = self.kept.iter().filter(|(_, signal)| signal.is_some()).count();
        if waiting >= MAX_UNACKNOWLEDGED || self.kept.len() >= MAX_KEPT {
            return Err(Full);
        }
        self.sent = self.sent.checked_add(1).ok_or(Full)?;
        self.kept.push_back((self.sent, Some(signal.clone())));
        self.resend_at.get_or_insert(now + RESEND_TIME);
        self.ack_at = None;
        Ok(self.payload(Some(self.sent), Some(signal)))
    }

    /// Takes what came. The message, where it is one, and its turn.
    pub(crate) fn receive(&mut self, now: Time, payload: Payload) -> Option<Signal> {
        if payload.instance != self.to_instance || payload.to_instance != self.instance {
            return None;
        }
        self.acknowledged(now, payload.ack);
        let seq = payload.seq?;
        // Also for one that came before: its acknowledgement was lost.
        self.ack_at.get_or_insert(now + ACK_TIME);
        if self.taken.checked_add(1) != Some(seq) {
            return None;
        }
        self.taken = seq;
        let count = match payload.unread {
            Some(Unread::Unknown) => Some(&mut self.unread.unknown),
            Some(Unread::Malformed) => Some(&mut self.unread.malformed),
            None => None,
        };
        if let Some(count) = count {
            *count = count.saturating_add(1);
        }
        payload.signal
    }

    fn acknowledged(&mut self, now: Time, ack: u32) {
        let before = self.kept.len();
        if ack <= self.sent {
            self.kept.retain(|(seq, _)| *seq > ack);
        }
        if self.kept.len() < before {
            self.resends = 0;
            self.resend_at = (!self.kept.is_empty()).then(|| now + RESEND_TIME);
        }
    }

    /// Everything that is not acknowledged, again.
    pub(crate) fn resend(&mut self, now: Time) -> Vec<Payload> {
        if self.kept.is_empty() {
            return Vec::new();
        }
        let wait = RESEND_TIME.saturating_mul(2_u32.saturating_pow(self.resends)).min(RESEND_CAP);
        self.resends = self.resends.saturating_add(1);
        self.resend_at = Some(now + wait);
        self.resent = Some(now);
        self.ack_at = None;
        let first = self.kept.iter().take(MAX_UNACKNOWLEDGED);
        first.map(|(seq, signal)| self.payload(Some(*seq), signal.clone())).collect()
    }

    /// The same where there is a way to the other page again; later where that has just
    /// been so: one that comes and goes without end makes nobody say everything each time.
    pub(crate) fn resume_sending(&mut self, now: Time) -> Vec<Payload> {
        let again = self.resent.map(|at| at + REVIVE_TIME).filter(|at| *at > now);
        if again.is_some() && !self.kept.is_empty() {
            self.resend_at = again;
            return Vec::new();
        }
        self.resend(now)
    }

    /// Whether it is time for [`ReliableChannel::resend`].
    pub(crate) fn must_resend(&self, now: Time) -> bool {
        self.resend_at.is_some_and(|at| now >= at)
    }

    /// There is no way to the other page: what is kept goes out when there is one.
    pub(crate) fn rest(&mut self) {
        self.resend_at = None;
        self.resends = 0;
    }

    /// The acknowledgement that is due.
    pub(crate) fn ack(&mut self, now: Time) -> Option<Payload> {
        self.ack_at.take_if(|at| now >= *at)?;
        Some(self.payload(None, None))
    }

    pub(crate) fn next_timeout(&self) -> Option<Time> {
        self.ack_at.into_iter().chain(self.resend_at).min()
    }

    /// Takes back what belongs to an attempt that is over.
    pub(crate) fn withdraw(&mut self, attempt: AttemptId) {
        for (_, kept) in &mut self.kept {
            kept.take_if(|signal| signal.attempt() == Some(attempt));
        }
    }

    /// Whether the other page has acknowledged nothing for so long that it is hopeless.
    pub(crate) fn is_stuck(&self) -> bool {
        self.kept.len() >= MAX_KEPT
    }

    const fn payload(&self, seq: Option<u32>, signal: Option<Signal>) -> Payload {
        let Self { instance, to_instance, taken, .. } = *self;
        Payload { instance, to_instance, ack: taken, seq, signal, unread: None }
    }
}

#[cfg(test)]
#[path = "reliable_channel_tests.rs"]
mod tests;
