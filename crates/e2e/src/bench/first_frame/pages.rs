//! One run: two pages that are connected, the click, and when the first frame came.

use std::time::Duration;

use anyhow::{Context, Result};
use fantoccini::wd::WindowHandle;
use serde::Deserialize;
use serde_json::{Value, json};
use sightline_e2e::{Page, until};

/// Between the last that was asked of a page and the click, so that nothing else is
/// going on.
const CALM: Duration = Duration::from_millis(700);

/// Long enough for the first frame: asking earlier would cost time where it is measured.
const UNDISTURBED: Duration = Duration::from_millis(400);

/// The camera as `crates/web/src/capture.rs` asks for it.
fn constraints() -> Value {
    json!({
        "video": {"width": {"ideal": 1280}, "height": {"ideal": 720}, "frameRate": {"ideal": 30}},
        "audio": true,
    })
}

/// When the first frame came, in milliseconds by the clock of all pages.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct FirstFrame {
    /// When the page could know it.
    came: f64,
    /// When the browser handed it to be shown.
    presented: f64,
    /// When its last packet came.
    received: Option<f64>,
    width: u32,
    frames: u32,
    visible: String,
}

/// What was measured in a run, in milliseconds from the click.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(crate) came: f64,
    /// For whoever looks for where the time goes.
    pub(crate) detail: String,
}

/// Two windows of one browser.
pub(crate) struct Windows {
    page: Page,
    sender: WindowHandle,
    receiver: WindowHandle,
}

impl Windows {
    pub(crate) async fn open(page: Page) -> Result<Self> {
        let sender = page.client().window().await?;
        let receiver = page.client().new_window(false).await?.handle;
        Ok(Self { page, sender, receiver })
    }

    /// Sightline: a sender and a receiver in a room. `url` makes a page's address.
    pub(crate) async fn ours(&self, url: impl Fn(&str) -> String, room: &str) -> Result<Run> {
        for (window, path) in [(&self.receiver, "receiver"), (&self.sender, "sender")] {
            self.turn_to(window).await?;
            self.page.open(&url(&format!("/{path}?room={room}"))).await?;
        }
        self.measure(&self.receiver).await
    }

    /// The limit: both ends in one page, from the same origin.
    pub(crate) async fn limit(&self, url: impl Fn(&str) -> String) -> Result<Run> {
        self.turn_to(&self.sender).await?;
        self.page.open(&url("/")).await?;
        self.page.script(include_str!("limit.js"), vec![constraints()]).await?;
        self.measure(&self.sender).await
    }

    /// Waits until both ends are ready, clicks, and waits for the first frame. Leaves
    /// both windows empty.
    async fn measure(&self, receiver: &WindowHandle) -> Result<Run> {
        for window in [receiver, &self.sender] {
            self.turn_to(window).await?;
            until("both ends to be ready", async || {
                let ready = self.page.script(include_str!("ready.js"), vec![]).await?;
                Ok(if ready == json!(true) { Ok(()) } else { Err(ready.to_string()) })
            })
            .await?;
        }
        self.turn_to(receiver).await?;
        self.page.script(include_str!("first.js"), vec![]).await?;
        self.turn_to(&self.sender).await?;
        self.page.script(include_str!("clicked.js"), vec![]).await?;
        let button = self.page.find("#go-live").await?;
        tokio::time::sleep(CALM).await;
        button.click().await.context("the button can't be clicked")?;
        tokio::time::sleep(UNDISTURBED).await;

        let times = self.page.script("return [window.clicked, window.given]", vec![]).await?;
        let (clicked, given): (f64, f64) =
            serde_json::from_value(times).context("the click did not reach the page")?;
        self.turn_to(receiver).await?;
        let first = self.page.script("return window.first", vec![]).await?;
        let first: FirstFrame = serde_json::from_value(first).context("no first frame")?;
        for window in [&self.receiver, &self.sender] {
            self.turn_to(window).await?;
            self.page.open("about:blank").await?;
        }
        let since = |time: f64| format!("{:.1}", time - clicked);
        let detail = format!(
            "given {}, received {}, presented {}, came {}, {} wide, {} frames, {}",
            since(given),
            first.received.map_or_else(|| "?".into(), since),
            since(first.presented),
            since(first.came),
            first.width,
            first.frames,
            first.visible
        );
        Ok(Run { came: first.came - clicked, detail })
    }

    async fn turn_to(&self, window: &WindowHandle) -> Result<()> {
        Ok(self.page.client().switch_to_window(window.clone()).await?)
    }
}
