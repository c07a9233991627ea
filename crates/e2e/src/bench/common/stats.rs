//! Medians and percentiles of what was measured.

use std::fmt;

/// Values of one kind, in ascending order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Series(Vec<f64>);

impl Series {
    /// Takes the values in any order. What is not a number is left out.
    pub(crate) fn new(values: impl IntoIterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.into_iter().filter(|value| !value.is_nan()).collect();
        values.sort_by(f64::total_cmp);
        Self(values)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The value that this share (0 to 1) of the values is at or below, interpolated
    /// between its neighbours. Not a number for an empty series.
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a series is far from 2^52 values, and the position is not negative"
    )]
    pub(crate) fn percentile(&self, share: f64) -> f64 {
        let position = share.clamp(0.0, 1.0) * self.0.len().saturating_sub(1) as f64;
        let at = |index: f64| self.0.get(index as usize).copied().unwrap_or(f64::NAN);
        let (low, high) = (at(position.floor()), at(position.ceil()));
        low + (high - low) * position.fract()
    }

    pub(crate) fn median(&self) -> f64 {
        self.percentile(0.5)
    }
}

/// The median, with the smallest and the largest value where there are several.
impl fmt::Display for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = |value: f64| figure(value);
        f.write_str(&number(self.median()))?;
        if self.len() > 1 {
            let (least, most) = (self.percentile(0.0), self.percentile(1.0));
            write!(f, " ({} to {})", number(least), number(most))?;
        }
        Ok(())
    }
}

/// Three significant digits, thousands separated: `1.23`, `12.3`, `12,345`.
pub(crate) fn figure(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let decimals = match value.abs() {
        size if size >= 99.95 => 0,
        size if size >= 9.995 => 1,
        _ => 2,
    };
    let text = format!("{value:.decimals$}");
    let (whole, fraction) =
        text.split_once('.').map_or((text.as_str(), None), |(w, f)| (w, Some(f)));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut grouped = String::from(sign);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    fraction.map_or(grouped.clone(), |fraction| format!("{grouped}.{fraction}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_lie_between_their_neighbours() {
        for (values, share, expected) in [
            (vec![5.0], 0.5, 5.0),
            (vec![5.0], 0.95, 5.0),
            (vec![3.0, 1.0, 2.0], 0.5, 2.0),
            (vec![4.0, 1.0, 3.0, 2.0], 0.5, 2.5),
            (vec![0.0, 10.0], 0.95, 9.5),
            (vec![0.0, 10.0], 0.0, 0.0),
            (vec![0.0, 10.0], 1.0, 10.0),
            (vec![0.0, 10.0], 7.0, 10.0),
            (vec![f64::NAN, 1.0], 0.5, 1.0),
        ] {
            let got = Series::new(values.clone()).percentile(share);
            assert!((got - expected).abs() < 1e-9, "{values:?} at {share}: {got}");
        }
        assert!(Series::default().median().is_nan());
    }

    #[test]
    fn figures_have_three_digits() {
        for (value, expected) in [
            (0.0, "0.00"),
            (1.234, "1.23"),
            (9.996, "10.0"),
            (12.34, "12.3"),
            (99.96, "100"),
            (123.4, "123"),
            (1234.5, "1,234"),
            (-1_234_567.0, "-1,234,567"),
            (f64::NAN, "–"),
        ] {
            assert_eq!(figure(value), expected, "{value}");
        }
        assert_eq!(Series::new([1.0, 2.0, 3.0]).to_string(), "2.00 (1.00 to 3.00)");
        assert_eq!(Series::new([1.0]).to_string(), "1.00");
    }
}
