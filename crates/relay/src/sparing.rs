//! What goes to the log because of what strangers do: not too often, not too long.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How often at most the log says the same thing.
const EVERY: Duration = Duration::from_secs(10);

/// As much of a stranger's text as tells an operator what it is about.
const MAX_CHARS: usize = 200;

/// Something that the log says now and then.
#[derive(Default)]
pub(crate) struct Sparing(Mutex<Option<Last>>);

struct Last {
    said: Instant,
    unsaid: u64,
}

impl Sparing {
    /// Whether it may be said again: how often it was not since the last time.
    pub(crate) fn may(&self) -> Option<u64> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        match &mut *last {
            Some(last) if now.duration_since(last.said) < EVERY => {
                last.unsaid = last.unsaid.saturating_add(1);
                None
            }
            other => {
                Some(other.replace(Last { said: now, unsaid: 0 }).map_or(0, |last| last.unsaid))
            }
        }
    }
}

/// A stranger's text as it may stand in the log: on one line, and short.
pub(crate) fn for_log(text: &str) -> String {
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
    async fn it_is_said_now_and_then_and_what_was_not_is_counted() {
        let sparing = Sparing::default();
        assert_eq!(sparing.may(), Some(0));
        for _ in 0..1_000 {
            assert_eq!(sparing.may(), None);
        }
        tokio::time::advance(EVERY).await;
        assert_eq!(sparing.may(), Some(1_000));
        assert_eq!(sparing.may(), None);
        tokio::time::advance(EVERY).await;
        assert_eq!(sparing.may(), Some(1));
    }

    #[test]
    fn a_strangers_text_is_one_short_line() {
        assert_eq!(for_log("https://a.example"), "https://a.example");
        assert_eq!(for_log("a\nb\u{1b}[31m\t\u{202e}"), r"a\nb\u{1b}[31m\t\u{202e}");
        let long = for_log(&"é".repeat(5_000));
        assert_eq!(long.chars().count(), MAX_CHARS + 1);
    }
}
