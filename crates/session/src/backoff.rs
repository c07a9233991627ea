//! How long to wait before trying again: doubling, capped, with full jitter, so
//! that the pages that a restarted relay lost don't all come back at once.

use std::time::Duration;

use crate::random::Random;

/// The longest wait before the first retry.
pub(crate) const FIRST: Duration = Duration::from_millis(250);
/// The longest wait before any retry.
pub(crate) const CAP: Duration = Duration::from_secs(10);

/// The wait before retry `attempt` (from 0) without jitter.
pub(crate) fn nominal(attempt: u32) -> Duration {
    FIRST.saturating_mul(2u32.saturating_pow(attempt)).min(CAP)
}

/// The wait before retry `attempt`: anywhere up to the nominal one. Not none at all:
/// a time to be woken at lies in the future.
pub(crate) fn jittered(attempt: u32, random: &mut Random) -> Duration {
    let millis = u64::try_from(nominal(attempt).as_millis()).unwrap_or(u64::MAX);
    Duration::from_millis(1 + random.next() % millis.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_up_to_the_cap_and_never_overflows() {
        let waits: Vec<_> = (0..8).map(|attempt| nominal(attempt).as_millis()).collect();
        assert_eq!(waits, [250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
        assert_eq!(nominal(u32::MAX), CAP);
    }

    #[test]
    fn jitter_covers_the_whole_wait() {
        let mut random = Random::new(1);
        let waits: Vec<_> = (0..2000).map(|_| jittered(3, &mut random)).collect();
        assert!(waits.iter().all(|wait| !wait.is_zero() && *wait <= nominal(3)));
        assert!(waits.iter().any(|wait| *wait < Duration::from_millis(100)));
        assert!(waits.iter().any(|wait| *wait > Duration::from_millis(1900)));
    }
}
