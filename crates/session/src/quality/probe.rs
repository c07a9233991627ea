//! Measuring a path before anything is sent over it: trains of chunks over a data channel of
//! their own, and reports of what has come.
//!
//! The estimate is what came, divided by the time from the first byte's sending to the last
//! report's coming. A round trip is in it, so that it is never above what the path carries.

use std::time::Duration;

use sightline_protocol::ProbeReport;

use crate::Time;
use crate::event::ProbeMessage;

/// Each train is sent at once, and longer than the one before. A short one says at little cost that
/// a path is slow; only a long one that it is fast, as SCTP itself begins slowly. 208 KiB together.
const TRAINS: [u32; 4] = [16 << 10, 32 << 10, 64 << 10, 96 << 10];

/// The size of a chunk. A page has an event for each.
const CHUNK: u16 = 4 << 10;

/// A train that took longer is the last one: what it fills on the way, other messages wait for.
const SLOW: Duration = Duration::from_millis(300);

/// What has not come by then is lost.
const GIVE_UP: Duration = Duration::from_secs(1);

/// A page reports no more than this of what comes, however much is sent.
const MAX_REPORTED: u32 = 512 << 10;

/// The sending side.
#[derive(Debug, Default)]
pub(crate) struct Probe {
    /// The train under way.
    train: Option<Train>,
    /// Trains that were sent.
    begun: usize,
    /// In kbit/s, by the last train that was reported.
    estimate: Option<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Train {
    size: u32,
    sent_at: Time,
    /// How much of it has come, and when that was reported.
    came: u32,
    came_at: Time,
}

impl Probe {
    pub(crate) const fn has_begun(&self) -> bool {
        self.begun > 0
    }

    /// Whether it has come to its end.
    pub(crate) const fn is_over(&self) -> bool {
        self.begun > 0 && self.train.is_none()
    }

    /// What the path carries, in kbit/s, once it is over.
    pub(crate) fn estimate(&self) -> Option<u32> {
        self.estimate.filter(|_| self.is_over())
    }

    pub(crate) fn next_timeout(&self) -> Option<Time> {
        self.train.map(|train| train.sent_at + GIVE_UP)
    }

    /// Sends the next train; what comes back is to be sent.
    pub(crate) fn begin(&mut self, now: Time) -> Vec<ProbeMessage> {
        let Some(size) = TRAINS.get(self.begun).copied() else { return Vec::new() };
        self.begun += 1;
        self.train = Some(Train { size, sent_at: now, came: 0, came_at: now });
        let chunk = ProbeMessage::Chunk { train: self.number(), bytes: CHUNK };
        vec![chunk; usize::try_from(size / u32::from(CHUNK)).unwrap_or(0)]
    }

    /// The other side has said what came. True where the next train can begin.
    pub(crate) fn report(&mut self, now: Time, report: ProbeReport) -> bool {
        let number = self.number();
        let Some(train) = self.train.as_mut().filter(|_| report.train == number) else {
            return false;
        };
        if report.bytes > train.came {
            train.came = report.bytes.min(train.size);
            train.came_at = now;
        }
        if train.came < train.size {
            return false;
        }
        let took = train.came_at.saturating_sub(train.sent_at);
        self.finish();
        took < SLOW && self.begun < TRAINS.len()
    }

    /// Ends a train that waits in vain.
    pub(crate) fn advance(&mut self, now: Time) {
        if self.next_timeout().is_some_and(|at| now >= at) {
            self.finish();
        }
    }

    /// There is something better to send.
    pub(crate) fn stop(&mut self) {
        self.finish();
        self.begun = self.begun.max(1);
    }

    fn finish(&mut self) {
        let Some(train) = self.train.take().filter(|train| train.came > 0) else { return };
        // The rest was lost: it counts for the time that it was waited for.
        let until = if train.came < train.size { train.sent_at + GIVE_UP } else { train.came_at };
        let took = until.saturating_sub(train.sent_at).max(Duration::from_millis(1));
        let kbps = u128::from(train.came) * 8 * 1_000 / took.as_micros();
        self.estimate = Some(u32::try_from(kbps).unwrap_or(u32::MAX));
    }

    fn number(&self) -> u8 {
        u8::try_from(self.begun).unwrap_or(u8::MAX)
    }
}

/// The receiving side: counts what comes.
#[derive(Debug, Default)]
pub(crate) struct Arrivals {
    train: u8,
    bytes: u32,
    reported: u32,
}

impl Arrivals {
    /// A chunk has come. What comes back is the report.
    pub(crate) fn chunk(&mut self, train: u8, bytes: u16) -> Option<ProbeReport> {
        self.reported = self.reported.saturating_add(u32::from(bytes));
        if self.reported > MAX_REPORTED {
            return None;
        }
        if train != self.train {
            self.train = train;
            self.bytes = 0;
        }
        self.bytes = self.bytes.saturating_add(u32::from(bytes));
        Some(ProbeReport { train, bytes: self.bytes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Time {
        Duration::from_millis(millis)
    }

    /// Runs a probe over a path with this rate and round trip; the bytes sent, the estimate and
    /// how long it took.
    fn over(kbps: u64, round_trip: u64) -> (u32, Option<u32>, Time) {
        let (mut probe, mut arrivals) = (Probe::default(), Arrivals::default());
        let (mut now, mut sent) = (at(1_000), 0);
        let mut chunks = probe.begin(now);
        while !chunks.is_empty() {
            let begun = now;
            let mut came = 0;
            let mut more = false;
            for message in std::mem::take(&mut chunks) {
                let ProbeMessage::Chunk { train, bytes } = message else { panic!("{message:?}") };
                sent += u32::from(bytes);
                came += u64::from(bytes);
                now = begun + at(round_trip) + Duration::from_micros(came * 8_000 / kbps);
                probe.advance(now);
                more = arrivals.chunk(train, bytes).is_some_and(|it| probe.report(now, it));
            }
            if more {
                chunks = probe.begin(now);
            }
        }
        (sent, probe.estimate(), now - at(1_000))
    }

    #[test]
    fn the_estimate_is_never_above_the_path_and_near_it() {
        for kbps in [300, 1_000, 2_000, 5_000, 20_000] {
            for round_trip in [1, 20, 50, 100] {
                let (sent, estimate, _) = over(kbps, round_trip);
                let estimate = u64::from(estimate.unwrap());
                assert!(estimate <= kbps, "{estimate} of {kbps}");
                assert!(sent <= 256 << 10);
                if kbps <= 5_000 && round_trip <= 50 {
                    assert!(estimate * 2 > kbps, "{estimate} of {kbps} at {round_trip} ms");
                }
            }
        }
    }

    #[test]
    fn a_slow_path_is_left_alone_soon() {
        let (sent, _, took) = over(1_000, 50);
        assert!(sent <= 48 << 10 && took < at(600), "{sent} bytes in {took:?}");
        let (sent, estimate, _) = over(5_000, 50);
        assert!(estimate > Some(3_500), "{estimate:?}");
        assert_eq!(sent, TRAINS.iter().sum::<u32>());
    }

    #[test]
    fn who_does_not_answer_gives_no_estimate() {
        let mut probe = Probe::default();
        assert_eq!(probe.begin(at(0)).len(), 4);
        assert_eq!(probe.next_timeout(), Some(at(1_000)));
        probe.advance(at(1_000));
        assert!(probe.is_over());
        assert_eq!(probe.estimate(), None);
    }

    #[test]
    fn who_claims_more_than_was_sent_gains_nothing() {
        let mut probe = Probe::default();
        probe.begin(at(0));
        assert!(!probe.report(at(1), ProbeReport { train: 9, bytes: u32::MAX }));
        assert!(probe.report(at(100), ProbeReport { train: 1, bytes: u32::MAX }));
        assert_eq!(probe.estimate(), Some((16 << 10) * 8 / 100));
    }

    #[test]
    fn what_is_lost_counts_for_its_time() {
        let mut probe = Probe::default();
        probe.begin(at(0));
        assert!(!probe.report(at(10), ProbeReport { train: 1, bytes: 8 << 10 }));
        probe.advance(at(1_000));
        assert_eq!(probe.estimate(), Some(65));
    }

    #[test]
    fn no_more_is_reported_than_a_probe_sends() {
        let mut arrivals = Arrivals::default();
        let reports = (0..10_000).filter(|_| arrivals.chunk(1, u16::MAX).is_some()).count();
        assert!(reports < 10, "{reports}");
    }
}
