//! What a figure belongs to: the machine, what ran on it, and the day.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result};

/// The machine in one line: processor, cores, memory, kernel.
pub(crate) fn describe() -> String {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = field(&cpu, "model name").unwrap_or("unknown processor").to_owned();
    // All that there are: a measurement may have pinned itself to one.
    let cores = cpu.lines().filter(|line| line.starts_with("processor")).count();
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kib: u64 = field(&memory, "MemTotal").and_then(first_number).unwrap_or(0);
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let system = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let system = system.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
    let hosted = if cpu.contains(" hypervisor") { ", a virtual machine" } else { "" };
    format!(
        "{model}, {cores} cores, {} GiB{hosted}; Linux {}, {}",
        (kib + 512 * 1024) / (1024 * 1024),
        kernel.trim().split('-').next().unwrap_or_default(),
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

/// The processor time that all programs together have used since the machine started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Busy(Duration);

impl Busy {
    pub(crate) fn now() -> Self {
        let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
        Self(Self::parse(&stat).unwrap_or_default())
    }

    /// The first line of /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal,
    /// in hundredths of a second.
    fn parse(stat: &str) -> Option<Duration> {
        let line = stat.lines().next()?.strip_prefix("cpu ")?;
        let ticks: Vec<u64> =
            line.split_whitespace().filter_map(|tick| tick.parse().ok()).collect();
        let busy: Option<u64> = [0, 1, 2, 5, 6].map(|field| ticks.get(field)).into_iter().sum();
        Some(Duration::from_millis(busy?.saturating_mul(10)))
    }

    /// What was used since an earlier reading.
    pub(crate) const fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
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
    until: Instant,
}

/// How much of one core others may use.
pub(crate) const CALM: f64 = 0.3;

/// How long they have to be calm.
const LOOK: Duration = Duration::from_millis(400);

impl Quiet {
    /// It waits for so long in all, from now on.
    pub(crate) fn new(patience: Duration) -> Self {
        Self { until: Instant::now() + patience }
    }

    /// Waits for such a moment, as long as there is time left; whether it has come.
    /// Nothing of ours may be at work.
    pub(crate) fn wait(&self) -> bool {
        loop {
            if background_load(LOOK) <= CALM {
                return true;
            }
            if self.is_over() {
                return false;
            }
        }
    }

    /// Whether there is no time left.
    pub(crate) fn is_over(&self) -> bool {
        Instant::now() >= self.until
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
        assert_eq!(Busy::parse(stat), Some(Duration::from_millis(1280)));
        assert_eq!(Busy::parse("cpu  1 2 3"), None);
        assert_eq!(Busy::parse(""), None);
        let later = Busy(Duration::from_millis(1300));
        assert_eq!(later.since(Busy(Duration::from_millis(1280))), Duration::from_millis(20));
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
