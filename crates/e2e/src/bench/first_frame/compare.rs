//! Whether one series is slower than another, and how sure that is.

use crate::common::stats::Series;

/// How often samples are drawn anew.
const DRAWS: u32 = 4_000;

/// A ratio of two medians.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ratio {
    pub(crate) value: f64,
    /// The 95 % interval, by bootstrap.
    pub(crate) low: f64,
    pub(crate) high: f64,
}

/// The median of `ours` by that of `theirs`.
pub(crate) fn ratio(ours: &[f64], theirs: &[f64]) -> Ratio {
    let median = |values: &[f64]| Series::new(values.iter().copied()).median();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let draws = (0..DRAWS).map(|_| random.draw(ours).median() / random.draw(theirs).median());
    let draws = Series::new(draws);
    Ratio {
        value: median(ours) / median(theirs),
        low: draws.percentile(0.025),
        high: draws.percentile(0.975),
    }
}

/// Marsaglia's xorshift: enough to draw samples, and the same each time.
struct Random(u64);

impl Random {
    /// As many of the values as there are, each drawn from all.
    fn draw(&mut self, values: &[f64]) -> Series {
        Series::new((0..values.len()).filter_map(|_| values.get(self.below(values.len())).copied()))
    }

    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let end = u64::try_from(end).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.0 % end).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scattered(middle: f64, by: f64) -> Vec<f64> {
        (0..21).map(|i| middle + by * f64::from(i % 7 - 3)).collect()
    }

    #[test]
    fn the_interval_holds_the_ratio_and_grows_with_the_scatter() {
        let wide = ratio(&scattered(110.0, 8.0), &scattered(100.0, 8.0));
        let narrow = ratio(&scattered(110.0, 1.0), &scattered(100.0, 1.0));
        for ratio in [wide, narrow] {
            assert!((ratio.value - 1.1).abs() < 1e-9, "{ratio:?}");
            assert!(ratio.low <= ratio.value && ratio.value <= ratio.high, "{ratio:?}");
        }
        assert!(narrow.high - narrow.low < wide.high - wide.low, "{narrow:?} {wide:?}");
    }

    #[test]
    fn nothing_has_no_ratio() {
        assert!(ratio(&[], &[1.0]).value.is_nan());
        assert!((ratio(&[2.0], &[4.0]).value - 0.5).abs() < 1e-9);
    }
}
