//! Whether the video keeps its resolution, by what the path really carries.
//!
//! There are two modes. *Sharp* (`maintain-resolution`) gives up frames where there is too little
//! bandwidth. Where it has given up so many that it is no video any more, *smooth*
//! (`maintain-framerate`, what browsers do by themselves) sends a smaller picture. It returns to sharp
//! when there has been room for a while; each time that this was in vain it waits twice as long.
//!
//! `balanced` is neither: Chromium then sends 10 frames a second, 320 pixels wide, where it sends 30 of the
//! same size by itself.

use std::time::Duration;

use crate::Time;
use crate::event::{Degradation, Limitation, Outbound};

/// Fewer frames a second than this are no video.
const FRAME_FLOOR: u16 = 12;

/// With less than this, in kbit/s, 1280 by 720 pixels are a blur however few frames there are.
const TOO_LITTLE: u32 = 400;

/// With so much, in kbit/s, they are sharp. The browser's estimate is up to half above what a path
/// carries while little is sent over it.
const ENOUGH: u32 = 2_000;

/// How long frames are missing before the resolution is given up.
const FALL_AFTER: Duration = Duration::from_secs(3);

/// How long there is room before it is kept again, the first time.
const RISE_AFTER: Duration = Duration::from_secs(2);

/// The same after it was in vain once, and at most.
const RISE_AGAIN: Duration = Duration::from_secs(10);
const MAX_RISE_AGAIN: Duration = Duration::from_secs(160);

/// A return that lasted so long was not in vain.
const LASTED: Duration = Duration::from_secs(60);

/// The state machine of one sender.
#[derive(Debug)]
pub(crate) struct Control {
    mode: Degradation,
    /// When it came about.
    since: Option<Time>,
    /// Since when all samples speak for the other mode.
    against: Option<Time>,
    rise_after: Duration,
}

impl Control {
    pub(crate) const fn new(mode: Degradation) -> Self {
        Self { mode, since: None, against: None, rise_after: RISE_AFTER }
    }

    pub(crate) const fn mode(&self) -> Degradation {
        self.mode
    }

    /// Takes a sample of the last second.
    pub(crate) fn sample(&mut self, now: Time, sample: &Outbound) {
        let since = *self.since.get_or_insert(now);
        let (opposed, patience) = match self.mode {
            Degradation::MaintainResolution => (starves(sample), FALL_AFTER),
            Degradation::MaintainFramerate => (has_room(sample), self.rise_after),
        };
        if !opposed {
            self.against = None;
            return;
        }
        if now.saturating_sub(*self.against.get_or_insert(now)) < patience {
            return;
        }
        self.mode = match self.mode {
            Degradation::MaintainFramerate => Degradation::MaintainResolution,
            Degradation::MaintainResolution => {
                let in_vain = now.saturating_sub(since) < LASTED && self.rise_after > RISE_AFTER;
                let longer = (self.rise_after * 2).min(MAX_RISE_AGAIN);
                self.rise_after = if in_vain { longer } else { RISE_AGAIN };
                Degradation::MaintainFramerate
            }
        };
        self.since = Some(now);
        self.against = None;
    }
}

fn starves(sample: &Outbound) -> bool {
    let few = sample.frames_per_second < FRAME_FLOOR;
    let little = |limit| sample.target_kbps.is_some_and(|kbps| kbps < limit);
    // A camera in the dark gives few frames itself: then nothing limits them.
    let wanted = sample
        .source_frames_per_second
        .is_none_or(|source| source.saturating_mul(2) > sample.frames_per_second.saturating_mul(3));
    (few && wanted && (sample.limitation != Limitation::None || little(2 * TOO_LITTLE)))
        || (sample.target_kbps.is_some() && little(TOO_LITTLE))
}

fn has_room(sample: &Outbound) -> bool {
    let enough = match sample.available_kbps.or(sample.target_kbps) {
        Some(kbps) => kbps >= ENOUGH,
        // Firefox doesn't say: it is tried.
        None => sample.frames_per_second >= FRAME_FLOOR,
    };
    // What would be given up at once is not worth a try.
    enough && sample.limitation != Limitation::Cpu && !starves(sample)
}

#[cfg(test)]
#[path = "control_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "control_traces.rs"]
mod traces;
