//! How fast a client may send: a connection's stream that is read no faster than that.
//!
//! Who sends more is not closed: it is read more slowly, and TCP tells it to wait. The
//! bytes are counted where they come in, so that frames which never become a message
//! (a fragment without an end, a thousand pings) count, too.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use crate::config::Limits;
use crate::shared::Shared;
use crate::stream::Stream;

/// Who has to wait waits at least this long: a few messages at a time instead of a
/// timer for each.
const SLICE: Duration = Duration::from_millis(10);

/// So much at once, and so much a second in the long run.
#[derive(Clone, Copy, Debug)]
struct Allowance {
    rate: usize,
    burst: usize,
}

impl Allowance {
    fn of_messages(limits: &Limits) -> Self {
        Self { rate: limits.message_rate, burst: limits.message_burst }
    }

    fn of_bytes(limits: &Limits) -> Self {
        Self { rate: limits.byte_rate, burst: limits.byte_burst }
    }

    /// How long it takes to earn so much.
    fn time_for(self, amount: usize) -> Duration {
        let wide = |number: usize| u128::try_from(number).unwrap_or(u128::MAX);
        let nanos = wide(amount).saturating_mul(1_000_000_000) / wide(self.rate.max(1));
        Duration::from_nanos(nanos.try_into().unwrap_or(u64::MAX))
    }
}

/// A token bucket, as the one moment at which it will be full again.
#[derive(Clone, Copy, Debug)]
struct Meter {
    full_at: Instant,
}

impl Meter {
    fn new(now: Instant) -> Self {
        Self { full_at: now }
    }

    /// Takes an amount, which may be more than there is. Until when to wait before the
    /// next, where nothing is left.
    fn take(&mut self, now: Instant, amount: usize, allowance: Allowance) -> Option<Instant> {
        let full_at = self.full_at.max(now).checked_add(allowance.time_for(amount));
        // Out of the clock's range: rates that nobody sets.
        self.full_at = full_at.unwrap_or(now);
        let empty_until = self.full_at.checked_sub(allowance.time_for(allowance.burst))?;
        (empty_until > now).then(|| empty_until.max(now + SLICE))
    }
}

/// The stream of a WebSocket connection.
pub(crate) struct Paced {
    stream: Stream,
    shared: Arc<Shared>,
    bytes: Meter,
    messages: Meter,
    /// Reads nothing until then. In a box, because it is rare.
    wait: Option<Pin<Box<Sleep>>>,
    /// How many bytes the peer's side has taken, modulo 2^64.
    taken: u64,
    /// Has been slowed down before, and is counted.
    slowed: bool,
}

impl Paced {
    pub(crate) fn new(stream: Stream, shared: Arc<Shared>) -> Self {
        let full = Meter::new(Instant::now());
        Self { stream, shared, bytes: full, messages: full, wait: None, taken: 0, slowed: false }
    }

    pub(crate) fn stream(&self) -> &Stream {
        &self.stream
    }

    pub(crate) fn into_stream(self) -> Stream {
        self.stream
    }

    /// Changes when the peer has taken something.
    pub(crate) fn taken(&self) -> u64 {
        self.taken
    }

    /// Whether nothing is read at the moment because too many bytes came.
    pub(crate) fn waits(&self) -> bool {
        self.wait.is_some()
    }

    /// Counts a message that was read. Until when to read no other, where it was one too
    /// many.
    pub(crate) fn count_message(&mut self) -> Option<Instant> {
        let allowance = Allowance::of_messages(&self.shared.config.limits);
        let until = self.messages.take(Instant::now(), 1, allowance)?;
        self.count_slowed();
        Some(until)
    }

    fn count_bytes(&mut self, bytes: usize) {
        let allowance = Allowance::of_bytes(&self.shared.config.limits);
        if let Some(until) = self.bytes.take(Instant::now(), bytes, allowance) {
            self.wait = Some(Box::pin(sleep_until(until)));
            self.count_slowed();
        }
    }

    fn count_slowed(&mut self) {
        if !self.slowed {
            self.slowed = true;
            self.shared.counters.slowed_down.add();
        }
    }
}

impl AsyncRead for Paced {
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

impl AsyncWrite for Paced {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, bytes))?;
        self.taken = self.taken.wrapping_add(written.try_into().unwrap_or(u64::MAX));
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
    async fn a_burst_passes_and_then_the_rate_holds() {
        let allowance = Allowance { rate: 100, burst: 1_000 };
        let start = Instant::now();
        let mut meter = Meter::new(start);
        for _ in 0..1_000 {
            assert_eq!(meter.take(start, 1, allowance), None);
        }
        let mut now = start;
        for _ in 0..50 {
            now = meter.take(now, 1, allowance).expect("over the burst");
        }
        assert_eq!(now.duration_since(start), Duration::from_millis(500));
        // Rest earns it back, but no more than the burst.
        now += Duration::from_secs(3600);
        for _ in 0..1_000 {
            assert_eq!(meter.take(now, 1, allowance), None);
        }
        assert!(meter.take(now, 1, allowance).is_some());
    }

    #[tokio::test]
    async fn what_is_larger_than_all_there_is_passes_and_is_paid_for_later() {
        let now = Instant::now();
        let mut meter = Meter::new(now);
        let until = meter.take(now, 3_000, Allowance { rate: 100, burst: 1_000 });
        assert_eq!(until.map(|until| until.duration_since(now)), Some(Duration::from_secs(20)));
        for (rate, burst) in [(usize::MAX, usize::MAX), (usize::MAX, 1), (0, usize::MAX), (0, 0)] {
            let _ = Meter::new(now).take(now, usize::MAX, Allowance { rate, burst });
        }
        let mut fast = Meter::new(now);
        let allowance = Allowance { rate: usize::MAX, burst: usize::MAX };
        assert_eq!(fast.take(now, 1 << 30, allowance), None);
    }
}
