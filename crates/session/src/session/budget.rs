//! How many attempts may be made in a time. A peer, or a relay, that makes another begin
//! anew without end would otherwise keep that browser busy making connections.

use std::time::Duration;

use crate::Time;

/// So many at once: a full room that joins at the same moment, twice over.
const BURST: u32 = 16;

/// One more after so long.
const REFILL: Duration = Duration::from_millis(500);

#[derive(Debug)]
pub(super) struct Budget {
    left: u32,
    /// Since when the next one is being earned.
    since: Time,
}

impl Budget {
    pub(super) const fn full() -> Self {
        Self { left: BURST, since: Time::ZERO }
    }

    /// Takes one if there is one. Otherwise, when there will be.
    pub(super) fn take(&mut self, now: Time) -> Result<(), Time> {
        while self.left < BURST && now >= self.since + REFILL {
            self.left += 1;
            self.since += REFILL;
        }
        if self.left == BURST {
            self.since = now;
        }
        match self.left.checked_sub(1) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(self.since + REFILL),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_and_then_one_each_time() {
        let mut budget = Budget::full();
        let begin = Duration::from_secs(100);
        assert!((0..BURST).all(|_| budget.take(begin).is_ok()));
        let next = budget.take(begin).unwrap_err();
        assert_eq!(next, begin + REFILL);
        assert!(budget.take(next).is_ok());
        assert!(budget.take(next).is_err());
        let rested = next + REFILL * (BURST + 5);
        assert!((0..BURST).all(|_| budget.take(rested).is_ok()));
        assert!(budget.take(rested).is_err(), "it does not grow beyond the burst");
    }
}
