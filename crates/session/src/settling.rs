//! Showing only what lasts long enough to be read.
//!
//! How things stand changes in steps of some milliseconds while two pages connect. Shown as
//! they come, such steps flicker, and a screen reader begins a sentence after the other. So
//! what is shown follows a moment later, except where a person waits for it.

use std::time::Duration;

use crate::Time;
use crate::view::Status;

/// What lasts less than this is not shown.
pub const SHORTEST: Duration = Duration::from_millis(300);

/// What is shown stays for so long: a busy browser may be late to show it, and in time to take
/// it away.
const STAYS: Duration = Duration::from_millis(400);

/// What never stays the same for [`SHORTEST`] is shown all the same after so long.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// When a new value takes the place of the one that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// When it has lasted for [`SHORTEST`].
    Settled,
    /// At once, but what is shown has 0.4 s.
    Soon,
    /// At once, whatever was before: a person has just brought it about.
    AtOnce,
}

/// Follows a value, and says what of it to show.
#[derive(Clone, Debug)]
pub struct Settling<T> {
    shown: Option<T>,
    shown_at: Time,
    next: Option<Next<T>>,
    /// Since when something else is to be shown.
    differs_since: Time,
}

#[derive(Clone, Debug)]
struct Next<T> {
    value: T,
    since: Time,
    urgency: Urgency,
}

impl<T> Default for Settling<T> {
    fn default() -> Self {
        Self { shown: None, shown_at: Time::ZERO, next: None, differs_since: Time::ZERO }
    }
}

impl<T: PartialEq> Settling<T> {
    /// What to show. None before anything was there for long enough.
    pub const fn shown(&self) -> Option<&T> {
        self.shown.as_ref()
    }

    /// Takes the value as it is at `now`.
    pub fn follow(&mut self, now: Time, value: T, urgency: Urgency) {
        self.advance(now);
        if self.shown.as_ref() == Some(&value) {
            self.next = None;
            return;
        }
        match &mut self.next {
            Some(next) if next.value == value => next.urgency = next.urgency.max(urgency),
            next => {
                if next.is_none() {
                    self.differs_since = now;
                }
                *next = Some(Next { value, since: now, urgency });
            }
        }
        self.advance(now);
    }

    /// Shows what time has made due.
    pub fn advance(&mut self, now: Time) {
        if self.next_timeout().is_some_and(|due| now >= due)
            && let Some(next) = self.next.take()
        {
            self.shown = Some(next.value);
            self.shown_at = now;
        }
    }

    /// When to call [`Settling::advance`].
    #[must_use]
    pub fn next_timeout(&self) -> Option<Time> {
        let Next { since, urgency, .. } = self.next.as_ref()?;
        Some(match urgency {
            Urgency::AtOnce => *since,
            Urgency::Soon if self.shown.is_none() => *since,
            Urgency::Soon => (self.shown_at + STAYS).max(*since),
            Urgency::Settled => {
                let settled = (*since + SHORTEST).min(self.differs_since + LONGEST_WAIT);
                if self.shown.is_none() { settled } else { settled.max(self.shown_at + STAYS) }
            }
        })
    }
}

impl Status {
    /// How urgent this status is after the one that is shown.
    #[must_use]
    pub fn urgency_after(self, shown: Option<Self>) -> Urgency {
        match (shown, self) {
            (Some(shown), now) if shown == now => Urgency::Settled,
            // Who ends it has clicked.
            (_, Self::Ended) => Urgency::AtOnce,
            // As has who begins.
            (Some(Self::Idle | Self::Ended), _) => Urgency::Soon,
            // The picture is there, or something is to be done.
            (_, Self::Live | Self::Failed) => Urgency::Soon,
            // On the air no more.
            (Some(_), Self::Idle) => Urgency::Soon,
            _ => Urgency::Settled,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Time {
        Duration::from_millis(millis)
    }

    /// What is shown and when, of what is the case and when.
    fn shown(cases: &[(u64, Status)]) -> Vec<(u64, Status)> {
        let mut settling = Settling::default();
        let mut all = Vec::new();
        let mut note = |millis, settling: &Settling<Status>| {
            if let Some(status) = settling.shown()
                && all.last().is_none_or(|(_, last)| last != status)
            {
                all.push((millis, *status));
            }
        };
        let end = cases.last().map_or(0, |(last, _)| last + 2_000);
        let mut cases = cases.iter().peekable();
        for millis in 0..end {
            // As a driver does: called when something happens, and when it is due.
            if settling.next_timeout().is_some_and(|due| at(millis) >= due) {
                settling.advance(at(millis));
            }
            if let Some((_, status)) = cases.next_if(|(when, _)| *when == millis) {
                let urgency = status.urgency_after(settling.shown().copied());
                settling.follow(at(millis), *status, urgency);
            }
            note(millis, &settling);
        }
        all
    }

    #[test]
    fn what_does_not_last_is_not_shown() {
        use Status::{Connecting, Ended, Failed, Idle, Live, Reconnecting, Waiting};
        for (cases, expected) in [
            // A viewer comes to a sender who waits.
            (
                &[(0, Connecting), (20, Waiting), (60, Connecting), (200, Waiting)][..],
                &[(500, Waiting)][..],
            ),
            // And to one who is on air.
            (&[(0, Connecting), (250, Live)], &[(250, Live)]),
            (&[(0, Connecting), (350, Live)], &[(300, Connecting), (700, Live)]),
            (&[(0, Connecting), (900, Live)], &[(300, Connecting), (900, Live)]),
            // A path that mends in a moment.
            (&[(0, Live), (1_000, Reconnecting), (1_200, Live)], &[(0, Live)]),
            (
                &[(0, Live), (1_000, Reconnecting), (1_400, Live)],
                &[(0, Live), (1_300, Reconnecting), (1_700, Live)],
            ),
            (
                &[(0, Live), (1_000, Reconnecting), (2_000, Failed)],
                &[(0, Live), (1_300, Reconnecting), (2_000, Failed)],
            ),
            // By a click, and another one.
            (
                &[(0, Idle), (800, Waiting), (850, Ended), (2_000, Idle)],
                &[(300, Idle), (800, Waiting), (850, Ended), (2_000, Idle)],
            ),
        ] {
            assert_eq!(shown(cases), expected, "{cases:?}");
        }
    }

    #[test]
    fn what_changes_all_the_time_is_shown_all_the_same() {
        let mut settling = Settling::default();
        let mut seen = Vec::new();
        for step in 0..20_u64 {
            settling.follow(at(step * 200), step, Urgency::Settled);
            seen.extend(settling.shown().copied());
        }
        seen.dedup();
        assert!(seen.len() >= 3, "{seen:?}");
    }
}
