//! What waits to be written to one connection: bounded, and empty memory when empty.
//!
//! It is a queue behind a lock instead of a channel because a channel keeps a block
//! of slots (about 1 KiB) for each connection that has nothing to say, and counts
//! messages but not bytes.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sightline_protocol::ErrorCode;
use tokio::sync::Notify;
use tokio_tungstenite::tungstenite::Utf8Bytes;

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
}

#[derive(Default)]
struct State {
    queue: VecDeque<Utf8Bytes>,
    bytes: usize,
    /// Set once: nothing is queued any more, the connection is to end with it.
    end: Option<ErrorCode>,
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
        let mut state = self.lock();
        if state.end.is_some() {
            return;
        }
        let bytes = state.bytes.saturating_add(message.len());
        if state.queue.len() >= limits.messages || bytes > limits.bytes {
            state.end(ErrorCode::TooSlow);
        } else {
            state.bytes = bytes;
            state.queue.push_back(message);
        }
        drop(state);
        self.wake.notify_one();
    }

    /// Tells the connection to end. The first reason stays.
    pub(crate) fn end(&self, reason: ErrorCode) {
        let mut state = self.lock();
        if state.end.is_none() {
            state.end(reason);
        }
        drop(state);
        self.wake.notify_one();
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

    /// Makes the next [`Outbox::woken`] return at once if there is something to do.
    pub(crate) fn wake_if_needed(&self) {
        let state = self.lock();
        if state.end.is_some() || !state.queue.is_empty() {
            self.wake.notify_one();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that runs under the lock panics, and no step leaves it half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn end(&mut self, reason: ErrorCode) {
        self.end = Some(reason);
        self.queue = VecDeque::new();
        self.bytes = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: OutboxLimits = OutboxLimits { messages: 3, bytes: 10 };

    #[test]
    fn keeps_order_and_counts_what_is_taken() {
        let outbox = Outbox::default();
        for _ in 0..20 {
            outbox.push("one".into(), LIMITS);
            outbox.push("two".into(), LIMITS);
            assert_eq!(outbox.next(), Next::Write("one".into()));
            assert_eq!(outbox.next(), Next::Write("two".into()));
            assert_eq!(outbox.next(), Next::Nothing);
        }
        assert_eq!(outbox.lock().queue.capacity(), 0, "an empty queue has no memory");
    }

    #[test]
    fn overflow_ends_the_connection() {
        for messages in [vec!["a", "b", "c", "d"], vec!["12345", "123456"], vec!["12345678901"]] {
            let outbox = Outbox::default();
            for message in &messages {
                outbox.push((*message).into(), LIMITS);
            }
            assert_eq!(outbox.next(), Next::End(ErrorCode::TooSlow), "{messages:?}");
            outbox.push("late".into(), LIMITS);
            outbox.end(ErrorCode::Replaced);
            assert_eq!(outbox.next(), Next::End(ErrorCode::TooSlow), "the first reason stays");
        }
    }

    #[tokio::test]
    async fn a_push_before_the_wait_is_not_missed() {
        let outbox = Outbox::default();
        outbox.push("a".into(), LIMITS);
        outbox.woken().await;
    }
}
