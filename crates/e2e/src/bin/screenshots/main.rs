//! Takes the documentation's screenshots: `screenshots FOLDER`.
//!
//! The environment is that of the journeys; see the library. Each file is named after
//! what it shows, the device and the colours: `receiver-live-phone-dark.png`.

mod scene;

use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result};
use sightline_e2e::{Camera, Journey, Page, Relay, Setup, run};

/// A phone held upright and a small laptop, in CSS pixels.
const DEVICES: [(&str, (u32, u32)); 2] = [("phone", (390, 844)), ("laptop", (1280, 800))];

fn main() -> Result<()> {
    let folder = env::args_os().nth(1).map(PathBuf::from);
    let folder = folder.context("Say where the screenshots should go: screenshots FOLDER")?;
    fs::create_dir_all(&folder).with_context(|| format!("no folder {}", folder.display()))?;
    let scene = env::temp_dir().join(format!("sightline-scene-{}.y4m", std::process::id()));
    fs::write(&scene, scene::y4m())?;
    let taken = run(async |journey| {
        for (device, (width, height)) in DEVICES {
            for dark in [false, true] {
                // Each its own, so that who was there before does not count.
                let relay = journey.relay().await?;
                let setup = Setup { dark, ..Setup::chromium().viewport(width, height) };
                let colours = if dark { "dark" } else { "light" };
                let shots = Shots {
                    journey,
                    relay: &relay,
                    setup: setup.scene(&scene),
                    folder: &folder,
                    suffix: format!("{device}-{colours}"),
                };
                shots.all().await?;
            }
        }
        Ok(())
    });
    fs::remove_file(&scene)?;
    taken
}

/// The screenshots of one device in one choice of colours.
struct Shots<'a> {
    journey: &'a Journey,
    relay: &'a Relay,
    setup: Setup,
    folder: &'a Path,
    suffix: String,
}

impl Shots<'_> {
    async fn all(&self) -> Result<()> {
        let sender = self.journey.page("sender", self.setup.clone()).await?;
        let receiver = self.journey.page("receiver", self.setup.clone()).await?;
        sender.open(&self.relay.url("/")).await?;
        sender.find("h1").await?;
        self.take(&sender, "home").await?;

        receiver.open(&self.relay.url("/receiver?room=kabod-lupim-tosag-nirul")).await?;
        receiver.wait_state("waiting").await?;
        self.take(&receiver, "receiver-waiting").await?;

        sender.open(&self.relay.url("/sender?room=kabod-lupim-tosag-nirul")).await?;
        sender.wait_picture("#local-video").await?;
        self.take(&sender, "sender-preview").await?;
        sender.click("#go-live").await?;
        receiver.wait_state("live").await?;
        // An encoder begins with little, and takes some seconds to trust the network.
        receiver.wait_frames(200).await?;
        sender.wait_state("live").await?;
        self.take(&sender, "sender-live").await?;
        self.take(&receiver, "receiver-live").await?;
        sender.open("about:blank").await?;
        receiver.wait_state("waiting").await?;
        self.take(&receiver, "receiver-sender-left").await?;

        let setup = self.setup.clone().camera(Camera::Denied);
        let denied = self.journey.page("denied", setup).await?;
        denied.open(&self.relay.url("/sender?room=zufan-bilog-hatup-dosim")).await?;
        denied.wait_state("failed").await?;
        denied.wait_alert("then try again").await?;
        self.take(&denied, "sender-denied").await
    }

    async fn take(&self, page: &Page, name: &str) -> Result<()> {
        // Without the ring around what was clicked last, and after what fades in.
        let settle = "document.activeElement?.blur(); \
             return Promise.all(document.getAnimations() \
             .filter(one => one.effect.getComputedTiming().iterations !== Infinity) \
             .map(one => one.finished))";
        page.script(&format!("{settle}.then(() => null)"), vec![]).await?;
        page.screenshot(&self.folder.join(format!("{name}-{}.png", self.suffix))).await
    }
}
