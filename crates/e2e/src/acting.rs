//! Using a page as a person would, and worse.

use std::sync::atomic::Ordering;

use anyhow::Result;
use fantoccini::Locator;
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use serde_json::json;

use crate::page::{Page, short};
use crate::record;
use crate::wait::until;

impl Page {
    /// Clicks an element as a person does, as soon as it can be clicked.
    ///
    /// # Errors
    /// If it can't be in time.
    pub async fn click(&self, selector: &str) -> Result<()> {
        until(format_args!("{self:?} to have {selector} to click"), async || {
            // It may be exchanged between these two, or be disabled still.
            let Ok(element) = self.client().find(Locator::Css(selector)).await else {
                return Ok(Err("not there".to_owned()));
            };
            match element.is_enabled().await {
                Ok(true) => Ok(element.click().await.map_err(|e| short(&e))),
                Ok(false) => Ok(Err("disabled".to_owned())),
                Err(error) => Ok(Err(short(&error))),
            }
        })
        .await
    }

    /// Types into a field, replacing what is there.
    ///
    /// # Errors
    /// If there is no such field.
    pub async fn fill(&self, selector: &str, text: &str) -> Result<()> {
        let field = self.find(selector).await?;
        field.clear().await?;
        Ok(field.send_keys(text).await?)
    }

    /// Presses and releases a key, a character's or a [`Key`](crate::Key), wherever the
    /// focus is.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn press(&self, key: impl Into<char>) -> Result<()> {
        let value = key.into();
        let keys = KeyActions::new("keys".to_owned())
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value });
        Ok(self.client().perform_actions(keys).await?)
    }

    /// A CSS selector's worth of what has the focus: `#id`, or the element's name.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn focused(&self) -> Result<String> {
        let script = "const one = document.activeElement; \
                      return one?.id ? '#' + one.id : one?.localName ?? ''";
        Ok(self.script(script, vec![]).await?.as_str().unwrap_or_default().to_owned())
    }

    /// Answers for the person whether the page may use camera and microphone.
    /// Chromium only.
    ///
    /// # Errors
    /// In Firefox.
    pub async fn permit(&self, origin: &str, allowed: bool) -> Result<()> {
        let setting = if allowed { "granted" } else { "denied" };
        for name in ["camera", "microphone"] {
            let permission =
                json!({"permission": {"name": name}, "setting": setting, "origin": origin});
            self.browser.devtools("Browser.setPermission", permission).await?;
        }
        Ok(())
    }

    /// Keeps files from arriving whose address matches one of these, `*` standing for
    /// anything; all others arrive. Chromium only.
    ///
    /// # Errors
    /// If that fails.
    pub async fn block(&self, addresses: &[&str]) -> Result<()> {
        self.browser.devtools("Network.enable", json!({})).await?;
        self.browser.devtools("Network.setBlockedURLs", json!({"urls": addresses})).await?;
        Ok(())
    }

    /// Kills the browser: no page of it can say goodbye. It is of no use afterwards.
    ///
    /// # Errors
    /// If it can't be killed.
    pub async fn crash(&self) -> Result<()> {
        self.read_console().await?;
        self.take_record().await;
        record::acted();
        self.crashed.store(true, Ordering::Relaxed);
        self.browser.server.kill()
    }
}
