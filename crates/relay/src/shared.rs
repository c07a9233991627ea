//! What all connections of a relay have in common.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::Config;
use crate::headers::SecurityHeaders;
use crate::hub::Hub;
use crate::restart::Return;
use crate::sparing::Sparing;

/// One relay's state.
pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) hub: Hub,
    pub(crate) headers: SecurityHeaders,
    /// Cancelled when the relay is to stop.
    pub(crate) shutdown: CancellationToken,
    /// Every task that serves a connection.
    pub(crate) tasks: TaskTracker,
    /// TCP connections of any kind.
    pub(crate) sockets: Arc<Gauge>,
    /// Those of them that became WebSockets.
    pub(crate) web_sockets: Arc<Gauge>,
    pub(crate) counters: Counters,
    /// When each connection is to come back, when the relay stops.
    pub(crate) come_back: Return,
    /// That connections are dropped, in the log.
    pub(crate) say_full: Sparing,
    /// That pages of other origins are refused, in the log.
    pub(crate) say_refused: Sparing,
}

/// What was cut short, since the start.
#[derive(Default)]
pub(crate) struct Counters {
    /// Connections closed because they didn't take what came for them.
    pub(crate) too_slow: Counter,
    /// Connections turned away because the relay was full.
    pub(crate) turned_away: Counter,
    /// Connections that sent more than their rate allows, and were read more slowly.
    pub(crate) slowed_down: Counter,
    /// Connections that were not read for a moment because who they sent to had enough
    /// waiting.
    pub(crate) held_back: Counter,
    /// Handshakes of pages of another origin, refused.
    pub(crate) refused_origins: Counter,
}

/// Only grows.
#[derive(Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Shared {
    pub(crate) fn new(config: Config, shutdown: CancellationToken) -> Self {
        Self {
            hub: Hub::new(&config),
            headers: SecurityHeaders::new(),
            shutdown,
            tasks: TaskTracker::new(),
            sockets: Arc::default(),
            web_sockets: Arc::default(),
            counters: Counters::default(),
            come_back: Return::default(),
            say_full: Sparing::default(),
            say_refused: Sparing::default(),
            config,
        }
    }
}

/// Counts what there is at the moment. It is not a semaphore because nobody ever
/// waits for a place: who doesn't get one is told so.
#[derive(Default)]
pub(crate) struct Gauge(AtomicUsize);

/// One of those that a [`Gauge`] counts; counted until it is dropped.
pub(crate) struct Place(Arc<Gauge>);

impl Gauge {
    /// A place, if fewer than `limit` are taken.
    pub(crate) fn take(self: &Arc<Self>, limit: usize) -> Option<Place> {
        let more = |count| (count < limit).then_some(count + 1);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).ok()?;
        Some(Place(Arc::clone(self)))
    }

    pub(crate) fn get(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_limited_and_given_back() {
        let gauge = Arc::new(Gauge::default());
        let first = gauge.take(2);
        let second = gauge.take(2);
        assert!(first.is_some() && second.is_some() && gauge.take(2).is_none());
        assert_eq!(gauge.get(), 2);
        drop(first);
        assert!(gauge.take(2).is_some());
        assert_eq!(gauge.get(), 1);
    }
}
