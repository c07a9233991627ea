//! The state that all connections of a relay share.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::Config;
use crate::log_throttle::LogThrottle;
use crate::retry_delay::RetryDelays;
use crate::router::Router;
use crate::security_headers::SecurityHeaders;

/// The state of one relay.
pub(crate) struct RelayState {
    pub(crate) config: Config,
    pub(crate) router: Router,
    pub(crate) security_headers: SecurityHeaders,
    /// Cancelled when the relay should stop.
    pub(crate) shutdown: CancellationToken,
    /// All tasks that serve a connection.
    pub(crate) tasks: TaskTracker,
    /// TCP connections of any kind.
    pub(crate) tcp_connections: Arc<ConnectionCount>,
    /// Those TCP connections that became WebSockets.
    pub(crate) websockets: Arc<ConnectionCount>,
    pub(crate) counters: Counters,
    /// When each page should reconnect after a shutdown.
    pub(crate) retry_delays: RetryDelays,
    /// Throttles the log line about dropped connections.
    pub(crate) relay_full_log: LogThrottle,
    /// Throttles the log line about refused origins.
    pub(crate) refused_origin_log: LogThrottle,
}

/// Counts events since the start. `/healthz` reports them.
#[derive(Default)]
pub(crate) struct Counters {
    /// Connections closed because they didn't read what was sent to them.
    pub(crate) too_slow: Counter,
    /// Connections refused because the relay was full.
    pub(crate) turned_away: Counter,
    /// Connections that exceeded their rate limit and were read more slowly.
    pub(crate) slowed_down: Counter,
    /// Connections that weren't read for a moment because a recipient's send queue was full.
    pub(crate) held_back: Counter,
    /// Handshakes refused because of the page's origin.
    pub(crate) refused_origins: Counter,
}

/// A counter that only grows.
#[derive(Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn increment(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl RelayState {
    pub(crate) fn new(config: Config, shutdown: CancellationToken) -> Self {
        Self {
            router: Router::new(&config),
            security_headers: SecurityHeaders::new(),
            shutdown,
            tasks: TaskTracker::new(),
            tcp_connections: Arc::default(),
            websockets: Arc::default(),
            counters: Counters::default(),
            retry_delays: RetryDelays::default(),
            relay_full_log: LogThrottle::default(),
            refused_origin_log: LogThrottle::default(),
            config,
        }
    }
}

/// Counts open connections and limits their number. It isn't a semaphore, because nobody waits
/// for a permit: a connection over the limit is refused.
#[derive(Default)]
pub(crate) struct ConnectionCount(AtomicUsize);

/// Permission for one connection. It counts until it is dropped.
pub(crate) struct ConnectionPermit(Arc<ConnectionCount>);

impl ConnectionCount {
    /// A permit, if fewer than `limit` are held.
    pub(crate) fn try_acquire(self: &Arc<Self>, limit: usize) -> Option<ConnectionPermit> {
        let increment = |count| (count < limit).then_some(count + 1);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, increment).ok()?;
        Some(ConnectionPermit(Arc::clone(self)))
    }

    pub(crate) fn get(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permits_are_limited_and_released() {
        let count = Arc::new(ConnectionCount::default());
        let first = count.try_acquire(2);
        let second = count.try_acquire(2);
        assert!(first.is_some() && second.is_some() && count.try_acquire(2).is_none());
        assert_eq!(count.get(), 2);
        drop(first);
        assert!(count.try_acquire(2).is_some());
        assert_eq!(count.get(), 1);
    }
}
