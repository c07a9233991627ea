//! Steps: named as they run, timed, and gathered for the table at the end.

use std::fmt;
use std::time::{Duration, Instant};

use anyhow::Result;

/// Runs one step of a command that ends where a step fails.
pub(crate) fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("==> {name}");
    let start = Instant::now();
    let result = work();
    let word = if result.is_ok() { "done" } else { "failed" };
    println!("  {name}: {word} in {}", Seconds(start.elapsed()));
    result
}

/// How a step of the tests ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Passed,
    Failed,
    /// Something that it needs is missing. Counts as failed.
    NotRun,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::NotRun => "could not run",
        })
    }
}

/// What ran, for the table at the end. Goes on after a failure.
#[derive(Default)]
pub(crate) struct Report {
    rows: Vec<Row>,
}

struct Row {
    name: String,
    outcome: Outcome,
    time: Duration,
    why: Option<String>,
}

impl Report {
    /// Runs a step and notes how it ended.
    pub(crate) fn step(&mut self, name: &str, work: impl FnOnce() -> Result<()>) {
        let start = Instant::now();
        let result = step(name, work);
        let outcome = if result.is_ok() { Outcome::Passed } else { Outcome::Failed };
        let why = result.err().map(|error| format!("{error:#}"));
        if let Some(why) = &why {
            println!("  {why}");
        }
        self.rows.push(Row { name: name.to_owned(), outcome, time: start.elapsed(), why });
    }

    /// Notes a step that can't run, and why.
    pub(crate) fn could_not_run(&mut self, name: &str, why: &str) {
        println!("==> {name}\n  {name}: could not run: {why}");
        self.rows.push(Row {
            name: name.to_owned(),
            outcome: Outcome::NotRun,
            time: Duration::ZERO,
            why: Some(why.to_owned()),
        });
    }

    /// Whether every step passed.
    pub(crate) fn all_passed(&self) -> bool {
        self.rows.iter().all(|row| row.outcome == Outcome::Passed)
    }
}

impl fmt::Display for Report {
    /// The table; its last line is `N passed, N failed`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(4).max(4);
        writeln!(f, "{:width$}  {:13}  {:>9}", "step", "result", "time")?;
        for row in &self.rows {
            let time = Seconds(row.time).to_string();
            writeln!(f, "{:width$}  {:13}  {time:>9}", row.name, row.outcome)?;
        }
        for row in &self.rows {
            if let Some(why) = &row.why {
                writeln!(f, "\n{}: {why}", row.name)?;
            }
        }
        let passed = self.rows.iter().filter(|row| row.outcome == Outcome::Passed).count();
        write!(f, "\n{passed} passed, {} failed", self.rows.len().saturating_sub(passed))
    }
}

/// A time as people read it.
pub(crate) struct Seconds(pub(crate) Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        if seconds < 60 {
            write!(f, "{:.1} s", self.0.as_secs_f64())
        } else {
            write!(f, "{} min {:02} s", seconds / 60, seconds % 60)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_well() {
        for (millis, text) in
            [(0, "0.0 s"), (1_250, "1.2 s"), (59_900, "59.9 s"), (61_000, "1 min 01 s")]
        {
            assert_eq!(Seconds(Duration::from_millis(millis)).to_string(), text);
        }
    }

    #[test]
    fn a_report_goes_on_after_a_failure_and_counts() {
        let mut report = Report::default();
        report.step("one", || Ok(()));
        report.step("two", || anyhow::bail!("it broke"));
        report.could_not_run("three", "no browser");
        report.step("four", || Ok(()));
        assert!(!report.all_passed());
        let text = report.to_string();
        assert!(text.ends_with("\n\n2 passed, 2 failed"), "{text}");
        assert!(text.contains("two: it broke"), "{text}");
        assert!(text.contains("three  could not run"), "{text}");
    }

    #[test]
    fn a_report_without_failures_says_none() {
        let mut report = Report::default();
        report.step("one", || Ok(()));
        assert!(report.all_passed());
        assert!(report.to_string().ends_with("\n1 passed, 0 failed"));
    }
}
