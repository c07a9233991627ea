//! What a page keeps open, and what goes over it: its camera's tracks and its peer
//! connections.

use std::time::SystemTime;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::page::Page;
use crate::wait::until;

/// A track of the page's own camera.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Track {
    /// `video` or `audio`.
    pub kind: String,
    /// `live` or `ended`.
    pub ready_state: String,
    /// Whether it lets anything through.
    pub enabled: bool,
}

/// Milliseconds since 1970: the clock that pages and this process share.
#[must_use]
pub fn now() -> f64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0.0, |since| since.as_secs_f64() * 1000.0).floor()
}

/// The longest time between two that follow each other, in milliseconds.
#[must_use]
pub fn largest_gap(times: &[f64]) -> f64 {
    times.iter().zip(times.iter().skip(1)).map(|(one, next)| next - one).fold(0.0, f64::max)
}

impl Page {
    /// The tracks of the page's own camera: in a watched page all that there ever were,
    /// otherwise those of `#local-video`, or those that [`Page::keep_tracks`] kept.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn tracks(&self) -> Result<Vec<Track>> {
        let script = "const stream = document.querySelector('#local-video')?.srcObject; \
             return (window.watchedTracks ?? window.keptTracks ?? stream?.getTracks() ?? []) \
             .map(({ kind, readyState, enabled }) => ({ kind, readyState, enabled }))";
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

    /// How often a watched page has asked for packets again that were lost.
    ///
    /// # Errors
    /// If the page is not watched.
    pub async fn missed(&self) -> Result<u64> {
        self.packets("inbound-rtp", "nackCount").await
    }

    /// The states of a watched page's peer connections, the oldest first.
    ///
    /// # Errors
    /// If the page is not watched.
    pub async fn connections(&self) -> Result<Vec<String>> {
        let script = "return watchedPeers.map(peer => peer.connectionState)";
        Ok(serde_json::from_value(self.script(script, vec![]).await?)?)
    }

    /// When the relay let a watched page in, the first time first: by [`now`]'s clock.
    ///
    /// # Errors
    /// If the page is not watched.
    pub async fn welcomes(&self) -> Result<Vec<f64>> {
        Ok(serde_json::from_value(self.script("return watchedWelcomes", vec![]).await?)?)
    }

    /// Waits until the relay has let a watched page in after a time; when that was.
    ///
    /// # Errors
    /// If it doesn't.
    pub async fn wait_welcome(&self, after: f64) -> Result<f64> {
        until(format_args!("{self:?} to be let in by the relay"), async || {
            let welcomes = self.welcomes().await?;
            let first = welcomes.iter().copied().find(|time| *time >= after);
            Ok(first.ok_or_else(|| format!("{welcomes:?}, and now it is {}", now())))
        })
        .await
    }

    /// When frames of peers' pictures came in a watched page after a time: by [`now`]'s
    /// clock, the first first.
    ///
    /// # Errors
    /// If the page is not watched.
    pub async fn frames(&self, after: f64) -> Result<Vec<f64>> {
        let script = "return watchedFrames.filter(time => time >= arguments[0])";
        Ok(serde_json::from_value(self.script(script, vec![json!(after)]).await?)?)
    }

    /// Waits for a frame in a watched page after a time; when it came.
    ///
    /// # Errors
    /// If none comes.
    pub async fn wait_frame(&self, after: f64) -> Result<f64> {
        until(format_args!("{self:?} to show a frame"), async || {
            let first = self.frames(after).await?.first().copied();
            Ok(first.ok_or_else(|| "none".to_owned()))
        })
        .await
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
