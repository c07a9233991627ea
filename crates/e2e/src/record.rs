//! What pages say over time, and that nothing of it flickers: a text that comes and is gone
//! within [`SHORTEST`] can't be read, and a screen reader stammers.
//!
//! A script notes each change in the page itself (`scripts/record.js`). What somebody does
//! ends what is shown at once, and so does what the journey does to the relay or the network;
//! everything else is the page's own doing.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};

use anyhow::Result;
use serde::Deserialize;

use crate::now;

/// What is shown lasts at least so long, in milliseconds.
pub(crate) const SHORTEST: f64 = 300.0;

/// What timers and clocks are off by, in milliseconds.
const TOLERANCE: f64 = 5.0;

/// Runs in the page before its own scripts.
pub(crate) const SCRIPT: &str = include_str!("scripts/record.js");

/// Gives what was noted so far, and forgets it.
const TAKE: &str = "try { \
     const all = sessionStorage['sightline.test.record'] ?? '[]'; \
     delete sessionStorage['sightline.test.record']; \
     return JSON.parse(all) \
     } catch { return [] }";

/// When the journey did something: by the clock of all programs on this machine. One journey
/// runs at a time.
static ACTS: Mutex<Vec<f64>> = Mutex::new(Vec::new());

/// The journey does something that may change what pages show.
pub(crate) fn acted() {
    ACTS.lock().unwrap_or_else(PoisonError::into_inner).push(now());
}

/// Another journey begins.
pub(crate) fn begin() {
    ACTS.lock().unwrap_or_else(PoisonError::into_inner).clear();
}

/// Something that a page noted.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Entry {
    at: f64,
    visible: bool,
    /// What somebody did, or what happened to the page as a whole.
    input: Option<String>,
    /// What it says from now on: by place, all texts there.
    says: Option<BTreeMap<String, Vec<String>>>,
    /// Since when a place says that.
    #[serde(default)]
    since: BTreeMap<String, f64>,
}

impl Entry {
    /// When what a place says has changed last.
    fn since(&self, place: &str) -> f64 {
        self.since.get(place).copied().unwrap_or(self.at)
    }
}

impl crate::Page {
    /// Takes over what the page has noted, before its tab shows another origin or is done.
    pub(crate) async fn take_record(&self) {
        // A page that doesn't answer, or is none, has nothing.
        let taken = self.client().execute(TAKE, vec![]).await;
        let entries = taken.ok().and_then(|all| serde_json::from_value::<Vec<Entry>>(all).ok());
        let mut record = self.record.lock().unwrap_or_else(PoisonError::into_inner);
        record.extend(entries.into_iter().flatten());
    }

    /// All that the page has said at a place so far, one after the other: `status` (as
    /// `state: text`), `alert`, `line`, `title`.
    pub async fn said(&self, place: &str) -> Vec<String> {
        self.take_record().await;
        let said = |entry: Entry| entry.says?.remove(place);
        let mut all: Vec<String> = self.recorded().into_iter().filter_map(said).flatten().collect();
        all.dedup();
        all
    }

    fn recorded(&self) -> Vec<Entry> {
        let mut record = self.record.lock().unwrap_or_else(PoisonError::into_inner).clone();
        record.sort_by(|one, other| one.at.total_cmp(&other.at));
        record
    }
}

/// Fails if a page has shown something too short to be read.
pub(crate) async fn check(pages: &[crate::Page]) -> Result<()> {
    for page in pages.iter().filter(|page| !page.is_crashed()) {
        page.take_record().await;
    }
    let inputs = pages.iter().flat_map(crate::Page::recorded).filter(|one| one.input.is_some());
    let mut acts: Vec<f64> = inputs.map(|one| one.at).collect();
    acts.extend(ACTS.lock().unwrap_or_else(PoisonError::into_inner).iter());
    let mut report = String::new();
    for page in pages {
        let record = page.recorded();
        let flickers = flickers(&record, &acts);
        if !flickers.is_empty() {
            write!(report, "{page:?} flickers:\n{}{}", flickers.concat(), story(&record))?;
        }
    }
    anyhow::ensure!(report.is_empty(), "{report}");
    Ok(())
}

/// What was shown too short.
fn flickers(record: &[Entry], acts: &[f64]) -> Vec<String> {
    let mut found = Vec::new();
    // By place and text, since when.
    let mut since: BTreeMap<(&str, &str), f64> = BTreeMap::new();
    for entry in record {
        let Some(says) = &entry.says else {
            // What a page that goes has said is over, and so is what nobody sees.
            if matches!(entry.input.as_deref(), Some("load" | "pagehide" | "visibilitychange")) {
                since.clear();
            }
            continue;
        };
        let mut goes_on = BTreeMap::new();
        for (place, texts) in says {
            for text in texts {
                let key = (place.as_str(), text.as_str());
                let began = since.remove(&key).unwrap_or_else(|| entry.since(place));
                goes_on.insert(key, began);
            }
        }
        for ((place, text), began) in std::mem::replace(&mut since, goes_on) {
            let ended = entry.since(place);
            let lasted = ended - began;
            let cut_short = acts.iter().any(|act| (began..=ended).contains(act));
            if entry.visible && lasted < SHORTEST - TOLERANCE && !cut_short {
                found.push(format!("  {lasted:.0} ms of {place}: {text:?}\n"));
            }
        }
    }
    found
}

/// All of it, in lines.
fn story(record: &[Entry]) -> String {
    let mut story = String::new();
    let first = record.first().map_or(0.0, |entry| entry.at);
    let mut before = BTreeMap::new();
    for entry in record {
        if let Some(input) = &entry.input {
            story.push_str(&format!("  {:>8.0} ({input})\n", entry.at - first));
        }
        let Some(says) = &entry.says else { continue };
        for (place, texts) in says {
            if before.get(place) != Some(texts) {
                let at = entry.since(place) - first;
                story.push_str(&format!("  {at:>8.0} {place}: {}\n", texts.join(" | ")));
            }
        }
        before.clone_from(says);
    }
    story
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(at: f64, status: &str) -> Entry {
        let texts = if status.is_empty() { vec![] } else { vec![status.to_owned()] };
        let says = Some(BTreeMap::from([("status".to_owned(), texts)]));
        Entry { at, visible: true, input: None, says, since: BTreeMap::new() }
    }

    fn input(at: f64, kind: &str) -> Entry {
        let input = Some(kind.to_owned());
        Entry { at, visible: true, input, says: None, since: BTreeMap::new() }
    }

    #[test]
    fn what_is_shown_too_short_is_found() {
        let [a, b] = [|at| says(at, "a"), |at| says(at, "b")];
        let hidden = Entry { visible: false, ..b(100.0) };
        for (record, acts, expected) in [
            (vec![a(0.0), b(400.0)], vec![], 0),
            (vec![a(0.0), b(100.0)], vec![], 1),
            (vec![a(0.0), says(100.0, "")], vec![], 1),
            // By somebody.
            (vec![a(0.0), input(90.0, "click"), b(100.0)], vec![90.0], 0),
            // The click before has brought it, and not ended it.
            (vec![input(0.0, "click"), a(10.0), b(100.0)], vec![0.0], 1),
            (vec![a(0.0), input(90.0, "pagehide"), b(100.0)], vec![], 0),
            (vec![a(0.0), hidden], vec![], 0),
            (vec![a(0.0), b(400.0), a(500.0), b(550.0)], vec![], 2),
        ] {
            assert_eq!(flickers(&record, &acts).len(), expected, "{record:?}");
        }
    }

    #[test]
    fn what_is_noted_late_has_its_own_time() {
        // The page was busy: that it says "a" was noted with something else that came later.
        let late =
            Entry { since: BTreeMap::from([("status".to_owned(), 100.0)]), ..says(350.0, "a") };
        assert_eq!(flickers(&[late.clone(), says(500.0, "b")], &[]).len(), 0);
        assert_eq!(flickers(&[late, says(390.0, "b")], &[]).len(), 1);
    }
}
