//! What waits to be written to one connection: bounded, and empty memory when empty.
//!
//! Two kinds of messages come in. The relay's own are few and can't wait: they are
//! [pushed](Outbox::push). Envelopes can be many, and who sends them can wait: they are
//! [offered](Outbox::offer), fill half of the queue at most, and where that is full
//! their source stops reading until the peer has taken some. So a flood of envelopes
//! slows its source down and closes nobody who reads.
//!
//! It is a queue behind a lock instead of a channel because a channel keeps a block
//! of slots (about 1 KiB) for each connection that has nothing to say, and counts
//! messages but not bytes.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sightline_protocol::ErrorCode;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// Envelopes may fill one part in so many of the queue.
const ENVELOPES_SHARE: usize = 2;

/// How much may wait.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OutboxLimits {
    pub(crate) messages: usize,
    pub(crate) bytes: usize,
}

/// The queue of one connection. Anybody may push; the connection alone takes.
#[derive(Default)]
pub(crate) struct Outbox {
    state: Mutex<State>,
    /// One permit at most, so that any number of pushes wakes the connection once.
    wake: Notify,
    /// Wakes those who wait for room.
    changed: Notify,
}

/// The connection has enough waiting: when to try again.
pub(crate) struct Busy {
    outbox: Arc<Outbox>,
    bytes: usize,
    limits: OutboxLimits,
    patience: Duration,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Utf8Bytes>,
    bytes: usize,
    /// Set once: nothing is queued any more, the connection is to end with it.
    end: Option<ErrorCode>,
    /// Since when the peer has taken nothing of what is being written to it.
    stuck: Option<Instant>,
    /// Somebody waits for room.
    awaited: bool,
}

/// What is next to be done for a connection.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    Write(Utf8Bytes),
    End(ErrorCode),
    Nothing,
}

impl Outbox {
    /// Queues a message. Where it doesn't fit, what waits is thrown away and the
    /// connection ends with [`ErrorCode::TooSlow`]: a gap in a handshake would be
    /// worse than a new one.
    pub(crate) fn push(&self, message: Utf8Bytes, limits: OutboxLimits) {
        self.lock().push(message, limits);
        self.wake.notify_one();
    }

    /// Queues an envelope where there is room for one.
    ///
    /// For a peer that has taken nothing for `patience` it is queued as by
    /// [`Outbox::push`]: nobody waits for one that doesn't read.
    pub(crate) fn offer(
        self: &Arc<Self>,
        message: Utf8Bytes,
        limits: OutboxLimits,
        patience: Duration,
    ) -> Result<(), Busy> {
        let mut state = self.lock();
        if !state.takes(message.len(), limits, patience) {
            return Err(self.busy(message.len(), limits, patience));
        }
        state.push(message, limits);
        drop(state);
        self.wake.notify_one();
        Ok(())
    }

    /// Whether an envelope would be queued.
    pub(crate) fn has_room(
        self: &Arc<Self>,
        limits: OutboxLimits,
        patience: Duration,
    ) -> Result<(), Busy> {
        if self.lock().takes(0, limits, patience) {
            Ok(())
        } else {
            Err(self.busy(0, limits, patience))
        }
    }

    fn busy(self: &Arc<Self>, bytes: usize, limits: OutboxLimits, patience: Duration) -> Busy {
        Busy { outbox: Arc::clone(self), bytes, limits, patience }
    }

    /// Ends it for a connection that is about to end, and hands over what waits.
    pub(crate) fn close(&self, reason: ErrorCode) -> VecDeque<Utf8Bytes> {
        let mut state = self.lock();
        let waiting = std::mem::take(&mut state.queue);
        if state.end.is_none() {
            state.end(reason);
        }
        drop(state);
        self.changed.notify_waiters();
        waiting
    }

    /// Tells the connection to end. The first reason stays.
    pub(crate) fn end(&self, reason: ErrorCode) {
        let mut state = self.lock();
        if state.end.is_none() {
            state.end(reason);
        }
        drop(state);
        self.wake.notify_one();
        self.changed.notify_waiters();
    }

    /// Notes since when the peer has taken nothing of what is being written to it, or
    /// that it has taken all.
    pub(crate) fn stuck(&self, since: Option<Instant>) {
        let mut state = self.lock();
        state.stuck = since;
        state.awaited = false;
        drop(state);
        self.changed.notify_waiters();
    }

    /// Takes what is next.
    pub(crate) fn next(&self) -> Next {
        let mut state = self.lock();
        if let Some(reason) = state.end {
            return Next::End(reason);
        }
        if let Some(message) = state.queue.pop_front() {
            state.bytes = state.bytes.saturating_sub(message.len());
            return Next::Write(message);
        }
        // Gives the memory back: most connections have nothing waiting most of the time.
        state.queue = VecDeque::new();
        Next::Nothing
    }

    /// Waits until something may be there.
    pub(crate) async fn woken(&self) {
        self.wake.notified().await;
    }

    /// Waits until the connection is to end. Uses up wake-ups: look at
    /// [`Outbox::next`] afterwards.
    pub(crate) async fn ended(&self) -> ErrorCode {
        loop {
            if let Some(reason) = self.lock().end {
                return reason;
            }
            self.woken().await;
        }
    }

    /// After a batch was written: makes the next [`Outbox::woken`] return at once if
    /// there is more to do, and lets those go on who wait for room. They are not woken
    /// for each message that is taken: they would have room for one message then, and
    /// wait again.
    pub(crate) fn written(&self) {
        let mut state = self.lock();
        if state.end.is_some() || !state.queue.is_empty() {
            self.wake.notify_one();
        }
        if std::mem::take(&mut state.awaited) {
            self.changed.notify_waiters();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that runs under the lock panics, and no step leaves it half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Busy {
    /// Waits until it is worth trying again: there is room, or the connection ends, or
    /// its peer has taken nothing for too long.
    pub(crate) async fn over(self) {
        let Self { outbox, bytes, limits, patience } = self;
        loop {
            // Made before the look at the state, so that no change is missed.
            let changed = outbox.changed.notified();
            let stuck = {
                let mut state = outbox.lock();
                if state.takes(bytes, limits, patience) {
                    return;
                }
                state.awaited = true;
                state.stuck
            };
            match stuck {
                // In time or not: the state says.
                Some(since) => drop(timeout_at(since + patience, changed).await),
                None => changed.await,
            }
        }
    }
}

impl State {
    fn push(&mut self, message: Utf8Bytes, limits: OutboxLimits) {
        if self.end.is_some() {
            return;
        }
        let bytes = self.bytes.saturating_add(message.len());
        if self.queue.len() >= limits.messages || bytes > limits.bytes {
            self.end(ErrorCode::TooSlow);
        } else {
            self.bytes = bytes;
            self.queue.push_back(message);
        }
    }

    /// Whether an envelope of so many bytes can be dealt with now. The largest one fits
    /// where nothing else waits.
    fn takes(&self, bytes: usize, limits: OutboxLimits, patience: Duration) -> bool {
        let few = self.queue.len() < limits.messages / ENVELOPES_SHARE;
        let small = self.bytes.saturating_add(bytes) <= limits.bytes / ENVELOPES_SHARE;
        self.queue.is_empty()
            || (few && small)
            || self.end.is_some()
            || self.stuck.is_some_and(|since| since.elapsed() >= patience)
    }

    fn end(&mut self, reason: ErrorCode) {
        self.end = Some(reason);
        self.queue = VecDeque::new();
        self.bytes = 0;
    }
}

#[cfg(test)]
mod tests;
