//! A page in a browser: opening it, reading it, waiting for what it should say.

use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use fantoccini::Locator;
use fantoccini::elements::Element;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::record::{self, Entry};
use crate::setup::Setup;
use crate::wait::{soon, until, until_within};

/// A page, and the browser that shows it. A clone is the same page.
#[derive(Clone)]
pub struct Page {
    pub(crate) name: Arc<str>,
    pub(crate) browser: Arc<Browser>,
    /// What the browser logged, as far as it was read.
    pub(crate) console: Arc<Mutex<Vec<String>>>,
    /// Lines in Firefox's log that are from journeys before.
    pub(crate) console_from: usize,
    pub(crate) crashed: Arc<AtomicBool>,
    /// What it has said over time, as far as it was taken over.
    pub(crate) record: Arc<Mutex<Vec<Entry>>>,
    /// Words of what it may log without being defective.
    pub(crate) expected: Arc<Mutex<Vec<&'static str>>>,
}

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Page({})", self.name)
    }
}

impl Page {
    /// A page in a browser that waits, or in a new one.
    pub(crate) async fn get(name: &str, setup: &Setup) -> Result<Self> {
        let browser = Browser::get(setup).await?;
        let mut page = Self {
            name: name.into(),
            browser,
            console: Arc::default(),
            console_from: 0,
            crashed: Arc::default(),
            record: Arc::default(),
            expected: Arc::default(),
        };
        // What the journey before has left there is not of this one.
        page.read_console().await?;
        let mut console = page.console.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = std::mem::take(&mut *console).len();
        drop(console);
        page.console_from = lines;
        Ok(page)
    }

    /// How the browser was started.
    #[must_use]
    pub fn setup(&self) -> &Setup {
        &self.browser.setup
    }

    /// The name that it was given.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The WebDriver client, for what is not here.
    #[must_use]
    pub fn client(&self) -> &fantoccini::Client {
        &self.browser.client
    }

    /// Opens an address and waits until it is loaded.
    ///
    /// # Errors
    /// If it isn't in time.
    pub async fn open(&self, url: &str) -> Result<()> {
        self.take_record().await;
        record::acted();
        soon(format_args!("{self:?} to load {url}"), self.client().goto(url))
            .await?
            .with_context(|| format!("{self:?} can't open {url}"))
    }

    /// Whether it was killed.
    pub(crate) fn is_crashed(&self) -> bool {
        self.crashed.load(Ordering::Relaxed)
    }

    /// Loads the page again.
    ///
    /// # Errors
    /// If that fails.
    pub async fn reload(&self) -> Result<()> {
        record::acted();
        Ok(soon(format_args!("{self:?} to reload"), self.client().refresh()).await??)
    }

    /// Runs a script in the page; what it returns. `arguments[0]` and so on are given;
    /// a promise is awaited.
    ///
    /// # Errors
    /// If it throws, or takes too long.
    pub async fn script(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        soon(format_args!("a script in {self:?}"), self.client().execute(script, arguments))
            .await?
            .with_context(|| format!("a script fails in {self:?}: {script}"))
    }

    /// `#status`'s `data-state`; empty where there is no such element.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn state(&self) -> Result<String> {
        let script = "return document.querySelector('#status')?.dataset.state ?? ''";
        let state = self.script(script, vec![]).await?;
        Ok(state.as_str().unwrap_or_default().to_owned())
    }

    /// Waits for a state of `#status`.
    ///
    /// # Errors
    /// If it doesn't come.
    pub async fn wait_state(&self, wanted: &str) -> Result<()> {
        until(format_args!("{self:?} to be {wanted}"), async || {
            let state = self.state().await?;
            Ok(if state == wanted { Ok(()) } else { Err(state) })
        })
        .await
    }

    /// The text that is shown in the first element of a CSS selector; empty where
    /// there is none.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn text(&self, selector: &str) -> Result<String> {
        let script = "return document.querySelector(arguments[0])?.innerText ?? ''";
        let text = self.script(script, vec![json!(selector)]).await?;
        Ok(text.as_str().unwrap_or_default().trim().to_owned())
    }

    /// Waits for a text in an element.
    ///
    /// # Errors
    /// If it doesn't come.
    pub async fn wait_text(&self, selector: &str, wanted: &str) -> Result<()> {
        until(format_args!("{self:?} to have {wanted:?} in {selector}"), async || {
            let text = self.text(selector).await?;
            Ok(if text.contains(wanted) { Ok(()) } else { Err(text) })
        })
        .await
    }

    /// All alerts' texts.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn alerts(&self) -> Result<String> {
        let script = "return [...document.querySelectorAll('[role=alert]')] \
                      .filter(one => one.checkVisibility()) \
                      .map(one => one.innerText.trim()).filter(text => text).join(' | ')";
        let text = self.script(script, vec![]).await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Waits for a sentence in an alert.
    ///
    /// # Errors
    /// If it doesn't come.
    pub async fn wait_alert(&self, wanted: &str) -> Result<()> {
        until(format_args!("{self:?} to say {wanted:?}"), async || {
            let alerts = self.alerts().await?;
            Ok(if alerts.contains(wanted) { Ok(()) } else { Err(alerts) })
        })
        .await
    }

    /// Waits until no alert has anything to say.
    ///
    /// # Errors
    /// If one goes on.
    pub async fn wait_no_alert(&self) -> Result<()> {
        until(format_args!("{self:?} to have no alert"), async || {
            let alerts = self.alerts().await?;
            Ok(if alerts.is_empty() { Ok(()) } else { Err(alerts) })
        })
        .await
    }

    /// Whether there is such an element.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn has(&self, selector: &str) -> Result<bool> {
        let script = "return !!document.querySelector(arguments[0])";
        Ok(self.script(script, vec![json!(selector)]).await? == json!(true))
    }

    /// Waits until there is no such element any more.
    ///
    /// # Errors
    /// If it stays.
    pub async fn wait_gone(&self, selector: &str) -> Result<()> {
        until(format_args!("{self:?} to have no {selector}"), async || {
            Ok(if self.has(selector).await? { Err("still there".to_owned()) } else { Ok(()) })
        })
        .await
    }

    /// Waits for an element, and gives it.
    ///
    /// # Errors
    /// If it doesn't come.
    pub async fn find(&self, selector: &str) -> Result<Element> {
        until(format_args!("{self:?} to have {selector}"), async || {
            Ok(self.client().find(Locator::Css(selector)).await.map_err(|e| short(&e)))
        })
        .await
    }

    /// The path and query that the address bar has.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn path(&self) -> Result<String> {
        let script = "return location.pathname + location.search";
        Ok(self.script(script, vec![]).await?.as_str().unwrap_or_default().to_owned())
    }

    /// Waits for a path and query.
    ///
    /// # Errors
    /// If they don't come.
    pub async fn wait_path(&self, wanted: &str) -> Result<()> {
        until(format_args!("{self:?} to be at {wanted}"), async || {
            let path = self.path().await?;
            Ok(if path == wanted { Ok(()) } else { Err(path) })
        })
        .await
    }

    /// Marks the document, so that [`Page::is_marked`] can tell whether it was loaded
    /// again.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn mark(&self) -> Result<()> {
        self.script("window.marked = true", vec![]).await.map(drop)
    }

    /// Whether this is the document that was marked.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn is_marked(&self) -> Result<bool> {
        Ok(self.script("return window.marked === true", vec![]).await? == json!(true))
    }

    /// Writes what the page looks like to a PNG file.
    ///
    /// # Errors
    /// If it can't be written.
    pub async fn screenshot(&self, file: &Path) -> Result<()> {
        let picture = soon("a screenshot", self.client().screenshot()).await??;
        std::fs::write(file, picture).with_context(|| format!("can't write {}", file.display()))
    }

    /// How the page stands, for whoever has to find out why a journey failed.
    pub async fn describe(&self) -> String {
        if self.is_crashed() {
            return format!("  {} was killed", self.name);
        }
        let script = "return location.href + '\\n' + document.body.innerText \
                      .split('\\n').filter(line => line.trim()).map(line => '    ' + line).join('\\n')";
        let text = self.script(script, vec![]).await;
        let text = text.as_ref().ok().and_then(Value::as_str).unwrap_or("does not answer");
        let state = self.state().await.unwrap_or_default();
        let console = self.read_console().await.map(|()| self.console.lock());
        let console = match console {
            Ok(lines) => lines.unwrap_or_else(PoisonError::into_inner).join("\n    > "),
            Err(error) => error.to_string(),
        };
        format!("  {} is {state:?} at {text}\n    > {console}", self.name)
    }

    /// Waits until a script returns `true`.
    ///
    /// # Errors
    /// If it doesn't within `patience`.
    pub async fn wait_script(&self, patience: Duration, what: &str, script: &str) -> Result<()> {
        until_within(patience, format_args!("{self:?}: {what}"), async || {
            let value = self.script(script, vec![]).await?;
            Ok(if value == json!(true) { Ok(()) } else { Err(value.to_string()) })
        })
        .await
    }
}

/// WebDriver's errors carry a stack of many lines.
pub(crate) fn short(error: &fantoccini::error::CmdError) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}
