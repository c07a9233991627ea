//! Where runs take place: the browsers, what is between them, and one run.

use std::time::Duration;

use anyhow::{Context, Result};
use fantoccini::wd::WindowHandle;
use serde_json::{Value, json};
use sightline_e2e::{Host, Journey, Network, Page, Relay, Setup, until};

use super::delay::Delay;
use super::link::{Link, Pages};
use super::run::{Frame, Run, WINDOW};

/// Half of the round trip between any two of a network.
pub(crate) const EACH_WAY: Duration = Duration::from_millis(25);

/// How far away the far relay is, each way.
const FAR: Duration = Duration::from_millis(50);

/// Between the last that was asked of a page and the click: nothing else is going on, and
/// somebody has looked at the preview meanwhile.
const CALM: Duration = Duration::from_secs(3);

/// Long enough for the first frame.
const SHORT: Duration = Duration::from_millis(1_500);

/// The camera as `crates/web/src/capture.rs` asks for it.
fn constraints() -> Value {
    json!({
        "video": {"width": {"ideal": 1280}, "height": {"ideal": 720}, "frameRate": {"ideal": 30}},
        "audio": true,
    })
}

/// One side's page: a browser of its own, or a window of one.
struct End {
    page: Page,
    window: Option<WindowHandle>,
}

impl End {
    async fn page(&self) -> Result<&Page> {
        if let Some(window) = &self.window {
            self.page.client().switch_to_window(window.clone()).await?;
        }
        Ok(&self.page)
    }
}

/// Which browsers there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Two windows of one Chromium.
    Windows,
    /// Two Firefoxes.
    Firefox,
    /// Two Chromiums in a network.
    Hosts,
}

impl Kind {
    pub(crate) const ALL: [Self; 3] = [Self::Windows, Self::Firefox, Self::Hosts];

    /// The one for a link.
    pub(crate) const fn of(link: Link) -> Self {
        match link {
            Link::Loopback => Self::Windows,
            Link::Firefox => Self::Firefox,
            _ => Self::Hosts,
        }
    }
}

/// Two pages' places, and the relay.
pub(crate) struct Stage {
    sender: End,
    receiver: End,
    relay: Relay,
    far: Option<Delay>,
    /// The network and the sender's host in it.
    hosts: Option<(Network, Host)>,
}

impl Stage {
    /// What a link needs.
    pub(crate) async fn new(kind: Kind, journey: &Journey, setup: Setup) -> Result<Self> {
        match kind {
            Kind::Windows => Self::windows(journey, setup).await,
            Kind::Firefox => Self::firefoxes(journey).await,
            Kind::Hosts => Self::hosts(journey, setup).await,
        }
    }

    /// Two windows of one browser; the relay is near, and far away as well.
    async fn windows(journey: &Journey, setup: Setup) -> Result<Self> {
        let relay = journey.relay().await?;
        let far = Some(Delay::start(relay.address(), FAR).await?);
        let page = journey.page("both", setup.watched()).await?;
        let sender = End { page: page.clone(), window: Some(page.client().window().await?) };
        let window = Some(page.client().new_window(false).await?.handle);
        let receiver = End { page, window };
        Ok(Self { sender, receiver, relay, far, hosts: None })
    }

    /// Two Firefoxes, with a camera of their own.
    async fn firefoxes(journey: &Journey) -> Result<Self> {
        let relay = journey.relay().await?;
        let end = async |name| -> Result<End> {
            Ok(End { page: journey.page(name, Setup::firefox()).await?, window: None })
        };
        let (sender, receiver) = (end("sender").await?, end("receiver").await?);
        Ok(Self { sender, receiver, relay, far: None, hosts: None })
    }

    /// Two browsers in a network, each as far from the relay as from the other.
    async fn hosts(journey: &Journey, setup: Setup) -> Result<Self> {
        let (network, relay) = journey.network().await?;
        let (from, to) = (network.host()?, network.host()?);
        network.delay(EACH_WAY).await?;
        let end = async |name, host: &Host| -> Result<End> {
            let page = journey.page(name, setup.clone().watched().on(host)).await?;
            Ok(End { page, window: None })
        };
        let (sender, receiver) = (end("sender", &from).await?, end("receiver", &to).await?);
        Ok(Self { sender, receiver, relay, far: None, hosts: Some((network, from)) })
    }

    /// Makes it this link from now on.
    pub(crate) fn set(&self, link: Link) -> Result<()> {
        link.uplink().map_or(Ok(()), |kilobits| self.limit(kilobits))
    }

    /// Opens the pages, clicks when they are ready, and looks at the first seconds; at the
    /// first frame alone where that is all that is wanted. None where no picture came.
    /// Leaves the pages empty.
    pub(crate) async fn run(&self, pages: Pages, room: &str, long: bool) -> Result<Option<Run>> {
        let receiver = self.opened(pages, room).await?;
        receiver.page().await?.script(include_str!("frames.js"), vec![]).await?;
        let sender = self.sender.page().await?;
        sender.script(include_str!("clicked.js"), vec![]).await?;
        let button = sender.find("#go-live").await?;
        tokio::time::sleep(CALM).await;
        button.click().await.context("the button can't be clicked")?;
        // Asking meanwhile would cost time where it is measured.
        let window = Duration::from_secs_f64(WINDOW / 1_000.0) + Duration::from_millis(300);
        tokio::time::sleep(if long { window } else { SHORT }).await;

        let clicked = sender.script("return window.clicked", vec![]).await?;
        let clicked = clicked.as_f64().context("the click did not reach the page")?;
        let frames = receiver.page().await?.script("return window.recordedFrames", vec![]).await?;
        let frames: Vec<Frame> = serde_json::from_value(frames)?;
        self.clear().await?;
        Ok(Run::new(clicked, &frames))
    }

    /// Empties the pages.
    pub(crate) async fn clear(&self) -> Result<()> {
        for end in [&self.receiver, &self.sender] {
            end.page().await?.open("about:blank").await?;
        }
        Ok(())
    }

    /// What the sender's uplink carries from now on, where this is a network.
    pub(crate) fn limit(&self, kilobits: u32) -> Result<()> {
        self.hosts.as_ref().map_or(Ok(()), |(network, host)| network.limit_uplink(host, kilobits))
    }

    /// Opens the pages and waits until the button can be clicked. Where the sender is.
    pub(crate) async fn ready(&self, pages: Pages, room: &str) -> Result<&Page> {
        self.opened(pages, room).await?;
        tokio::time::sleep(CALM).await;
        self.sender.page().await
    }

    /// Opens the pages, and waits until both are ready; where the receiver is.
    async fn opened(&self, pages: Pages, room: &str) -> Result<&End> {
        let receiver = self.open(pages, room).await?;
        for end in [receiver, &self.sender] {
            let page = end.page().await?;
            until("both ends to be ready", async || {
                let ready = page.script(include_str!("ready.js"), vec![]).await?;
                Ok(if ready == json!(true) { Ok(()) } else { Err(ready.to_string()) })
            })
            .await?;
        }
        Ok(receiver)
    }

    /// Opens the pages; where the receiver is.
    async fn open(&self, pages: Pages, room: &str) -> Result<&End> {
        let url = |path: &str| match &self.far {
            Some(far) if pages == Pages::SightlineFarRelay => far.url(path),
            _ => self.relay.url(path),
        };
        let start = match pages {
            Pages::Cold => "cold",
            Pages::Connected => "connected",
            Pages::Sightline | Pages::SightlineFarRelay => {
                for (end, path) in [(&self.receiver, "receiver"), (&self.sender, "sender")] {
                    let page = end.page().await?;
                    page.open(&url(&format!("/{path}?room={room}"))).await?;
                }
                return Ok(&self.receiver);
            }
        };
        let defaults = async |end: &End, ends: &str| {
            let page = end.page().await?;
            page.open(&url("/")).await?;
            let arguments = vec![json!(ends), json!(start), json!(room), constraints()];
            page.script(include_str!("defaults.js"), arguments).await.map(drop)
        };
        if self.sender.window.is_some() {
            defaults(&self.sender, "both").await?;
            return Ok(&self.sender);
        }
        // The sender's page looks for who is there.
        defaults(&self.receiver, "receiver").await?;
        defaults(&self.sender, "sender").await?;
        Ok(&self.receiver)
    }
}
