//! Where one connection stands, as one value: what a browser reports, joined with whether frames
//! come, and since when.

use std::time::Duration;

use crate::Time;
use crate::event::ConnectionState;

/// A path that breaks often recovers by itself within a second or two. After this it gets an ICE
/// restart.
pub(super) const RESTART_AFTER: Duration = Duration::from_millis(2_500);

/// The phase of a connection.
///
/// ```text
///   Connecting ──> Healthy <──> Disconnected      the path broke
///                    ^  <──> Checking ──┘         Firefox: an ICE restart, the old path still works
///                    └─────> Stalled              connected, but no frames come
///   all of them ──> Failed                        the browser gave up: a new attempt follows
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// It has not been connected yet.
    Connecting { since: Time },
    /// It is connected, and the frames come that should.
    Healthy { since: Time },
    /// The browser looks for a path while it uses the one that it has. From `shown_at` on that is
    /// worth a word to the person.
    Checking { outage: Outage, shown_at: Time },
    /// The path broke.
    Disconnected { outage: Outage },
    /// Frames that should come don't. `connected_since` is None where the path broke as well.
    Stalled { outage: Outage, connected_since: Option<Time> },
    /// The browser has given up. Nothing leads out of this: a new attempt is made.
    Failed { since: Time, was_connected: bool },
}

/// A connection that was healthy and is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Outage {
    pub(super) since: Time,
    /// When ICE is restarted next.
    pub(super) restart_at: Time,
}

impl Phase {
    /// The phase after the browser reports this state. `delay` is added to the time before the
    /// first restart.
    pub(super) fn after_state(self, now: Time, state: ConnectionState, delay: Duration) -> Self {
        use ConnectionState::{Closed, Connected, Connecting, Disconnected, Failed, New};
        let begins = Outage { since: now, restart_at: now + RESTART_AFTER + delay };
        match (self, state) {
            (Self::Failed { .. }, _) => self,
            (_, Failed | Closed) => {
                Self::Failed { since: now, was_connected: self.was_connected() }
            }

            (Self::Connecting { .. }, Connected) => Self::Healthy { since: now },
            // The clock goes on: browsers go from checking back to new.
            (Self::Connecting { .. }, _) => self,

            (Self::Healthy { .. }, Connected) => self,
            (Self::Healthy { .. }, Connecting) => {
                Self::Checking { outage: begins, shown_at: now + RESTART_AFTER }
            }
            (Self::Healthy { .. }, New | Disconnected) => Self::Disconnected { outage: begins },

            (Self::Checking { .. } | Self::Disconnected { .. }, Connected) => {
                Self::Healthy { since: now }
            }
            (Self::Checking { outage, .. }, New | Disconnected) => Self::Disconnected { outage },
            (Self::Checking { .. } | Self::Disconnected { .. }, _) => self,

            (Self::Stalled { connected_since: Some(_), .. }, Connected) => self,
            (Self::Stalled { outage, .. }, state) => {
                let connected_since = (state == Connected).then_some(now);
                Self::Stalled { outage, connected_since }
            }
        }
    }

    /// The phase after a look at the frames. `missing`: some that should come don't. `delay` is the
    /// time before the first restart.
    pub(super) fn after_frames(self, now: Time, missing: bool, delay: Duration) -> Self {
        match self {
            Self::Healthy { since } if missing => {
                let outage = Outage { since: now, restart_at: now + delay };
                Self::Stalled { outage, connected_since: Some(since) }
            }
            Self::Stalled { outage, connected_since } if !missing => match connected_since {
                Some(since) => Self::Healthy { since },
                None => Self::Disconnected { outage },
            },
            _ => self,
        }
    }

    /// The phase after an ICE restart, which is repeated at `again`.
    pub(super) const fn after_restart(mut self, again: Time) -> Self {
        if let Self::Checking { outage, .. }
        | Self::Disconnected { outage }
        | Self::Stalled { outage, .. } = &mut self
        {
            outage.restart_at = again;
        }
        self
    }

    /// What is wrong with it since it was connected.
    pub(super) const fn outage(self) -> Option<Outage> {
        match self {
            Self::Checking { outage, .. }
            | Self::Disconnected { outage }
            | Self::Stalled { outage, .. } => Some(outage),
            Self::Connecting { .. } | Self::Healthy { .. } | Self::Failed { .. } => None,
        }
    }

    /// Since when the browser calls it connected, if it does.
    pub(super) const fn connected_since(self) -> Option<Time> {
        match self {
            Self::Healthy { since } => Some(since),
            Self::Stalled { connected_since, .. } => connected_since,
            _ => None,
        }
    }

    /// Whether it was connected at any time.
    pub(super) const fn was_connected(self) -> bool {
        match self {
            Self::Connecting { .. } => false,
            Self::Failed { was_connected, .. } => was_connected,
            _ => true,
        }
    }

    /// Since when it is in this phase.
    pub(super) const fn since(self) -> Time {
        match self {
            Self::Connecting { since } | Self::Healthy { since } | Self::Failed { since, .. } => {
                since
            }
            Self::Checking { outage, .. }
            | Self::Disconnected { outage }
            | Self::Stalled { outage, .. } => outage.since,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::event::ConnectionState::{Closed, Connected, Connecting, Disconnected, Failed, New};

    const fn at(seconds: u64) -> Time {
        Duration::from_secs(seconds)
    }

    const HEALTHY: Phase = Phase::Healthy { since: at(1) };
    const CONNECTING: Phase = Phase::Connecting { since: at(0) };

    fn outage(since: u64) -> Outage {
        Outage { since: at(since), restart_at: at(since) + RESTART_AFTER }
    }

    #[test]
    fn what_the_browser_reports() {
        let checking = Phase::Checking { outage: outage(9), shown_at: at(9) + RESTART_AFTER };
        let disconnected = Phase::Disconnected { outage: outage(9) };
        let stalled = |connected_since| Phase::Stalled { outage: outage(5), connected_since };
        let failed = |was_connected| Phase::Failed { since: at(9), was_connected };
        for (before, state, after) in [
            (CONNECTING, Connecting, CONNECTING),
            (CONNECTING, Disconnected, CONNECTING),
            (CONNECTING, Connected, Phase::Healthy { since: at(9) }),
            (CONNECTING, Failed, failed(false)),
            (HEALTHY, Connected, HEALTHY),
            (HEALTHY, Connecting, checking),
            (HEALTHY, Disconnected, disconnected),
            (HEALTHY, Closed, failed(true)),
            (checking, Disconnected, disconnected),
            (checking, Connected, Phase::Healthy { since: at(9) }),
            (disconnected, Connecting, disconnected),
            (disconnected, Connected, Phase::Healthy { since: at(9) }),
            (stalled(Some(at(1))), Connected, stalled(Some(at(1)))),
            (stalled(Some(at(1))), Connecting, stalled(None)),
            (stalled(None), Connected, stalled(Some(at(9)))),
            (stalled(None), Failed, failed(true)),
            (failed(false), Connected, failed(false)),
        ] {
            assert_eq!(
                before.after_state(at(9), state, Duration::ZERO),
                after,
                "{before:?} {state:?}"
            );
        }
    }

    #[test]
    fn frames_that_stop_and_come_again() {
        let stalled = HEALTHY.after_frames(at(9), true, Duration::ZERO);
        assert_eq!(stalled.outage(), Some(Outage { since: at(9), restart_at: at(9) }));
        assert_eq!(stalled.connected_since(), Some(at(1)));
        assert_eq!(stalled.after_frames(at(12), true, Duration::ZERO), stalled);
        assert_eq!(stalled.after_frames(at(12), false, Duration::ZERO), HEALTHY);
        // What is left, when the frames are no matter any more, is a path that broke meanwhile.
        let broken = stalled.after_state(at(10), Disconnected, Duration::ZERO);
        let outage = Outage { since: at(9), restart_at: at(9) };
        let after = broken.after_frames(at(12), false, Duration::ZERO);
        assert_eq!(after, Phase::Disconnected { outage });
        assert_eq!(CONNECTING.after_frames(at(9), true, Duration::ZERO), CONNECTING);
    }

    proptest! {
        /// Whatever happens in whatever order.
        #[test]
        fn what_holds_of_every_phase(events in proptest::collection::vec((0_u8..9, 0_u64..5), 1..60)) {
            let (mut phase, mut now) = (CONNECTING, at(0));
            let mut was_connected = false;
            for (event, wait) in events {
                now += at(wait);
                let before = phase;
                let state = match event {
                    0 => Some(New),
                    1 => Some(Connecting),
                    2 | 3 => Some(Connected),
                    4 => Some(Disconnected),
                    5 if wait == 4 => Some(Failed),
                    _ => None,
                };
                phase = match (state, event) {
                    (Some(state), _) => phase.after_state(now, state, Duration::ZERO),
                    (None, 6) => phase.after_restart(now + at(4)),
                    (None, _) => phase.after_frames(now, event == 7, Duration::ZERO),
                };
                let failed = matches!(before, Phase::Failed { .. });
                was_connected |= state == Some(Connected) && !failed;
                prop_assert_eq!(phase.was_connected(), was_connected);
                prop_assert!(phase.since() <= now);
                prop_assert!(phase.connected_since().is_none_or(|since| since <= now));
                if failed {
                    prop_assert_eq!(phase, before);
                }
                if let (Some(one), Some(next)) = (before.outage(), phase.outage()) {
                    // An outage ends, or goes on; none begins anew in the midst of one.
                    prop_assert_eq!(one.since, next.since);
                }
            }
        }
    }
}
