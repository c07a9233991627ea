//! What a page keeps open, and what goes over it: its camera's tracks and its peer
//! connections.

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
