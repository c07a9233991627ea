//! Noticing that the machine slept, from two clocks: one that may stand still meanwhile, as a
//! browser's `performance.now()` does on some systems, and the date.

use std::time::Duration;

use crate::Time;

/// Clocks drift, and are put right now and then: less than this is no sleep.
const SHORTEST: Duration = Duration::from_secs(5);

/// Compares two clocks.
#[derive(Clone, Copy, Debug)]
pub struct SleepWatch {
    steady: Time,
    date: Duration,
}

impl SleepWatch {
    /// Begins. `steady` is the session's clock, `date` the time since 1970.
    #[must_use]
    pub const fn new(steady: Time, date: Duration) -> Self {
        Self { steady, date }
    }

    /// For how long the machine slept since the last call, as far as `steady` doesn't have it.
    /// A date that is put back says nothing; one that is put forward looks like sleep.
    pub fn slept(&mut self, steady: Time, date: Duration) -> Option<Duration> {
        let passed = steady.saturating_sub(self.steady);
        let slept = date.saturating_sub(self.date).saturating_sub(passed);
        *self = Self { steady, date };
        (slept >= SHORTEST).then_some(slept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_stood_still_has_slept() {
        let at = Duration::from_secs;
        let mut watch = SleepWatch::new(at(10), at(1_000));
        for (steady, date, slept) in [
            (20, 1_010, None),
            (21, 1_013, None),
            (22, 1_074, Some(60)),
            // The date is put back, and right again.
            (23, 900, None),
            (24, 901, None),
            (25, 8_102, Some(7_200)),
            (26, 8_103, None),
            // A clock that goes on in sleep.
            (500, 8_577, None),
        ] {
            assert_eq!(watch.slept(at(steady), at(date)), slept.map(at), "{steady} {date}");
        }
    }
}
