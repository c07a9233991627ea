//! Rate limiting: a stream that is read no faster than a client may send.
//!
//! A client that sends more isn't disconnected. It is read more slowly, and TCP makes it wait.
//! Bytes are counted as they are read, so that frames which never become a message (a fragment
//! without an end, a thousand pings) count, too.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use crate::config::Limits;
use crate::state::RelayState;
use crate::stream::Stream;

/// The shortest wait. Several messages share one timer this way.
const MIN_WAIT: Duration = Duration::from_millis(10);

/// A rate limit: this much at once, and this much per second in the long run.
#[derive(Clone, Copy, Debug)]
struct Rate {
    per_second: usize,
    burst: usize,
}

impl Rate {
    fn of_messages(limits: &Limits) -> Self {
        Self { per_second: limits.message_rate, burst: limits.message_burst }
    }

    fn of_bytes(limits: &Limits) -> Self {
        Self { per_second: limits.byte_rate, burst: limits.byte_burst }
    }

    /// How long the bucket takes to refill this many tokens.
    fn refill_time(self, tokens: usize) -> Duration {
        let wide = |number: usize| u128::try_from(number).unwrap_or(u128::MAX);
        let nanos = wide(tokens).saturating_mul(1_000_000_000) / wide(self.per_second.max(1));
        Duration::from_nanos(nanos.try_into().unwrap_or(u64::MAX))
    }
}

/// A token bucket, stored as the time at which it will be full again.
#[derive(Clone, Copy, Debug)]
struct TokenBucket {
    full_at: Instant,
}

impl TokenBucket {
    /// A full bucket.
    fn new(now: Instant) -> Self {
        Self { full_at: now }
    }

    /// Takes tokens, even more than the bucket holds. Returns until when to wait if the bucket
    /// is empty afterwards.
    fn take(&mut self, now: Instant, tokens: usize, rate: Rate) -> Option<Instant> {
        let full_at = self.full_at.max(now).checked_add(rate.refill_time(tokens));
        // Overflows only for rates that nobody configures.
        self.full_at = full_at.unwrap_or(now);
        let empty_until = self.full_at.checked_sub(rate.refill_time(rate.burst))?;
        (empty_until > now).then(|| empty_until.max(now + MIN_WAIT))
    }
}

/// The stream of a WebSocket connection, with limits on what is read from it.
pub(crate) struct RateLimited {
    stream: Stream,
    state: Arc<RelayState>,
    bytes: TokenBucket,
    messages: TokenBucket,
    /// Nothing is read before this is over. Boxed because it is rare.
    wait: Option<Pin<Box<Sleep>>>,
    /// Modulo 2^64.
    bytes_written: u64,
    /// Whether this connection is in `slowed_down`, the counter of rate-limited connections.
    is_counted: bool,
}

impl RateLimited {
    pub(crate) fn new(stream: Stream, state: Arc<RelayState>) -> Self {
        let bucket = TokenBucket::new(Instant::now());
        Self {
            stream,
            state,
            bytes: bucket,
            messages: bucket,
            wait: None,
            bytes_written: 0,
            is_counted: false,
        }
    }

    pub(crate) fn stream(&self) -> &Stream {
        &self.stream
    }

    pub(crate) fn into_stream(self) -> Stream {
        self.stream
    }

    /// How many bytes the kernel has accepted. It grows when the peer reads.
    pub(crate) fn bytes_written(&self) -> u64 {
        self.bytes_written
    }

    /// Whether reading is paused because too many bytes arrived.
    pub(crate) fn is_paused(&self) -> bool {
        self.wait.is_some()
    }

    /// Counts a message that was read. Returns until when to read no further message if the
    /// rate is exceeded.
    pub(crate) fn count_message(&mut self) -> Option<Instant> {
        let rate = Rate::of_messages(&self.state.config.limits);
        let until = self.messages.take(Instant::now(), 1, rate)?;
        self.count_slowed_down();
        Some(until)
    }

    fn count_bytes(&mut self, bytes: usize) {
        let rate = Rate::of_bytes(&self.state.config.limits);
        if let Some(until) = self.bytes.take(Instant::now(), bytes, rate) {
            self.wait = Some(Box::pin(sleep_until(until)));
            self.count_slowed_down();
        }
    }

    fn count_slowed_down(&mut self) {
        if !self.is_counted {
            self.is_counted = true;
            self.state.counters.slowed_down.increment();
        }
    }
}

impl AsyncRead for RateLimited {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Some(wait) = &mut self.wait {
            ready!(wait.as_mut().poll(cx));
            self.wait = None;
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        self.count_bytes(buffer.filled().len().saturating_sub(before));
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for RateLimited {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, bytes))?;
        self.bytes_written =
            self.bytes_written.wrapping_add(written.try_into().unwrap_or(u64::MAX));
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_burst_passes_and_then_the_rate_applies() {
        let rate = Rate { per_second: 100, burst: 1_000 };
        let start = Instant::now();
        let mut bucket = TokenBucket::new(start);
        for _ in 0..1_000 {
            assert_eq!(bucket.take(start, 1, rate), None);
        }
        let mut now = start;
        for _ in 0..50 {
            now = bucket.take(now, 1, rate).expect("over the burst");
        }
        assert_eq!(now.duration_since(start), Duration::from_millis(500));
        // The bucket refills, but never beyond the burst.
        now += Duration::from_secs(3600);
        for _ in 0..1_000 {
            assert_eq!(bucket.take(now, 1, rate), None);
        }
        assert!(bucket.take(now, 1, rate).is_some());
    }

    #[tokio::test]
    async fn more_than_a_full_bucket_passes_and_is_waited_for_later() {
        let now = Instant::now();
        let mut bucket = TokenBucket::new(now);
        let until = bucket.take(now, 3_000, Rate { per_second: 100, burst: 1_000 });
        assert_eq!(until.map(|until| until.duration_since(now)), Some(Duration::from_secs(20)));
        for (per_second, burst) in
            [(usize::MAX, usize::MAX), (usize::MAX, 1), (0, usize::MAX), (0, 0)]
        {
            let _ = TokenBucket::new(now).take(now, usize::MAX, Rate { per_second, burst });
        }
        let mut fast = TokenBucket::new(now);
        let rate = Rate { per_second: usize::MAX, burst: usize::MAX };
        assert_eq!(fast.take(now, 1 << 30, rate), None);
    }
}
