//! The rounds as a table.

use super::measure::{Amount, Figures, Metric, UNDER_WAY};
use super::pair::Payload;
use crate::common::document::Table;
use crate::common::machine::CALM;
use crate::common::stats::{Series, figure};

const ROWS: [Metric; 12] = [
    Metric::IdleMemory,
    Metric::TalkedMemory,
    Metric::MemoryAfter,
    Metric::CpuAlone(Payload::Description),
    Metric::CpuAlone(Payload::Candidate),
    Metric::CpuTogether(Payload::Description),
    Metric::CpuTogether(Payload::Candidate),
    Metric::Latency(Payload::Description),
    Metric::Latency(Payload::Candidate),
    Metric::ConnectRate,
    Metric::ConnectCpu,
    Metric::JoinCpu,
];

/// What was measured of one server.
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) rounds: Vec<Taken>,
}

/// A round, and the share of one core that other programs used in it.
pub(crate) struct Taken {
    pub(crate) others: f64,
    pub(crate) figures: Figures,
}

impl Taken {
    fn is_calm(&self) -> bool {
        self.others <= CALM
    }
}

impl Column {
    /// How many rounds are not worth repeating.
    pub(crate) fn calm(&self) -> usize {
        self.rounds.iter().filter(|round| round.is_calm()).count()
    }

    /// Keeps this many: those in which other programs did least.
    pub(crate) fn keep_calmest(&mut self, rounds: usize) {
        self.rounds.sort_by(|one, two| one.others.total_cmp(&two.others));
        self.rounds.truncate(rounds);
    }

    fn series(&self, metric: Metric) -> Series {
        let of_metric = |round: &Taken| {
            round.figures.iter().find(|(one, _)| *one == metric).map(|(_, value)| *value)
        };
        Series::new(self.rounds.iter().filter_map(of_metric))
    }
}

/// The table: one row a metric, one column a server, and the first server's ratio to
/// each of the others.
pub(crate) fn table(columns: &[Column], amount: Amount) -> String {
    let Some((ours, others)) = columns.split_first() else { return String::new() };
    let mut heads = vec![String::new()];
    heads.extend(columns.iter().map(|column| column.name.to_owned()));
    heads.extend(others.iter().map(|column| format!("{} / {}", ours.name, column.name)));
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let mut table = Table::new(&heads);
    for metric in ROWS {
        let mut cells = vec![label(metric, amount)];
        cells.extend(columns.iter().map(|column| column.series(metric).to_string()));
        let median = ours.series(metric).median();
        cells.extend(others.iter().map(|column| {
            // Where both are next to nothing a ratio says nothing.
            let theirs = column.series(metric).median();
            if metric == Metric::MemoryAfter { "–".into() } else { figure(median / theirs) }
        }));
        table.row(&cells);
    }
    table.text().to_owned()
}

fn label(metric: Metric, amount: Amount) -> String {
    let bytes = |payload: Payload| payload.message_bytes();
    match metric {
        Metric::IdleMemory => format!(
            "memory a connection, {} idle, joined two a room, bytes",
            count(amount.connections)
        ),
        Metric::TalkedMemory => format!(
            "the same after an offer and an answer of {} bytes and two candidates, bytes",
            count(bytes(Payload::WholeDescription))
        ),
        Metric::MemoryAfter => "still held when all have gone, a connection, bytes".into(),
        Metric::Latency(payload) => {
            format!("latency p50, message of {} bytes, one at a time, µs", bytes(payload))
        }
        Metric::CpuAlone(payload) => {
            format!("CPU a message of {} bytes, one at a time, µs", bytes(payload))
        }
        Metric::CpuTogether(payload) => {
            format!("CPU a message of {} bytes, {UNDER_WAY} under way, µs", bytes(payload))
        }
        Metric::ConnectRate => "connects a second (TCP and upgrade)".into(),
        Metric::ConnectCpu => "CPU a connect, µs".into(),
        Metric::JoinCpu => "CPU a join, µs".into(),
    }
}

#[allow(clippy::cast_precision_loss, reason = "counts are far from 2^52")]
fn count(number: usize) -> String {
    if number < 100 { number.to_string() } else { figure(number as f64) }
}

/// What other programs did in the rounds that count.
pub(crate) fn noise(columns: &[Column]) -> String {
    let rounds = || columns.iter().flat_map(|column| &column.rounds);
    let (all, calm) = (rounds().count(), rounds().filter(|round| round.is_calm()).count());
    let others = Series::new(rounds().map(|round| round.others * 100.0));
    format!(
        "While it was measured, other programs (and the kernel by itself) used {:.0} % of one core \
         in the median and {:.0} % at most; in {calm} of {all} rounds no more than {:.0} %.",
        others.median(),
        others.percentile(1.0),
        CALM * 100.0,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_compares_with_each() {
        let column = |name, value| Column {
            name,
            rounds: [value, value * 3.0, value * 2.0]
                .map(|value| vec![(Metric::ConnectCpu, value), (Metric::MemoryAfter, value)])
                .map(|figures| Taken { others: 0.1, figures })
                .into(),
        };
        let amount = Amount { alone: 1, together: 1, connections: 10 };
        let table = table(&[column("A", 1.0), column("B", 2.0), column("C", 4.0)], amount);
        let line = |start: &str| table.lines().find(|line| line.contains(start)).unwrap();
        assert_eq!(line("A / B"), "|  | A | B | C | A / B | A / C |");
        assert_eq!(
            line("CPU a connect"),
            "| CPU a connect, µs | 2.00 (1.00 to 3.00) | 4.00 (2.00 to 6.00) | 8.00 (4.00 to 12.0) \
             | 0.50 | 0.25 |"
        );
        assert!(line("still held").ends_with("| – | – |"));
        assert!(line("CPU a join").contains("| – | – | – | – | – |"));
    }
    #[test]
    fn the_calmest_rounds_count() {
        let rounds = [0.9, 0.2, 0.5, 0.1].map(|others| Taken { others, figures: Vec::new() });
        let mut column = Column { name: "A", rounds: rounds.into() };
        assert_eq!(column.calm(), 2);
        column.keep_calmest(3);
        let kept: Vec<f64> = column.rounds.iter().map(|round| round.others).collect();
        assert_eq!(kept, [0.1, 0.2, 0.5]);
        let noise = noise(&[column]);
        assert!(noise.contains("20 % of one core in the median and 50 % at most"), "{noise}");
        assert!(noise.contains("in 2 of 3 rounds no more than 30 %"), "{noise}");
    }
}
