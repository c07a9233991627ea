//! Limits on log lines that strangers can cause: how often they appear, and how long they are.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// The same line is logged at most once in this time.
const INTERVAL: Duration = Duration::from_secs(10);

/// How much of a stranger's text is logged: enough for an operator to recognise it.
const MAX_CHARS: usize = 200;

/// Limits how often one kind of line is logged.
#[derive(Default)]
pub(crate) struct LogThrottle(Mutex<Option<LastLine>>);

struct LastLine {
    logged_at: Instant,
    suppressed: u64,
}

impl LogThrottle {
    /// Whether the line may be logged now. If so, returns how many lines were suppressed since
    /// the last one.
    pub(crate) fn check(&self) -> Option<u64> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        match &mut *last {
            Some(last) if now.duration_since(last.logged_at) < INTERVAL => {
                last.suppressed = last.suppressed.saturating_add(1);
                None
            }
            other => Some(
                other
                    .replace(LastLine { logged_at: now, suppressed: 0 })
                    .map_or(0, |last| last.suppressed),
            ),
        }
    }
}

/// A stranger's text in a form that is safe to log: short, and on one line.
pub(crate) fn sanitize(text: &str) -> String {
    let mut short: String = text.chars().take(MAX_CHARS).flat_map(char::escape_debug).collect();
    if text.chars().nth(MAX_CHARS).is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn lines_are_limited_and_suppressed_ones_are_counted() {
        let throttle = LogThrottle::default();
        assert_eq!(throttle.check(), Some(0));
        for _ in 0..1_000 {
            assert_eq!(throttle.check(), None);
        }
        tokio::time::advance(INTERVAL).await;
        assert_eq!(throttle.check(), Some(1_000));
        assert_eq!(throttle.check(), None);
        tokio::time::advance(INTERVAL).await;
        assert_eq!(throttle.check(), Some(1));
    }

    #[test]
    fn sanitized_text_is_one_short_line() {
        assert_eq!(sanitize("https://a.example"), "https://a.example");
        assert_eq!(sanitize("a\nb\u{1b}[31m\t\u{202e}"), r"a\nb\u{1b}[31m\t\u{202e}");
        let long = sanitize(&"é".repeat(5_000));
        assert_eq!(long.chars().count(), MAX_CHARS + 1);
    }
}
