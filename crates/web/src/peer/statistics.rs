//! What the browser counts (the W3C's `webrtc-stats`).

use js_sys::Map;
use sightline_protocol::Paths;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{RtcIceConnectionState, RtcPeerConnectionState};

use super::PeerConnection;
use crate::promise::settled;
use crate::property::{get, number, small, text};

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
                        let state = text(&stats, "dtlsState");
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
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "they saturate")]
    fn add(&mut self, stats: &JsValue) {
        // A connection that was negotiated again may have more than one of a kind.
        if text(stats, "kind").as_deref() == Some("video") {
            self.frames = self.frames.saturating_add(number(stats, "framesDecoded") as u64);
            self.packets = self.packets.saturating_add(number(stats, "packetsReceived") as u64);
        } else {
            self.level = self.level.max((number(stats, "audioLevel") * 255.0) as u8);
        }
    }
}

/// How video is sent, where some is.
fn outbound(report: &[(String, JsValue)]) -> Option<Outbound> {
    let video = |wanted: &'static str| {
        move |(kind, stats): &&(String, JsValue)| {
            kind == wanted && text(stats, "kind").as_deref() == Some("video")
        }
    };
    let (_, sent) = report.iter().filter(video("outbound-rtp")).find(|(_, stats)| {
        // A sender that was never given a track has statistics, too.
        number(stats, "framesSent") > 0.0
    })?;
    let source = report.iter().find(video("media-source"));
    let pairs = report.iter().filter(|(kind, _)| kind == "candidate-pair");
    let available = pairs.filter_map(|(_, stats)| kbps(stats, "availableOutgoingBitrate")).max();
    Some(Outbound {
        frames_per_second: small(sent, "framesPerSecond"),
        source_frames_per_second: source
            .filter(|(_, stats)| get(stats, "framesPerSecond").as_f64().is_some())
            .map(|(_, stats)| small(stats, "framesPerSecond")),
        target_kbps: kbps(sent, "targetBitrate"),
        available_kbps: available,
        limitation: match text(sent, "qualityLimitationReason").as_deref() {
            Some("cpu") => Limitation::Cpu,
            Some("bandwidth") => Limitation::Bandwidth,
            Some("other") => Limitation::Other,
            _ => Limitation::None,
        },
    })
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "they saturate")]
fn kbps(stats: &JsValue, name: &str) -> Option<u32> {
    get(stats, name).as_f64().map(|bits| (bits / 1_000.0) as u32)
}

fn add_pair(paths: &mut Paths, stats: &JsValue, found: bool) {
    let positive = |name| small(stats, name) > 0;
    let succeeded = text(stats, "state").as_deref() == Some("succeeded");
    // Firefox does not count checks; what it does say implies them.
    let heard = positive("requestsReceived") || positive("bytesReceived");
    let answered = positive("responsesReceived") || succeeded;
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
fn all(report: JsValue) -> Vec<(String, JsValue)> {
    let report: Map = report.unchecked_into();
    let each = report.values().into_iter().filter_map(Result::ok);
    each.filter_map(|stats| Some((text(&stats, "type")?, stats))).collect()
}
