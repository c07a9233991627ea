//! The runs and the goals as tables.

use super::goals::Goal;
use super::run::Run;
use super::summary::Summary;
use crate::common::document::Table;
use crate::common::stats::figure;

/// One row for the same pages over the same link.
pub(crate) fn table(all: &[Summary]) -> String {
    let mut table = Table::new(&[
        "sender's uplink",
        "pages",
        "runs",
        "first frame, ms",
        "its width",
        "after 10 s",
        "1,280 wide, ms",
        "frames in 5 s",
        "frames in 10 s",
        "longest freeze, ms",
    ]);
    for one in all {
        let count = one.runs.len();
        let runs = match one.failures {
            0 => count.to_string(),
            failures => format!("{count} of {}", count + failures),
        };
        table.row(&[
            one.link.title(),
            one.pages.title(),
            &runs,
            &one.series(|run| run.first).to_string(),
            &width(one, 0),
            &width(one, 1),
            &sharp(one),
            &one.series(|run| f64::from(run.frames[0])).to_string(),
            &one.series(|run| f64::from(run.frames[1])).to_string(),
            &one.series(|run| run.freeze).to_string(),
        ]);
    }
    table.text().to_owned()
}

/// The picture's width at the beginning (0) or at the end (1), in pixels.
fn width(one: &Summary, when: usize) -> String {
    let of = |run: &Run| run.widths.get(when).copied().map_or(f64::NAN, f64::from);
    let widths = one.series(of);
    if widths.percentile(0.0) < widths.percentile(1.0) {
        widths.to_string()
    } else {
        figure(widths.median())
    }
}

/// When it was sharp, and in how many runs if not in all.
fn sharp(one: &Summary) -> String {
    let (runs, all) = (one.sharp_runs(), one.runs.len());
    let time = one.sharp(|_| 0.0).map_or_else(|| "not in 10 s".to_owned(), figure);
    if runs == 0 || runs == all { time } else { format!("{time} ({runs} of {all} runs)") }
}

/// One row a goal.
pub(crate) fn goals(goals: &[Goal]) -> String {
    let mut table = Table::new(&["sender's uplink", "pages", "goal", "measured", ""]);
    for goal in goals {
        table.row(&[
            goal.link.title(),
            goal.pages.title(),
            &goal.what,
            &goal.figure,
            goal.verdict.text(),
        ]);
    }
    table.text().to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::goals;
    use super::super::link::{Link, Pages};
    use super::super::summary::tests::summary;
    use super::*;

    #[test]
    fn a_row_has_the_figures_and_the_goals_stand_beside() {
        let run =
            Run { first: 100.0, widths: [320, 640], sharp: None, frames: [99, 199], freeze: 60.0 };
        let mut ours = summary(Link::Loopback, Pages::Sightline, run);
        ours.failures = 1;
        let text = table(&[ours.clone()]);
        let row = "| loopback | Sightline | 5 of 6 | 100 (98.0 to 102) | 320 | 640 | not in 10 s | 99.0 (";
        assert!(text.contains(row), "{text}");
        if let Some(run) = ours.runs.first_mut() {
            run.sharp = Some(150.0);
        }
        assert!(table(&[ours.clone()]).contains("not in 10 s (1 of 5 runs)"));
        let text = super::goals(&goals::goals(&[ours]));
        assert!(text.contains("first frame | never | **not met** |"), "{text}");
    }
}
