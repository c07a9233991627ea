//! What the browser counts (the W3C's `webrtc-stats`).

use js_sys::Map;
use sightline_protocol::Paths;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{RtcIceConnectionState, RtcPeerConnectionState};

use super::PeerConnection;
use crate::bindings::Stats;
use crate::promise::settled;

/// What has been received so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sample {
    /// Frames of picture that were decoded (`framesDecoded`).
    pub frames: u64,
    /// Packets of picture (`packetsReceived`).
    pub packets: u64,
    /// How loud the sound is (`audioLevel`), from 0 to 255.
    pub level: u8,
    /// How video is sent, where some is.
    pub outbound: Option<Outbound>,
}

/// How video is sent (`outbound-rtp`). What a browser doesn't say is None.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outbound {
    /// `framesPerSecond`.
    pub frames_per_second: u16,
    /// The same of the camera (`media-source`).
    pub source_frames_per_second: Option<u16>,
    /// `targetBitrate`, in kbit/s.
    pub target_kbps: Option<u32>,
    /// `availableOutgoingBitrate` of the candidate pair in use, in kbit/s.
    pub available_kbps: Option<u32>,
    /// `qualityLimitationReason`.
    pub limitation: Limitation,
}

/// The W3C's `RTCQualityLimitationReason`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Limitation {
    /// `none`, or not said.
    #[default]
    None,
    /// `cpu`.
    Cpu,
    /// `bandwidth`.
    Bandwidth,
    /// `other`.
    Other,
}

impl PeerConnection {
    /// Calls `done` with what has been received, and is being sent; with None where the browser can't say.
    pub fn sample(&self, done: impl FnOnce(Option<Sample>) + 'static) {
        settled(self.connection.get_stats(), move |report| {
            done(report.ok().map(|report| {
                let mut sample = Sample::default();
                let report = all(report);
                for (_, stats) in report.iter().filter(|(kind, _)| kind == "inbound-rtp") {
                    sample.add(stats);
                }
                sample.outbound = outbound(&report);
                sample
            }));
        });
    }

    /// Calls `done` with what became of the candidate pairs.
    pub fn inspect(&self, done: impl FnOnce(Paths) + 'static) {
        let connection = self.connection.clone();
        settled(connection.get_stats(), move |report| {
            let ice = connection.ice_connection_state();
            let found =
                matches!(ice, RtcIceConnectionState::Connected | RtcIceConnectionState::Completed);
            let mut paths = Paths::default();
            for (kind, stats) in report.map(all).unwrap_or_default() {
                match kind.as_str() {
                    "candidate-pair" => add_pair(&mut paths, &stats, found),
                    "transport" => {
                        let state = stats.dtls_state();
                        paths.keys_failed |= state.as_deref() == Some("failed");
                    }
                    _ => {}
                }
            }
            // Where there is no `dtlsState`.
            paths.keys_failed |=
                found && connection.connection_state() == RtcPeerConnectionState::Failed;
            done(paths);
        });
    }
}

impl Sample {
    fn add(&mut self, stats: &Stats) {
        // A connection that was negotiated again may have more than one of a kind.
        if is_video(stats) {
            self.frames = self.frames.saturating_add(count(stats.frames_decoded()));
            self.packets = self.packets.saturating_add(count(stats.packets_received()));
        } else {
            self.level = self.level.max(level(stats.audio_level()));
        }
    }
}

/// How video is sent, where some is.
fn outbound(report: &[(String, Stats)]) -> Option<Outbound> {
    let of = |wanted: &'static str| {
        let wanted = report.iter().filter(move |(kind, _)| kind == wanted);
        wanted.map(|(_, stats)| stats)
    };
    // A sender that was never given a track has statistics, too.
    let has_sent = |stats: &&Stats| stats.frames_sent().is_some_and(|frames| frames > 0.0);
    let sent = of("outbound-rtp").filter(|stats| is_video(stats)).find(has_sent)?;
    let source = of("media-source").find(|stats| is_video(stats));
    Some(Outbound {
        frames_per_second: sent.frames_per_second().map_or(0, rate),
        source_frames_per_second: source.and_then(Stats::frames_per_second).map(rate),
        target_kbps: sent.target_bitrate().map(kbps),
        available_kbps: of("candidate-pair")
            .filter_map(Stats::available_outgoing_bitrate)
            .map(kbps)
            .max(),
        limitation: match sent.quality_limitation_reason().as_deref() {
            Some("cpu") => Limitation::Cpu,
            Some("bandwidth") => Limitation::Bandwidth,
            Some("other") => Limitation::Other,
            _ => Limitation::None,
        },
    })
}

fn is_video(stats: &Stats) -> bool {
    stats.kind().as_deref() == Some("video")
}

/// What a counter says; 0 where there is none.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it saturates")]
fn count(counter: Option<f64>) -> u64 {
    counter.unwrap_or_default() as u64
}

/// A loudness from 0 to 1, as one from 0 to 255.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it saturates")]
fn level(loudness: Option<f64>) -> u8 {
    (loudness.unwrap_or_default() * 255.0) as u8
}

/// Frames per second, in whole ones.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it saturates")]
const fn rate(frames: f64) -> u16 {
    frames as u16
}

/// Bits per second, in thousands.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it saturates")]
fn kbps(bits: f64) -> u32 {
    (bits / 1_000.0) as u32
}

fn add_pair(paths: &mut Paths, stats: &Stats, found: bool) {
    let succeeded = stats.state().as_deref() == Some("succeeded");
    // Firefox does not count checks; what it does say implies them.
    let heard = count(stats.requests_received()) > 0 || count(stats.bytes_received()) > 0;
    let answered = count(stats.responses_received()) > 0 || succeeded;
    // Nor does it take back that one has succeeded, when the path is cut.
    let works = succeeded && found;
    for (count, holds) in [
        (&mut paths.tried, true),
        (&mut paths.heard, heard),
        (&mut paths.answered, answered),
        (&mut paths.working, works),
    ] {
        *count = count.saturating_add(holds.into());
    }
}

/// Each of a report's statistics with its type.
fn all(report: JsValue) -> Vec<(String, Stats)> {
    let report: Map = report.unchecked_into();
    let each = report.values().into_iter().filter_map(Result::ok).filter(JsValue::is_object);
    let each = each.map(JsCast::unchecked_into::<Stats>);
    each.filter_map(|stats| Some((stats.type_()?, stats))).collect()
}
