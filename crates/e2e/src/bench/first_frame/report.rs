//! The runs as a table.

use super::compare::ratio;
use crate::common::document::Table;
use crate::common::stats::{Series, figure};

/// What was measured with the relay at one distance, in milliseconds.
#[derive(Debug, Default)]
pub(crate) struct Distance {
    pub(crate) name: String,
    pub(crate) limit: Vec<f64>,
    pub(crate) ours: Vec<f64>,
}

/// How much slower than the limit ours may be.
pub(crate) const GOAL: f64 = 1.05;

/// One row a series.
pub(crate) fn table(distances: &[Distance]) -> String {
    let mut table = Table::new(&[
        "the relay is",
        "",
        "runs",
        "median, ms",
        "p95, ms",
        "to the limit (95 % interval)",
    ]);
    for distance in distances {
        let ratio = ratio(&distance.ours, &distance.limit);
        let compared = format!("{:.3} ({:.3} to {:.3})", ratio.value, ratio.low, ratio.high);
        for (name, values, compared) in
            [("the limit", &distance.limit, "–"), ("Sightline", &distance.ours, &compared)]
        {
            let series = Series::new(values.iter().copied());
            table.row(&[
                distance.name.as_str(),
                name,
                &series.len().to_string(),
                &figure(series.median()),
                &figure(series.percentile(0.95)),
                compared,
            ]);
        }
    }
    table.text().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_both_series() {
        let distance = Distance {
            name: "near".into(),
            limit: vec![90.0, 100.0, 110.0],
            ours: vec![99.0, 110.0, 121.0],
        };
        let table = table(&[distance]);
        assert!(table.contains("| near | the limit | 3 | 100 | 109 | – |"), "{table}");
        assert!(table.contains("| near | Sightline | 3 | 110 | 120 | 1.100 ("), "{table}");
    }
}
