//! The runs as a table.

use super::fault::{Fault, Outcome};
use crate::common::document::Table;
use crate::common::stats::{Series, figure};

/// All runs of a fault.
pub(crate) struct Runs {
    pub(crate) fault: Fault,
    pub(crate) outcomes: Vec<Outcome>,
    /// Runs after which it was not back in time.
    pub(crate) failures: usize,
}

/// One row a fault, and another for the picture where it should go on.
pub(crate) fn table(all: &[Runs]) -> String {
    let heads = ["in the middle of a call", "back", "p50, ms", "p95, ms", "most, ms"];
    let mut table = Table::new(&heads);
    for runs in all {
        let count = runs.outcomes.len();
        let back = format!("{count} of {}", count + runs.failures);
        let mut row = |what: &str, values: Vec<f64>| {
            if values.is_empty() && what != runs.fault.awaited() {
                return;
            }
            let series = Series::new(values);
            let values = [0.5, 0.95, 1.0].map(|share| figure(series.percentile(share)));
            let [median, high, most] = values.each_ref().map(String::as_str);
            let name = format!("{}: {what}", runs.fault.title());
            table.row(&[name.as_str(), &back, median, high, most]);
        };
        row(runs.fault.awaited(), runs.outcomes.iter().map(|one| one.back).collect());
        let gaps = runs.outcomes.iter().filter_map(|one| one.gap).collect();
        row("longest time between two frames", gaps);
    }
    table.text().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_all_runs() {
        let outcome = |back, gap| Outcome { back, gap };
        let all = [
            Runs {
                fault: Fault::RelayKilled,
                outcomes: vec![outcome(100.0, Some(50.0)), outcome(300.0, Some(70.0))],
                failures: 1,
            },
            Runs { fault: Fault::PathCut, outcomes: vec![], failures: 2 },
        ];
        let table = table(&all);
        for end in ["joined | 2 of 3 | 200 | 290 | 300 |", "frames | 2 of 3 | 60.0 | 69.0 | 70.0 |"]
        {
            assert!(table.contains(end), "{table}");
        }
        assert!(table.contains("| 0 of 2 | – | – | – |") && table.lines().count() == 5, "{table}");
    }
}
