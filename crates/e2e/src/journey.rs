//! Runs a journey: one at a time, with a report of every page where it fails.

use std::io::Write;
use std::panic::AssertUnwindSafe;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Instant;

use anyhow::{Context, Result, anyhow};
use futures_util::FutureExt;
use tokio::runtime::Runtime;

use crate::network::Network;
use crate::page::Page;
use crate::record;
use crate::relay::Relay;
use crate::setup::Setup;

/// One for the whole process, because browsers outlive journeys.
static RUNTIME: LazyLock<std::io::Result<Runtime>> = LazyLock::new(|| {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()
});

/// Several at once would make each other late, however many threads the tests have.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// What a journey has opened.
#[derive(Debug, Default)]
pub struct Journey {
    pages: Mutex<Vec<Page>>,
    relays: Mutex<Vec<Relay>>,
}

impl Journey {
    /// A relay that lasts until the journey is over and its report written.
    ///
    /// # Errors
    /// As [`Relay::start`].
    pub async fn relay(&self) -> Result<Relay> {
        self.relay_with(&[]).await
    }

    /// One with options besides `--listen`.
    ///
    /// # Errors
    /// As [`Relay::start`].
    pub async fn relay_with(&self, options: &[&str]) -> Result<Relay> {
        let relay = Relay::with(options).await?;
        self.relays.lock().unwrap_or_else(PoisonError::into_inner).push(relay.clone());
        Ok(relay)
    }

    /// A network, and a relay in it that tells pages of its STUN server; they last until the
    /// journey is over.
    ///
    /// # Errors
    /// As [`Network::start`] and [`Relay::start`].
    pub async fn network(&self) -> Result<(Network, Relay)> {
        let network = Network::start().await?;
        let relay = Relay::on(&network, &["--stun", &network.stun()]).await?;
        self.relays.lock().unwrap_or_else(PoisonError::into_inner).push(relay.clone());
        Ok((network, relay))
    }

    /// A page in a browser of its own, empty still. The name is for reports.
    ///
    /// # Errors
    /// If the browser doesn't start.
    pub async fn page(&self, name: &str, setup: Setup) -> Result<Page> {
        let page = Page::get(name, &setup).await.with_context(|| format!("no page {name}"))?;
        self.pages.lock().unwrap_or_else(PoisonError::into_inner).push(page.clone());
        Ok(page)
    }

    fn pages(&self) -> Vec<Page> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How all pages stand.
    pub async fn describe(&self) -> String {
        let mut text = String::from("the pages:");
        for page in self.pages() {
            text.push('\n');
            text.push_str(&page.describe().await);
        }
        text
    }

    /// No page has panicked or broken its own policy.
    async fn no_defects(&self) -> Result<()> {
        for page in self.pages() {
            let defects = page.defects().await?;
            anyhow::ensure!(defects.is_empty(), "{page:?} logged {defects:#?}");
        }
        Ok(())
    }
}

/// Runs a journey in this process's runtime, one at a time. When it is over the pages
/// are looked through for panics, and for what they have shown too short to be read; their browsers wait for the next journey.
///
/// # Errors
/// The journey's own, with how all its pages stand; and what its pages logged that is
/// a defect.
pub fn run<T>(body: impl AsyncFnOnce(&Journey) -> Result<T>) -> Result<T> {
    let _one = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let runtime = RUNTIME.as_ref().map_err(|error| anyhow!("no runtime: {error}"))?;
    runtime.block_on(async {
        record::begin();
        let journey = Journey::default();
        let outcome = AssertUnwindSafe(body(&journey)).catch_unwind().await;
        let outcome = outcome.unwrap_or_else(|_| Err(anyhow!("an assertion failed, see above")));
        match outcome {
            Ok(value) => {
                journey.no_defects().await?;
                record::check(&journey.pages()).await?;
                for page in journey.pages() {
                    page.browser.give_back().await;
                }
                Ok(value)
            }
            // Its browsers end with it: who knows what state they are in.
            Err(error) => Err(anyhow!("{error:#}\n{}", journey.describe().await)),
        }
    })
}

/// [`run`] for a test: fails with the report, and says how long it took.
///
/// # Panics
/// If the journey fails.
#[allow(clippy::panic, clippy::print_stdout, reason = "for tests")]
pub fn journey(body: impl AsyncFnOnce(&Journey) -> Result<()>) {
    let start = Instant::now();
    if let Err(error) = run(body) {
        panic!("after {:.1?}: {error:#}", start.elapsed());
    }
    println!("{:.1?}", start.elapsed());
}

/// [`journey`] on a network of its own. Where there can be none it is skipped, which is
/// said even where tests' output is not shown.
///
/// # Panics
/// If the journey fails.
pub fn journey_on_network(body: impl AsyncFnOnce(&Journey, &Network, &Relay) -> Result<()>) {
    if let Some(why) = Network::missing() {
        let _ = writeln!(std::io::stderr(), "skipped: {why}");
        return;
    }
    journey(async |journey| {
        let (network, relay) = journey.network().await?;
        body(journey, &network, &relay).await
    });
}
