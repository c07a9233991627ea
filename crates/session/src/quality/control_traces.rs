//! What Chromium said of the video that it sent over real paths, recorded with
//! `cargo xtask bench first-frame -- --camera busy --trace crates/session/src/quality/traces`:
//! what is concluded from it now, beside what was concluded then.

use super::*;

/// One second of a trace.
struct Second {
    sample: Outbound,
    /// What the browser had been told by then.
    mode: Degradation,
}

impl Second {
    fn parse(line: &str) -> Self {
        let value =
            |key: &str| line.split(' ').find_map(|it| it.strip_prefix(key)?.strip_prefix('='));
        let number = |key| value(key).map(|it| it.parse::<u32>().unwrap());
        let frames = |key| number(key).map(|it| u16::try_from(it).unwrap());
        let limitation = match value("limited").unwrap() {
            "none" => Limitation::None,
            "cpu" => Limitation::Cpu,
            "bandwidth" => Limitation::Bandwidth,
            _ => Limitation::Other,
        };
        let sample = Outbound {
            frames_per_second: frames("frames").unwrap(),
            source_frames_per_second: frames("source"),
            target_kbps: number("target"),
            available_kbps: number("available"),
            limitation,
        };
        let mode = match value("mode").unwrap() {
            "maintain-resolution" => Degradation::MaintainResolution,
            _ => Degradation::MaintainFramerate,
        };
        Self { sample, mode }
    }
}

fn trace(text: &str) -> Vec<Second> {
    text.lines().filter(|line| !line.starts_with('#')).map(Second::parse).collect()
}

/// The seconds in which the mode changes, as it was then and as it is now.
fn changes(trace: &[Second]) -> [Vec<usize>; 2] {
    let begin = trace.first().unwrap().mode;
    let (mut before, mut control) = (begin, Control::new(begin));
    let [mut then, mut now] = [Vec::new(), Vec::new()];
    for (number, second) in trace.iter().enumerate() {
        if second.mode != before {
            before = second.mode;
            then.push(number);
        }
        let mode = control.mode();
        control.sample(Duration::from_secs(number.try_into().unwrap()), &second.sample);
        if control.mode() != mode {
            now.push(number);
        }
    }
    [then, now]
}

#[test]
fn what_is_concluded_from_real_paths() {
    for (name, text, expected) in [
        ("1 Mbit/s", include_str!("traces/1-mbit.txt"), &[][..]),
        ("2 Mbit/s", include_str!("traces/2-mbit.txt"), &[2]),
        ("5 Mbit/s", include_str!("traces/5-mbit.txt"), &[]),
        ("falls and returns", include_str!("traces/falls-and-returns.txt"), &[16, 67]),
        ("comes and goes", include_str!("traces/comes-and-goes.txt"), &[12]),
    ] {
        let trace = trace(text);
        assert!(trace.len() >= 30, "{name}");
        let [then, now] = changes(&trace);
        assert_eq!(now, expected, "{name}, was {then:?}");
        // The page took its samples at other moments of the same seconds.
        assert_eq!(now.len(), then.len(), "{name}: {now:?}, was {then:?}");
        let apart = now.iter().zip(&then).map(|(now, then)| now.abs_diff(*then));
        assert!(apart.max().unwrap_or(0) <= 2, "{name}: {now:?}, was {then:?}");
    }
}

/// A second that comes twice, or not at all, as on a busy page, changes little.
#[test]
fn a_page_that_comes_late_concludes_the_same() {
    let trace = trace(include_str!("traces/falls-and-returns.txt"));
    let begin = trace.first().unwrap().mode;
    let count = |step: usize, times: usize| {
        let mut control = Control::new(begin);
        let mut count = 0;
        for (number, second) in trace.iter().enumerate().step_by(step) {
            for part in 0..times {
                let mode = control.mode();
                let millis = (number * times + part) * 1_000 / times;
                control.sample(Duration::from_millis(millis.try_into().unwrap()), &second.sample);
                count += usize::from(control.mode() != mode);
            }
        }
        count
    };
    assert_eq!([count(1, 1), count(1, 2), count(2, 1)], [2, 2, 2]);
}
