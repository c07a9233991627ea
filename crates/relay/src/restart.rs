//! When the pages of a relay that stops are to come back.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Over how long they are spread. A relay takes its 20,000 connections at 4,000 a second
/// then, with their handshakes, instead of all at once; and a person who waits for the
/// longest still sees the page working on it.
pub(crate) const SPREAD: Duration = Duration::from_secs(5);

/// 2^32 divided by the golden ratio. Its multiples, taken around 2^32, lie evenly
/// however many of them there are (Knuth, The Art of Computer Programming, volume 3,
/// section 6.4): better than chance does it, and without a source of it.
const STEP: u32 = 0x9e37_79b9;

/// Hands out the times.
#[derive(Default)]
pub(crate) struct Return(AtomicU32);

impl Return {
    /// After how long the next page is to come back: less than [`SPREAD`].
    pub(crate) fn next(&self) -> Duration {
        let place = self.0.fetch_add(STEP, Ordering::Relaxed);
        SPREAD.mul_f64(f64::from(place) / 4_294_967_296.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_spread_evenly_however_many_there_are() {
        for many in [2u32, 3, 10, 50, 1_000] {
            let times = Return::default();
            let mut all: Vec<_> = (0..many).map(|_| times.next()).collect();
            all.sort();
            assert!(all.iter().all(|time| *time < SPREAD));
            let ends = [SPREAD];
            let gaps = all
                .iter()
                .chain(&ends)
                .scan(Duration::ZERO, |last, time| Some(*time - std::mem::replace(last, *time)));
            let widest = gaps.max().unwrap();
            assert!(widest <= SPREAD * 3 / many, "{many}: {widest:?}");
        }
    }
}
