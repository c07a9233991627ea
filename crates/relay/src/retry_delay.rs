//! When the pages of a relay that stops should reconnect.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Reconnects are spread over this time. A relay then accepts its 20,000 connections at 4,000
/// a second instead of all at once. It is short enough that a person who gets the longest delay
/// still sees the page reconnecting.
pub(crate) const SPREAD: Duration = Duration::from_secs(5);

/// 2^32 divided by the golden ratio. Its multiples modulo 2^32 are evenly spread however many
/// there are (Fibonacci hashing: Knuth, The Art of Computer Programming, volume 3, section
/// 6.4). That is more even than random numbers, and needs no random source.
const STEP: u32 = 0x9e37_79b9;

/// Hands out reconnect delays.
#[derive(Default)]
pub(crate) struct RetryDelays(AtomicU32);

impl RetryDelays {
    /// The delay for the next page, less than [`SPREAD`].
    pub(crate) fn next(&self) -> Duration {
        let position = self.0.fetch_add(STEP, Ordering::Relaxed);
        SPREAD.mul_f64(f64::from(position) / 4_294_967_296.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_are_evenly_spread_for_any_count() {
        for count in [2u32, 3, 10, 50, 1_000] {
            let delays = RetryDelays::default();
            let mut all: Vec<_> = (0..count).map(|_| delays.next()).collect();
            all.sort();
            assert!(all.iter().all(|delay| *delay < SPREAD));
            let end = [SPREAD];
            let gaps = all
                .iter()
                .chain(&end)
                .scan(Duration::ZERO, |last, delay| Some(*delay - std::mem::replace(last, *delay)));
            let widest = gaps.max().unwrap();
            assert!(widest <= SPREAD * 3 / count, "{count}: {widest:?}");
        }
    }
}
