//! What is seen and heard in a page, measured rather than believed.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::{Value, json};

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

/// A track of the page's own camera.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Track {
    /// `video` or `audio`.
    pub kind: String,
    /// `live` or `ended`.
    pub ready_state: String,
}

const VIDEO: &str = r#"
const video = document.querySelector(arguments[0]);
if (!video) return null;
const all = (window.watchedVideos ??= new WeakMap());
let seen = all.get(video);
if (!seen) {
  seen = { shown: 0, presented: 0, last: performance.now(), gap: 0 };
  all.set(video, seen);
  const next = (_, { presentedFrames }) => {
    const now = performance.now();
    seen.gap = Math.max(seen.gap, now - seen.last);
    seen.last = now;
    seen.shown += 1;
    seen.presented = presentedFrames;
    video.requestVideoFrameCallback(next);
  };
  video.requestVideoFrameCallback(next);
}
if (arguments[1]) Object.assign(seen, { last: performance.now(), gap: 0 });
return {
  // Firefox does not count a live stream's frames in the first.
  decoded: Math.max(video.getVideoPlaybackQuality().totalVideoFrames, seen.presented),
  shown: seen.shown,
  gap: Math.max(seen.gap, performance.now() - seen.last),
  currentTime: video.currentTime,
  width: video.videoWidth,
  height: video.videoHeight,
  tracks: video.srcObject?.getTracks().length ?? 0,
  paused: video.paused,
  muted: video.muted,
};
"#;

const PICTURE: &str = r#"
const video = document.querySelector(arguments[0]);
if (!video?.videoWidth) return null;
const canvas = document.createElement("canvas");
[canvas.width, canvas.height] = [32, 18];
const context = canvas.getContext("2d", { willReadFrequently: true });
context.drawImage(video, 0, 0, 32, 18);
return [...context.getImageData(0, 0, 32, 18).data].filter((_, place) => place % 4 !== 3);
"#;

const LOUDNESS: &str = r#"
const stream = document.querySelector(arguments[0])?.srcObject;
if (!stream?.getAudioTracks().length) return null;
const all = (window.watchedSounds ??= new WeakMap());
let ear = all.get(stream);
if (!ear) {
  const context = new AudioContext();
  ear = context.createAnalyser();
  ear.fftSize = 32768;
  context.createMediaStreamSource(stream).connect(ear);
  all.set(stream, ear);
}
ear.context.resume();
const samples = new Float32Array(ear.fftSize);
ear.getFloatTimeDomainData(samples);
return Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length);
"#;

/// For Firefox, whose AudioContext does not run on a machine without loudspeakers: a
/// recording of a second, decoded again.
const LOUDNESS_RECORDED: &str = r#"
const stream = document.querySelector(arguments[0])?.srcObject;
const tracks = stream?.getAudioTracks() ?? [];
if (!tracks.length) return null;
const recorder = new MediaRecorder(new MediaStream(tracks));
const parts = [];
return new Promise((resolve) => {
  recorder.ondataavailable = ({ data }) => parts.push(data);
  recorder.onerror = () => resolve(null);
  recorder.onstop = async () => {
    try {
      const bytes = await new Blob(parts).arrayBuffer();
      const sound = await new OfflineAudioContext(1, 1, 48000).decodeAudioData(bytes);
      const samples = sound.getChannelData(0);
      resolve(Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length));
    } catch {
      resolve(null);
    }
  };
  recorder.start();
  setTimeout(() => recorder.stop(), 1000);
});
"#;

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

    /// Begins to measure [`Video::gap`] anew in `#remote-video`.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn reset_gap(&self) -> Result<()> {
        self.script(VIDEO, vec![json!("#remote-video"), json!(true)]).await.map(drop)
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
            let tracks = self.remote().await?.tracks;
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

    /// The tracks of the page's own camera: in a watched page all that there ever were,
    /// otherwise those of `#local-video`, or those that [`Page::keep_tracks`] kept.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn tracks(&self) -> Result<Vec<Track>> {
        let script = "const stream = document.querySelector('#local-video')?.srcObject; \
             return (window.watchedTracks ?? window.keptTracks ?? stream?.getTracks() ?? []) \
             .map(({ kind, readyState }) => ({ kind, readyState }))";
        Ok(serde_json::from_value(self.script(script, vec![]).await?)?)
    }

    /// Keeps the camera's tracks to be looked at when the page has given them up.
    ///
    /// # Errors
    /// If there are none.
    pub async fn keep_tracks(&self) -> Result<()> {
        until(format_args!("{self:?} to have a camera"), async || {
            let script = "const stream = document.querySelector('#local-video')?.srcObject; \
                 window.keptTracks = stream?.getTracks(); return window.keptTracks?.length ?? 0";
            let count = self.script(script, vec![]).await?.as_u64().unwrap_or(0);
            Ok(if count > 0 { Ok(()) } else { Err("no tracks".to_owned()) })
        })
        .await
    }

    /// What all peer connections of a [watched](crate::Setup::watched) page have sent:
    /// RTP packets.
    ///
    /// # Errors
    /// If the page is not watched.
    pub async fn sent(&self) -> Result<u64> {
        self.packets("outbound-rtp", "packetsSent").await
    }

    /// What they have received: RTP packets.
    ///
    /// # Errors
    /// If the page is not watched.
    pub async fn received(&self) -> Result<u64> {
        self.packets("inbound-rtp", "packetsReceived").await
    }

    /// The states of a watched page's peer connections, the oldest first.
    ///
    /// # Errors
    /// If the page is not watched.
    pub async fn connections(&self) -> Result<Vec<String>> {
        let script = "return watchedPeers.map(peer => peer.connectionState)";
        Ok(serde_json::from_value(self.script(script, vec![]).await?)?)
    }

    async fn packets(&self, kind: &str, field: &str) -> Result<u64> {
        let script = "const [kind, field] = arguments; \
            return Promise.all(watchedPeers.map(peer => peer.getStats())).then(all => all \
            .flatMap(stats => [...stats.values()]).filter(one => one.type === kind) \
            .reduce((sum, one) => sum + (one[field] ?? 0), 0))";
        let packets: Value = self.script(script, vec![json!(kind), json!(field)]).await?;
        packets.as_u64().context("not a count")
    }
}
