//! The send queue of one connection. It is bounded, and holds no memory while it is empty.
//!
//! Two kinds of messages are queued. The relay's own messages are few and can't wait; they are
//! [pushed](SendQueue::push). Envelopes can be many, and their source can wait; they are queued
//! with [`SendQueue::try_push`] and fill at most half of the queue. When that half is full, the
//! source isn't read until the peer has read some messages. A flood of envelopes therefore
//! slows its source down and doesn't disconnect a peer that reads.
//!
//! This is a queue behind a lock and not a channel: a channel keeps a block of slots (about
//! 1 KiB) for each idle connection, and counts messages but not bytes.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sightline_protocol::ErrorCode;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// Envelopes may fill the queue divided by this number.
const ENVELOPE_DIVISOR: usize = 2;

/// The capacity of a queue.
#[derive(Clone, Copy, Debug)]
pub(crate) struct QueueLimits {
    pub(crate) messages: usize,
    pub(crate) bytes: usize,
}

/// The queue of one connection. Any task may push; only the connection's own task pops.
#[derive(Default)]
pub(crate) struct SendQueue {
    state: Mutex<State>,
    /// Wakes the connection. It holds one permit at most, so that any number of pushes wakes
    /// the connection once.
    wake: Notify,
    /// Wakes those who wait for space.
    state_changed: Notify,
}

/// The queue has no space for an envelope. [`QueueFull::wait_for_space`] says when to retry.
pub(crate) struct QueueFull {
    queue: Arc<SendQueue>,
    bytes: usize,
    limits: QueueLimits,
    max_stall: Duration,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Utf8Bytes>,
    bytes: usize,
    /// Set once. From then on nothing is queued, and the connection closes with this code.
    close_code: Option<ErrorCode>,
    /// Since when the peer has read nothing of what is being written to it.
    stalled_since: Option<Instant>,
    /// Somebody waits for space.
    has_waiters: bool,
}

/// What the connection should do next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    Send(Utf8Bytes),
    Close(ErrorCode),
    Empty,
}

impl SendQueue {
    /// Queues a message. If it doesn't fit, the queue is discarded and the connection closes
    /// with [`ErrorCode::TooSlow`]: a gap in a handshake would be worse than a reconnect.
    pub(crate) fn push(&self, message: Utf8Bytes, limits: QueueLimits) {
        self.lock().push(message, limits);
        self.wake.notify_one();
    }

    /// Queues an envelope if there is space for it.
    ///
    /// If the peer has read nothing for `max_stall`, the envelope is queued as by
    /// [`SendQueue::push`]: nobody waits any longer for a peer that doesn't read.
    pub(crate) fn try_push(
        self: &Arc<Self>,
        message: Utf8Bytes,
        limits: QueueLimits,
        max_stall: Duration,
    ) -> Result<(), QueueFull> {
        let mut state = self.lock();
        if !state.accepts(message.len(), limits, max_stall) {
            return Err(self.full(message.len(), limits, max_stall));
        }
        state.push(message, limits);
        drop(state);
        self.wake.notify_one();
        Ok(())
    }

    /// Checks whether [`SendQueue::try_push`] would queue an envelope.
    pub(crate) fn check_space(
        self: &Arc<Self>,
        limits: QueueLimits,
        max_stall: Duration,
    ) -> Result<(), QueueFull> {
        if self.lock().accepts(0, limits, max_stall) {
            Ok(())
        } else {
            Err(self.full(0, limits, max_stall))
        }
    }

    fn full(self: &Arc<Self>, bytes: usize, limits: QueueLimits, max_stall: Duration) -> QueueFull {
        QueueFull { queue: Arc::clone(self), bytes, limits, max_stall }
    }

    /// Closes the queue of a connection that is closing, and returns the unsent messages.
    pub(crate) fn close(&self, code: ErrorCode) -> VecDeque<Utf8Bytes> {
        let mut state = self.lock();
        let unsent = std::mem::take(&mut state.queue);
        if state.close_code.is_none() {
            state.close(code);
        }
        drop(state);
        self.state_changed.notify_waiters();
        unsent
    }

    /// Asks the connection to close with this code. Only the first code counts.
    pub(crate) fn request_close(&self, code: ErrorCode) {
        let mut state = self.lock();
        if state.close_code.is_none() {
            state.close(code);
        }
        drop(state);
        self.wake.notify_one();
        self.state_changed.notify_waiters();
    }

    /// Records since when the peer has read nothing of what is being written to it. `None`
    /// means that everything was written.
    pub(crate) fn set_stalled_since(&self, since: Option<Instant>) {
        let mut state = self.lock();
        state.stalled_since = since;
        state.has_waiters = false;
        drop(state);
        self.state_changed.notify_waiters();
    }

    /// Pops what the connection should do next.
    pub(crate) fn pop(&self) -> Next {
        let mut state = self.lock();
        if let Some(code) = state.close_code {
            return Next::Close(code);
        }
        if let Some(message) = state.queue.pop_front() {
            state.bytes = state.bytes.saturating_sub(message.len());
            return Next::Send(message);
        }
        // Frees the memory: most queues are empty most of the time.
        state.queue = VecDeque::new();
        Next::Empty
    }

    /// Waits until [`SendQueue::pop`] may return something.
    pub(crate) async fn notified(&self) {
        self.wake.notified().await;
    }

    /// Waits until the connection is asked to close. This consumes wake-ups: call
    /// [`SendQueue::pop`] afterwards.
    pub(crate) async fn close_requested(&self) -> ErrorCode {
        loop {
            if let Some(code) = self.lock().close_code {
                return code;
            }
            self.notified().await;
        }
    }

    /// Called after a batch was written. Wakes the connection again if the queue isn't empty,
    /// and wakes those who wait for space. They are woken once a batch and not once a message:
    /// with space for one message they would only wait again.
    pub(crate) fn batch_written(&self) {
        let mut state = self.lock();
        if state.close_code.is_some() || !state.queue.is_empty() {
            self.wake.notify_one();
        }
        if std::mem::take(&mut state.has_waiters) {
            self.state_changed.notify_waiters();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Code under the lock doesn't panic and leaves no intermediate state.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl QueueFull {
    /// Waits until a retry makes sense: there is space, the connection closes, or its peer has
    /// read nothing for too long.
    pub(crate) async fn wait_for_space(self) {
        let Self { queue, bytes, limits, max_stall } = self;
        loop {
            // Created before the state is read, so that no change is missed.
            let changed = queue.state_changed.notified();
            let stalled_since = {
                let mut state = queue.lock();
                if state.accepts(bytes, limits, max_stall) {
                    return;
                }
                state.has_waiters = true;
                state.stalled_since
            };
            match stalled_since {
                // After a timeout, too, the next iteration decides by the state.
                Some(since) => drop(timeout_at(since + max_stall, changed).await),
                None => changed.await,
            }
        }
    }
}

impl State {
    fn push(&mut self, message: Utf8Bytes, limits: QueueLimits) {
        if self.close_code.is_some() {
            return;
        }
        let bytes = self.bytes.saturating_add(message.len());
        if self.queue.len() >= limits.messages || bytes > limits.bytes {
            self.close(ErrorCode::TooSlow);
        } else {
            self.bytes = bytes;
            self.queue.push_back(message);
        }
    }

    /// Whether an envelope of this size doesn't have to wait. An empty queue accepts even the
    /// largest one.
    fn accepts(&self, bytes: usize, limits: QueueLimits, max_stall: Duration) -> bool {
        let few = self.queue.len() < limits.messages / ENVELOPE_DIVISOR;
        let small = self.bytes.saturating_add(bytes) <= limits.bytes / ENVELOPE_DIVISOR;
        self.queue.is_empty()
            || (few && small)
            || self.close_code.is_some()
            || self.stalled_since.is_some_and(|since| since.elapsed() >= max_stall)
    }

    fn close(&mut self, code: ErrorCode) {
        self.close_code = Some(code);
        self.queue = VecDeque::new();
        self.bytes = 0;
    }
}

#[cfg(test)]
mod tests;
