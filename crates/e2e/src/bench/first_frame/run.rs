//! One run: what a receiver saw in the first ten seconds after the click.

use serde::Deserialize;

/// As wide as the camera's picture.
const SHARP: u32 = 1280;

/// For so long a run is looked at, in milliseconds from the click.
pub(crate) const WINDOW: f64 = 10_000.0;

/// A frame as the receiver's page noted it.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Frame {
    /// When the page could know it, in milliseconds by the clock of all pages.
    pub(crate) at: f64,
    pub(crate) width: u32,
    /// How many frames the element has shown with this one.
    pub(crate) presented: u32,
}

/// What was measured in a run. Times are in milliseconds from the click.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Run {
    pub(crate) first: f64,
    /// The first frame's and that of the last one in ten seconds, in pixels.
    pub(crate) widths: [u32; 2],
    /// The first frame that was 1,280 wide, if there was one in the ten seconds.
    pub(crate) sharp: Option<f64>,
    /// Frames in the first five and ten seconds.
    pub(crate) frames: [u32; 2],
    /// The longest time without a new frame, from the first one to the end of ten seconds.
    pub(crate) freeze: f64,
}

impl Run {
    /// None where no frame came in ten seconds.
    pub(crate) fn new(clicked: f64, frames: &[Frame]) -> Option<Self> {
        let frames: Vec<Frame> = frames
            .iter()
            .map(|frame| Frame { at: frame.at - clicked, ..*frame })
            .take_while(|frame| frame.at <= WINDOW)
            .collect();
        let (first, last) = (frames.first()?, frames.last()?);
        let until = |end: f64| {
            let shown = frames.iter().take_while(|frame| frame.at <= end).collect::<Vec<_>>();
            let more = shown.iter().zip(shown.iter().skip(1));
            // An element that was given another stream may count anew.
            let more = more.map(|(one, next)| next.presented.saturating_sub(one.presented).max(1));
            u32::from(!shown.is_empty()) + more.sum::<u32>()
        };
        let times = frames.iter().map(|frame| frame.at);
        let nexts = frames.iter().skip(1).map(|frame| frame.at).chain([WINDOW]);
        Some(Self {
            first: first.at,
            widths: [first.width, last.width],
            sharp: frames.iter().find(|frame| frame.width >= SHARP).map(|frame| frame.at),
            frames: [until(WINDOW / 2.0), until(WINDOW)],
            freeze: times.zip(nexts).map(|(one, next)| next - one).fold(0.0, f64::max),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(at: f64, width: u32, presented: u32) -> Frame {
        Frame { at: 1_000.0 + at, width, presented }
    }

    #[test]
    fn a_run_is_what_was_seen_in_ten_seconds() {
        let frames = [
            frame(200.0, 320, 1),
            frame(250.0, 320, 2),
            // A page that was busy heard of two at once.
            frame(4_900.0, 640, 4),
            frame(5_100.0, 1280, 5),
            frame(9_900.0, 1280, 6),
            frame(10_001.0, 320, 7),
        ];
        let run = Run::new(1_000.0, &frames).unwrap();
        assert_eq!((run.first, run.widths, run.sharp), (200.0, [320, 1280], Some(5_100.0)));
        assert_eq!(run.frames, [4, 6]);
        assert_eq!(run.freeze, 4_800.0);
    }

    #[test]
    fn a_picture_that_stays_still_is_frozen_to_the_end() {
        let run = Run::new(1_000.0, &[frame(100.0, 960, 1), frame(150.0, 960, 2)]).unwrap();
        assert_eq!((run.sharp, run.freeze), (None, WINDOW - 150.0));
        assert_eq!(Run::new(1_000.0, &[]), None);
        assert_eq!(Run::new(1_000.0, &[frame(WINDOW + 1.0, 1280, 1)]), None);
    }
}
