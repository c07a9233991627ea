//! What is seen and heard in a page, measured rather than believed.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::json;

use crate::page::Page;
use crate::setup::Kind;
use crate::wait::until;

/// A video element.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Video {
    /// Frames decoded so far, as the element says (`getVideoPlaybackQuality`, or what
    /// `requestVideoFrameCallback` says was presented).
    pub decoded: u64,
    /// Frames shown since it was first looked at (`requestVideoFrameCallback`).
    pub shown: u64,
    /// The longest time between two of these since [`Page::reset_gap`], the time
    /// since the last one included, in milliseconds.
    pub gap: f64,
    /// How often it was paused, or given another stream, since then.
    pub stops: u32,
    /// How long it has played, in seconds.
    pub current_time: f64,
    /// The picture's size.
    pub width: u32,
    /// The picture's size.
    pub height: u32,
    /// Tracks that it has been given.
    pub tracks: usize,
    /// Whether it stands still.
    pub paused: bool,
    /// Whether it keeps its sound to itself.
    pub muted: bool,
}

/// A small copy of what a video element shows: 32 × 18 pixels, red, green and blue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture(Vec<u8>);

impl Picture {
    /// The mean brightness, from 0 (black) to 255.
    #[must_use]
    pub fn brightness(&self) -> f64 {
        let sum: f64 = self.0.iter().map(|&value| f64::from(value)).sum();
        sum / self.0.len().max(1) as f64
    }

    /// How many values of the two differ clearly.
    #[must_use]
    pub fn difference(&self, other: &Self) -> usize {
        self.0.iter().zip(&other.0).filter(|(one, two)| one.abs_diff(**two) > 24).count()
    }
}

const VIDEO: &str = include_str!("scripts/video.js");
const PICTURE: &str = include_str!("scripts/picture.js");

const LOUDNESS: &str = include_str!("scripts/loudness.js");
const LOUDNESS_RECORDED: &str = include_str!("scripts/loudness_recorded.js");

/// A thousandth of full scale: −60 dB. Digital silence is 0.
const SILENCE: f64 = 0.001;

impl Page {
    /// Looks at a video element, as in `#remote-video`; none if there is none.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn video(&self, selector: &str) -> Result<Option<Video>> {
        let video = self.script(VIDEO, vec![json!(selector), json!(false)]).await?;
        serde_json::from_value(video).context("a video element is described in another way")
    }

    /// `#remote-video`.
    ///
    /// # Errors
    /// If there is none.
    pub async fn remote(&self) -> Result<Video> {
        self.video("#remote-video").await?.with_context(|| format!("{self:?} has no #remote-video"))
    }

    /// Begins to measure [`Video::gap`] and to count [`Video::stops`] anew in `#remote-video`.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn reset_gap(&self) -> Result<()> {
        self.reset_gap_in("#remote-video").await
    }

    /// The same in another video element.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn reset_gap_in(&self, selector: &str) -> Result<()> {
        self.script(VIDEO, vec![json!(selector), json!(true)]).await.map(drop)
    }

    /// Waits until `#remote-video` has decoded and shown so many more frames.
    ///
    /// # Errors
    /// If they don't come.
    pub async fn wait_frames(&self, more: u64) -> Result<()> {
        let before = self.remote().await?;
        until(format_args!("{self:?} to show {more} more frames"), async || {
            let now = self.remote().await?;
            // An element that was given another stream may count anew.
            let shown = now.shown.saturating_sub(before.shown) >= more;
            let decoded = now.decoded.saturating_sub(before.decoded) >= more || now.decoded >= more;
            Ok(if shown && decoded { Ok(()) } else { Err(format!("{now:?} after {before:?}")) })
        })
        .await
    }

    /// What a video element shows; none where nothing was decoded.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn picture(&self, selector: &str) -> Result<Option<Picture>> {
        let pixels = self.script(PICTURE, vec![json!(selector)]).await?;
        let pixels: Option<Vec<u8>> = serde_json::from_value(pixels).context("not pixels")?;
        Ok(pixels.map(Picture))
    }

    /// Waits until a video element shows something that isn't black.
    ///
    /// # Errors
    /// If it doesn't.
    pub async fn wait_picture(&self, selector: &str) -> Result<Picture> {
        until(format_args!("{self:?} to show something in {selector}"), async || {
            let picture = self.picture(selector).await?.ok_or("no picture");
            Ok(picture.map_err(str::to_owned).and_then(|picture| {
                let light = picture.brightness();
                if light > 16.0 { Ok(picture) } else { Err(format!("brightness {light}")) }
            }))
        })
        .await
    }

    /// Waits until a video element shows something that isn't black, and then
    /// something else.
    ///
    /// # Errors
    /// If it doesn't.
    pub async fn wait_moving_picture(&self, selector: &str) -> Result<()> {
        let first = self.wait_picture(selector).await?;
        until(format_args!("the picture of {self:?} to change"), async || {
            let other = self.picture(selector).await?;
            let changed = other.map_or(0, |other| first.difference(&other));
            Ok(if changed > 4 { Ok(()) } else { Err(format!("{changed} values differ")) })
        })
        .await
    }

    /// How loud `#remote-video`'s stream has been within the last second, from 0 to 1;
    /// none where it has no sound.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn loudness(&self) -> Result<Option<f64>> {
        let script = match self.setup().kind {
            Kind::Chromium => LOUDNESS,
            Kind::Firefox => LOUDNESS_RECORDED,
        };
        Ok(self.script(script, vec![json!("#remote-video")]).await?.as_f64())
    }

    /// Waits for sound in `#remote-video`'s stream. Chromium's synthetic microphone
    /// only beeps now and then.
    ///
    /// # Errors
    /// If none comes.
    pub async fn wait_sound(&self) -> Result<()> {
        until(format_args!("{self:?} to hear something"), async || {
            let loudness = self.loudness().await?;
            let heard = loudness.is_some_and(|loudness| loudness > SILENCE);
            Ok(if heard { Ok(()) } else { Err(format!("loudness {loudness:?}")) })
        })
        .await
    }

    /// Waits until a receiver is connected to a sender who has not gone live: it has
    /// been offered both tracks and has nothing to wait for but their content.
    ///
    /// # Errors
    /// If it isn't.
    pub async fn wait_connected(&self) -> Result<()> {
        until(format_args!("{self:?} to be connected and waiting"), async || {
            let (state, line) = (self.state().await?, self.text("#status").await?);
            let tracks = self.video("#remote-video").await?.map_or(0, |video| video.tracks);
            let ready = state == "waiting" && line.contains("about to go live") && tracks == 2;
            Ok(if ready { Ok(()) } else { Err(format!("{state}, {line:?}, {tracks} tracks")) })
        })
        .await
    }

    /// Asserts that for a while no frame and no sound arrive.
    ///
    /// # Errors
    /// If one does.
    pub async fn nothing_arrives(&self, span: Duration) -> Result<()> {
        let start = Instant::now();
        while start.elapsed() < span {
            let video = self.remote().await?;
            let nothing = video.decoded == 0 && video.shown == 0 && video.width == 0;
            anyhow::ensure!(nothing, "{self:?} got a picture before it should: {video:?}");
            let loudness = self.loudness().await?.unwrap_or(0.0);
            // A recording of nothing is not quite nothing.
            let silent = loudness < SILENCE / 10.0;
            anyhow::ensure!(silent, "{self:?} heard something before it should: {loudness}");
        }
        Ok(())
    }
}
