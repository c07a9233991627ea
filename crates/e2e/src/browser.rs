//! Browsers, each with a WebDriver server of its own, and their reuse.
//!
//! A browser takes seconds to start, so one that is done with waits for the next
//! journey that wants the same. All of them end with this process: see
//! [`crate::process`].

use std::fmt;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use fantoccini::wd::{WebDriverCompatibleCommand, WindowHandle};
use fantoccini::{Client, ClientBuilder};
use hyper::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::time::timeout;
use url::{ParseError, Url};

use crate::bidi::{self, Preloaded};
use crate::network::{Forward, Host, Namespace};
use crate::process::{Server, program};
use crate::record;
use crate::setup::{Kind, Setup};
use crate::wait::soon;

/// Browsers that wait for work; more would only take up memory.
const MOST_IDLE: usize = 5;

/// How long a browser may take to start: several may do at once on a busy machine.
const STARTS: Duration = Duration::from_secs(120);

static IDLE: Mutex<Vec<Arc<Browser>>> = Mutex::new(Vec::new());

/// A browser with one window.
#[derive(Debug)]
pub(crate) struct Browser {
    pub(crate) setup: Setup,
    pub(crate) client: Client,
    pub(crate) server: Server,
    window: WindowHandle,
    /// What is in each of its pages lasts as long as this.
    _preloaded: Option<Preloaded>,
    /// The way to a server that is on another network.
    _forward: Option<Forward>,
}

impl Browser {
    /// One that waits, or else a new one.
    pub(crate) async fn get(setup: &Setup) -> Result<Arc<Self>> {
        let waiting = {
            let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
            idle.iter().position(|one| one.setup == *setup).map(|place| idle.remove(place))
        };
        match waiting {
            Some(browser) => Ok(browser),
            None => Ok(Arc::new(Self::start(setup.clone()).await?)),
        }
    }

    /// Leaves a browser for the next journey. One that doesn't let go of its page ends.
    pub(crate) async fn give_back(self: Arc<Self>) {
        // One that is on another network ends with that.
        if self.setup.host.is_none() && self.tidy().await.is_ok() {
            let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
            idle.push(self);
            if idle.len() > MOST_IDLE {
                idle.remove(0);
            }
        }
    }

    /// One empty window: the first, as others are not dressed.
    async fn tidy(&self) -> Result<()> {
        soon("a browser to let go", async {
            for window in self.client.windows().await? {
                if window != self.window {
                    self.client.switch_to_window(window).await?;
                    self.client.close_window().await?;
                }
            }
            self.client.switch_to_window(self.window.clone()).await?;
            self.client.goto("about:blank").await?;
            Ok(())
        })
        .await?
    }

    async fn start(setup: Setup) -> Result<Self> {
        let inside = setup.host.as_ref().map(Host::namespace);
        let (server, port, forward) = Self::start_driver(setup.kind, inside).await?;
        let binary = program(match setup.kind {
            Kind::Chromium => "CHROMIUM",
            Kind::Firefox => "FIREFOX",
        })?;
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(setup.capabilities(&binary));
        let client = timeout(STARTS, builder.connect(&format!("http://127.0.0.1:{port}")))
            .await
            .context("a browser does not start")?
            .with_context(|| format!("{:?} does not start:\n{}", setup.kind, server.log()))?;
        let window = client.window().await?;
        let preloaded = match setup.kind {
            Kind::Chromium => None,
            Kind::Firefox => Some(bidi::preload(&client, record::SCRIPT, inside).await?),
        };
        let browser =
            Self { setup, client, server, window, _preloaded: preloaded, _forward: forward };
        browser.dress().await?;
        Ok(browser)
    }

    /// A WebDriver server, its port, and the way to it. Another process may take a free
    /// port before the server does, so that it takes another one.
    async fn start_driver(
        kind: Kind,
        inside: Option<&Namespace>,
    ) -> Result<(Server, u16, Option<Forward>)> {
        let (driver, others, mark) = match kind {
            Kind::Chromium => (program("CHROMEDRIVER")?, None, "started successfully on port "),
            Kind::Firefox => {
                (program("GECKODRIVER")?, Some("--websocket-port=0"), "Listening on 127.0.0.1:")
            }
        };
        let mut tries = 0;
        loop {
            let listener = TcpListener::bind("127.0.0.1:0")?;
            let port = listener.local_addr()?.port();
            // The same port inside, as geckodriver only answers who names it by that.
            let forward = inside.map(|namespace| namespace.forward(listener)).transpose()?;
            let option = format!("--port={port}");
            let arguments: Vec<_> = std::iter::once(option.as_str()).chain(others).collect();
            let mut server = Server::start(&driver, &arguments, inside)?;
            match server.says(mark).await {
                Ok(()) => return Ok((server, port, forward)),
                Err(error) if tries == 5 => return Err(error),
                Err(_) => tries += 1,
            }
        }
    }

    /// What can't be said when it starts: how large the page is, and what is in it
    /// before its own scripts are.
    async fn dress(&self) -> Result<()> {
        let (width, height) = self.setup.viewport;
        if self.setup.kind == Kind::Firefox {
            // The window's frame takes some of it.
            self.client.set_window_size(width, height).await?;
            let inner = "return [outerWidth - innerWidth, outerHeight - innerHeight]";
            let frame: (u32, u32) =
                serde_json::from_value(self.client.execute(inner, vec![]).await?)?;
            self.client.set_window_size(width + frame.0, height + frame.1).await?;
            return Ok(());
        }
        let script = json!({"source": format!("({})()", record::SCRIPT)});
        self.devtools("Page.addScriptToEvaluateOnNewDocument", script).await?;
        let metrics = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600,
        });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await?;
        let scheme = if self.setup.dark { "dark" } else { "light" };
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.devtools("Emulation.setEmulatedMedia", features).await?;
        if self.setup.watched {
            let script = json!({"source": include_str!("scripts/watch.js")});
            self.devtools("Page.addScriptToEvaluateOnNewDocument", script).await?;
        }
        Ok(())
    }

    /// A command of Chromium's DevTools.
    pub(crate) async fn devtools(&self, command: &str, parameters: Value) -> Result<Value> {
        anyhow::ensure!(self.setup.kind == Kind::Chromium, "{command}: only Chromium has that");
        self.command("goog/cdp/execute", json!({"cmd": command, "params": parameters})).await
    }

    /// A command that fantoccini does not know.
    pub(crate) async fn command(&self, path: &'static str, body: Value) -> Result<Value> {
        let command = Command { path, body };
        let answer = soon(path, self.client.issue_cmd(command)).await?;
        answer.with_context(|| format!("the browser does not do {path}"))
    }
}

struct Command {
    path: &'static str,
    body: Value,
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.path)
    }
}

impl WebDriverCompatibleCommand for Command {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}
