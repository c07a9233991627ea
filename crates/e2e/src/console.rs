//! What a page writes to the browser's console: a panic shows there and nowhere else.

use std::sync::PoisonError;

use anyhow::Result;
use serde_json::{Value, json};

use crate::page::Page;
use crate::setup::Kind;

/// Words by which a defect of the page is known. A WebSocket that can't be opened is
/// logged by browsers, too, and is none.
const DEFECTS: [&str; 10] = [
    "panicked at",
    "RuntimeError",
    "Uncaught",
    "uncaught",
    "unreachable executed",
    "Content Security Policy",
    "Content-Security-Policy",
    "JavaScript error: http",
    // What is loaded in vain.
    "integrity",
    "preload",
];

impl Page {
    /// Reads what has come since.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn read_console(&self) -> Result<()> {
        let lines = match self.setup().kind {
            Kind::Chromium => {
                let entries = self.browser.command("se/log", json!({"type": "browser"})).await?;
                let text = |entry: &Value| format!("{}: {}", entry["level"], entry["message"]);
                entries.as_array().into_iter().flatten().map(text).collect()
            }
            // The log of the browser's whole life; what was there before is left out
            // by the one who has the page.
            Kind::Firefox => {
                let log = self.browser.server.log();
                // The browser itself logs there, too.
                let from_page = |line: &&str| {
                    line.contains("panicked at")
                        || line.starts_with("JavaScript error: http")
                        || line.contains("ecurity")
                };
                log.lines().filter(from_page).map(str::to_owned).collect::<Vec<_>>()
            }
        };
        let mut console = self.console.lock().unwrap_or_else(PoisonError::into_inner);
        match self.setup().kind {
            Kind::Chromium => console.extend(lines),
            Kind::Firefox => *console = lines.into_iter().skip(self.console_from).collect(),
        }
        Ok(())
    }

    /// From now on what has these words in the console is no defect: the journey brings it
    /// about.
    pub fn expect_logged(&self, words: &'static str) {
        self.expected.lock().unwrap_or_else(PoisonError::into_inner).push(words);
    }

    /// What in the console is a defect.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn defects(&self) -> Result<Vec<String>> {
        if !self.is_crashed() {
            self.read_console().await?;
        }
        let console = self.console.lock().unwrap_or_else(PoisonError::into_inner);
        let expected = self.expected.lock().unwrap_or_else(PoisonError::into_inner);
        let says = |line: &str, words: &[&str]| words.iter().any(|word| line.contains(word));
        let defect = |line: &&String| says(line, &DEFECTS) && !says(line, &expected);
        Ok(console.iter().filter(defect).cloned().collect())
    }
}
