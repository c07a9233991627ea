//! How many attempts may be made in a time. A peer, or a relay, that makes another begin
//! anew without end would otherwise keep that browser busy making connections.

use std::time::Duration;

use crate::Time;

/// So many at once: a full room that joins at the same moment, twice over.
const BURST: u32 = 16;

/// One more after so long.
const REFILL: Duration = Duration::from_millis(500);

/// So many times that for all peers together.
const ALL: u32 = 4;

#[derive(Debug)]
pub(crate) struct Budget {
    burst: u32,
    refill: Duration,
    left: u32,
    /// Since when the next one is being earned.
    since: Time,
}

impl Budget {
    /// For one side.
    pub(crate) const fn of_one() -> Self {
        Self { burst: BURST, refill: REFILL, left: BURST, since: Time::ZERO }
    }

    /// For everybody.
    pub(crate) fn of_all() -> Self {
        let burst = BURST * ALL;
        Self { burst, refill: REFILL / ALL, left: burst, since: Time::ZERO }
    }

    /// Takes one if there is one. Otherwise, when there will be.
    pub(crate) fn take(&mut self, now: Time) -> Result<(), Time> {
        while self.left < self.burst && now >= self.since + self.refill {
            self.left += 1;
            self.since += self.refill;
        }
        if self.left == self.burst {
            self.since = now;
        }
        match self.left.checked_sub(1) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(self.since + self.refill),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_and_then_one_each_time() {
        let mut budget = Budget::of_one();
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
