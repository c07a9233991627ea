//! What is looked for in Rust files.

use super::{Findings, Text};

/// From so many lines on a file is worth dividing, and over so many it has to be.
const LONG: usize = 300;
const TOO_LONG: usize = 500;

/// What is unfinished or not meant to stay. Written in two halves, so that this file
/// has none of them.
const UNFINISHED: [(&str, &str); 4] =
    [("todo", "!("), ("unimplemented", "!("), ("dbg", "!("), ("#[", "ignore")];

/// What reads a clock or starts a thread.
const CLOCKS: [&str; 4] = ["Instant::now", "SystemTime", "std::thread", "thread::spawn"];

pub(super) fn check(files: &[Text], findings: &mut Findings) {
    for file in files {
        length(file, findings);
        unfinished(file, findings);
        first_line(file, findings);
        if file.path.starts_with("crates/session/src/") {
            clocks(file, findings);
        }
    }
}

fn length(file: &Text, findings: &mut Findings) {
    let lines = file.text.lines().count();
    if lines > TOO_LONG {
        findings.error(format!("{} has {lines} lines; {TOO_LONG} is the limit.", file.path));
    } else if lines > LONG {
        findings.note(format!("{} has {lines} lines", file.path));
    }
}

fn unfinished(file: &Text, findings: &mut Findings) {
    for (number, line) in numbered(&file.text) {
        for (start, end) in UNFINISHED {
            let word = format!("{start}{end}");
            if line.contains(&word) {
                findings.error(format!("{}:{number} has `{word}`.", file.path));
            }
        }
    }
}

fn first_line(file: &Text, findings: &mut Findings) {
    let first = file.text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    if !first.starts_with("//!") {
        findings.error(format!(
            "{} does not begin with a `//!` comment that says what it is for.",
            file.path
        ));
    }
}

/// The session is told the time: a test could not run it in virtual time otherwise.
fn clocks(file: &Text, findings: &mut Findings) {
    for (number, line) in numbered(&file.text) {
        if line.trim_start().starts_with("//") {
            continue;
        }
        let clock = CLOCKS.into_iter().find(|clock| line.contains(clock));
        let import = line.contains("std::time") && line.contains("Instant");
        if let Some(clock) = clock.or(import.then_some("std::time::Instant")) {
            findings.error(format!(
                "{}:{number} has `{clock}`; the session is given the time, and starts nothing.",
                file.path
            ));
        }
    }
}

fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..).zip(text.lines())
}

#[cfg(test)]
mod tests {
    use super::super::errors_of;
    use super::*;

    fn errors(path: &str, text: &str) -> Vec<String> {
        let file = Text { path: path.to_owned(), text: text.to_owned() };
        errors_of(|findings| check(&[file], findings))
    }

    #[test]
    fn a_tidy_file_has_no_findings() {
        assert_eq!(errors("a.rs", "//! What it is for.\n\nfn f() {}\n"), [""; 0]);
        assert_eq!(
            errors("crates/session/src/a.rs", "//! A.\n// An std::time::Instant?\n"),
            [""; 0]
        );
    }

    #[test]
    fn each_finding_names_its_place() {
        let [todo, ignore] = ["to\u{64}o!()", "#[\u{69}gnore]"];
        for (path, text, says) in [
            ("a.rs", "fn f() {}\n".to_owned(), "a.rs does not begin"),
            ("a.rs", format!("//! A.\nfn f() {{ {todo} }}\n"), "a.rs:2 has"),
            ("a.rs", format!("//! A.\n{ignore}\n"), "a.rs:2 has"),
            ("a.rs", format!("//! A.\n{}", "\n".repeat(500)), "a.rs has 501 lines"),
            ("crates/session/src/a.rs", "//! A.\nInstant::now()".to_owned(), "a.rs:2 has"),
            (
                "crates/session/src/a.rs",
                "//! A.\nuse std::time::{Duration, Instant};".to_owned(),
                "`std::time::Instant`",
            ),
        ] {
            let errors = errors(path, &text);
            assert!(errors.len() == 1 && errors[0].contains(says), "{says}: {errors:?}");
        }
    }

    #[test]
    fn a_clock_is_fine_elsewhere() {
        assert_eq!(errors("crates/relay/src/a.rs", "//! A.\nInstant::now()"), [""; 0]);
    }
}
