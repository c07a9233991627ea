//! Whether a picture keeps coming, and whether somebody is heard.
//!
//! Told from samples and not from the time between them: a hidden page is seldom let run,
//! which says nothing about the connection.

use std::time::Duration;

use crate::Time;
use crate::event::Sample;

/// Frames that have come within this time are flowing. A camera in the dark may give
/// five a second; samples come twice a second.
const FLOWING: Duration = Duration::from_secs(3);

/// So long without a frame, and without a packet, is a fault.
const STALLED: Duration = Duration::from_millis(2_000);

/// The first frame may take longer: a camera starts, a bandwidth is looked for.
const BLANK: Duration = Duration::from_secs(4);

/// So long without a frame is a fault even where packets come: a decoder that has lost
/// its place gets a key frame within a second or two, also over a bad path.
const STUCK: Duration = Duration::from_secs(8);

/// At least so many samples in a row have to say so.
const SAMPLES: u32 = 2;

/// Speech has pauses: somebody is speaking until so long after the last sound.
const SPEAKING: Duration = Duration::from_millis(1_200);

/// What counts as a sound: about -36 dB, well above a quiet room.
const LOUD: u8 = 4;

/// What the samples of one peer connection say.
#[derive(Debug, Default)]
pub(crate) struct Health {
    last: Sample,
    /// When the count of frames last grew. None before the first frame.
    frames_at: Option<Time>,
    /// Since when the next one is awaited.
    awaited: Time,
    packets_at: Time,
    /// Samples since then.
    silent: u32,
    loud_at: Option<Time>,
}

impl Health {
    pub(crate) fn sample(&mut self, now: Time, sample: Sample) {
        if sample.frames > self.last.frames {
            self.frames_at = Some(now);
            self.awaited = now;
            self.silent = 0;
        } else {
            self.silent = self.silent.saturating_add(1);
        }
        if sample.packets != self.last.packets {
            self.packets_at = now;
        }
        if sample.level >= LOUD {
            self.loud_at = Some(now);
        }
        self.last = sample;
    }

    /// The picture was away and is expected again, or for the first time: no frame is
    /// missing yet.
    pub(crate) fn begin_anew(&mut self, now: Time) {
        self.silent = 0;
        self.awaited = now;
        self.packets_at = now;
        if self.frames_at.is_some() {
            self.frames_at = Some(now);
        }
    }

    /// Whether a frame was ever decoded.
    pub(crate) const fn had_frames(&self) -> bool {
        self.frames_at.is_some()
    }

    /// Whether a frame was decoded since then.
    pub(crate) fn had_frames_since(&self, then: Time) -> bool {
        self.frames_at.is_some_and(|at| at > then)
    }

    /// Whether frames are being decoded.
    pub(crate) fn has_frames(&self, now: Time) -> bool {
        self.frames_at.is_some_and(|at| now.saturating_sub(at) < FLOWING)
    }

    /// Whether the first frame lets itself be waited for.
    pub(crate) fn is_blank(&self, now: Time) -> bool {
        !self.had_frames() && now >= self.awaited + FLOWING
    }

    /// Whether frames stopped, or never came, though they should come.
    pub(crate) fn is_stalled(&self, now: Time) -> bool {
        let limit = if self.had_frames() { STALLED } else { BLANK };
        let since = now.saturating_sub(self.awaited);
        let silent = now.saturating_sub(self.packets_at);
        self.silent >= SAMPLES && ((since >= limit && silent >= limit) || since >= STUCK)
    }

    pub(crate) fn is_speaking(&self, now: Time) -> bool {
        self.loud_at.is_some_and(|at| now.saturating_sub(at) < SPEAKING)
    }

    /// When one of the answers above changes by itself.
    pub(crate) fn next_timeout(&self, now: Time) -> Option<Time> {
        let flow_ends = self.frames_at.map(|at| at + FLOWING);
        let speech_ends = self.loud_at.map(|at| at + SPEAKING);
        let blank = Some(self.awaited + FLOWING).filter(|_| !self.had_frames());
        [flow_ends, speech_ends, blank].into_iter().flatten().filter(|at| *at > now).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Time {
        Duration::from_millis(millis)
    }

    fn flowing() -> Health {
        let mut health = Health::default();
        for half in 0..10 {
            let count = half * 15 + 1;
            health.sample(at(half * 500), Sample { frames: count, packets: count * 4, level: 0 });
        }
        health
    }

    #[test]
    fn frames_that_stop_are_noticed_within_three_seconds() {
        let mut health = flowing();
        let last = health.last;
        for millis in [5_000, 5_500, 6_000] {
            health.sample(at(millis), last);
            assert!(!health.is_stalled(at(millis)), "at {millis}");
        }
        health.sample(at(6_500), last);
        assert!(health.is_stalled(at(6_500)), "the last frame came at 4.5 s");
        health.sample(at(7_000), Sample { frames: last.frames + 1, ..last });
        assert!(!health.is_stalled(at(7_000)));
    }

    #[test]
    fn packets_that_come_give_it_more_time() {
        let mut health = flowing();
        let mut sample = health.last;
        for millis in (5_000..12_500).step_by(500) {
            sample.packets += 1;
            health.sample(at(millis), sample);
            assert!(!health.is_stalled(at(millis)), "at {millis}");
        }
        sample.packets += 1;
        health.sample(at(12_500), sample);
        assert!(health.is_stalled(at(12_500)));
    }

    #[test]
    fn a_page_that_was_not_let_run_finds_no_fault() {
        let mut health = flowing();
        let last = health.last;
        health.sample(at(64_500), Sample { frames: last.frames + 900, ..last });
        assert!(!health.is_stalled(at(64_500)));
        health.sample(at(124_500), Sample { frames: last.frames + 900, ..last });
        assert!(!health.is_stalled(at(124_500)), "one sample is none");
    }

    #[test]
    fn a_picture_that_never_comes_is_a_fault_too() {
        let mut health = Health::default();
        health.begin_anew(at(1_000));
        for half in 2..10 {
            health.sample(at(half * 500), Sample::default());
            assert!(!health.is_stalled(at(half * 500)), "at {half}");
        }
        health.sample(at(5_000), Sample::default());
        assert!(health.is_stalled(at(5_000)) && !health.had_frames());
    }

    #[test]
    fn speech_lasts_over_its_pauses() {
        let mut health = Health::default();
        health.sample(at(0), Sample { level: 40, ..Sample::default() });
        assert!(health.is_speaking(at(1_000)));
        assert_eq!(health.next_timeout(at(0)), Some(at(1_200)));
        assert!(!health.is_speaking(at(1_200)));
        health.sample(at(2_000), Sample { level: 1, ..Sample::default() });
        assert!(!health.is_speaking(at(2_000)));
    }
}
