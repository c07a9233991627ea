//! What a figure belongs to: the machine, what ran on it, and the day.

use std::fs;
use std::process::Command;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};

/// The machine in one line: processor, cores, memory, kernel.
pub(crate) fn describe() -> String {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = field(&cpu, "model name").unwrap_or("unknown processor").to_owned();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kib: u64 = field(&memory, "MemTotal").and_then(first_number).unwrap_or(0);
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let system = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let system = system.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
    let hosted = if cpu.contains(" hypervisor") { ", a virtual machine" } else { "" };
    format!(
        "{model}, {cores} cores, {} GiB{hosted}; Linux {}, {}",
        (kib + 512 * 1024) / (1024 * 1024),
        kernel.trim(),
        system.unwrap_or("unknown system").trim_matches('"'),
    )
}

/// Today, as in 2025-01-31.
pub(crate) fn today() -> String {
    let now = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
    now.split('T').next().unwrap_or_default().to_owned()
}

/// The first line that a program prints when asked for its version.
pub(crate) fn version(program: &std::path::Path) -> Result<String> {
    let output = Command::new(program)
        .arg("--version")
        .output()
        .with_context(|| format!("{} can't be started", program.display()))?;
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.lines().next().unwrap_or_default().trim().to_owned())
}

/// The processor time that all programs together have used, and the system's share that
/// the host gave to others, since the machine started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Busy {
    busy: Duration,
    stolen: Duration,
}

impl Busy {
    pub(crate) fn now() -> Self {
        let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
        Self::parse(&stat).unwrap_or(Self { busy: Duration::ZERO, stolen: Duration::ZERO })
    }

    /// The first line of /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal,
    /// in hundredths of a second.
    fn parse(stat: &str) -> Option<Self> {
        let line = stat.lines().next()?.strip_prefix("cpu ")?;
        let ticks: Vec<u64> =
            line.split_whitespace().filter_map(|tick| tick.parse().ok()).collect();
        let sum = |fields: &[usize]| {
            let ticks: u64 = fields.iter().filter_map(|field| ticks.get(*field)).sum();
            Duration::from_millis(ticks.saturating_mul(10))
        };
        (ticks.len() >= 8).then(|| Self { busy: sum(&[0, 1, 2, 5, 6]), stolen: sum(&[7]) })
    }

    /// What was used since an earlier reading.
    pub(crate) const fn since(self, earlier: Self) -> Duration {
        self.busy.saturating_sub(earlier.busy)
    }

    /// What the host took away since an earlier reading.
    pub(crate) const fn stolen_since(self, earlier: Self) -> Duration {
        self.stolen.saturating_sub(earlier.stolen)
    }
}

/// The share of one core that all programs used in a while in which we did nothing.
pub(crate) fn background_load(time: Duration) -> f64 {
    let before = Busy::now();
    std::thread::sleep(time);
    Busy::now().since(before).as_secs_f64() / time.as_secs_f64()
}

/// Waits for moments in which other programs leave the machine alone.
#[derive(Debug)]
pub(crate) struct Quiet {
    /// How long it may still wait, in all.
    budget: Duration,
}

/// How much of one core others may use.
const CALM: f64 = 0.25;

/// How long they have to be calm.
const LOOK: Duration = Duration::from_millis(400);

impl Quiet {
    pub(crate) const fn new(budget: Duration) -> Self {
        Self { budget }
    }

    /// Waits for such a moment, as long as there is time left; whether it has come.
    /// Nothing of ours may be at work.
    pub(crate) fn wait(&mut self) -> bool {
        loop {
            if background_load(LOOK) <= CALM {
                return true;
            }
            if self.budget.is_zero() {
                return false;
            }
            self.budget = self.budget.saturating_sub(LOOK);
        }
    }
}

fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        (key.trim() == name).then(|| value.trim())
    })
}

fn first_number(text: &str) -> Option<u64> {
    text.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time_is_read() {
        let stat = "cpu  100 1 20 5000 7 3 4 50 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n";
        let busy = Busy::parse(stat).unwrap();
        assert_eq!(busy.busy, Duration::from_millis(1280));
        assert_eq!(busy.stolen, Duration::from_millis(500));
        let later = Busy { busy: Duration::from_millis(1300), ..busy };
        assert_eq!(later.since(busy), Duration::from_millis(20));
        assert_eq!(Busy::parse("cpu  1 2 3"), None);
        assert_eq!(Busy::parse(""), None);
    }

    #[test]
    fn fields_are_found() {
        let text = "processor\t: 0\nmodel name\t: A: B\nMemTotal:       16384 kB\n";
        assert_eq!(field(text, "model name"), Some("A: B"));
        assert_eq!(field(text, "MemTotal").and_then(first_number), Some(16384));
        assert_eq!(field(text, "flags"), None);
    }

    #[test]
    fn a_day_has_its_form() {
        let day = today();
        assert!(day.len() == 10 && day.starts_with("20"), "{day}");
    }
}
