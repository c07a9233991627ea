//! The bitrate that a browser begins to send video with, in a session description.
//!
//! Chromium and Safari begin with 300 kbit/s, which is a picture 320 pixels wide, unless the
//! *remote* description has `x-google-start-bitrate` (in kbit/s) among a video codec's format
//! parameters. It is a wish of this side to itself: put there as the description is applied,
//! never sent.

use std::collections::HashSet;
use std::fmt::Write;

use sightline_protocol::limits::MAX_SDP_BYTES;

const PARAMETER: &str = "x-google-start-bitrate=";

/// Codecs of video proper: not retransmission (`rtx`) or redundancy (`red`, `ulpfec`,
/// `flexfec-03`), whose parameters mean something else.
const CODECS: [&str; 5] = ["VP8", "VP9", "H264", "H265", "AV1"];

/// An m-line has at most so many payload types of its own (RFC 3551: 7 bits).
const MAX_CODECS: usize = 128;

/// Whether the browser that made this description heeds the start bitrate. Firefox doesn't, and
/// names itself in the origin.
pub(crate) fn heeds_start_bitrate(local_sdp: &str) -> bool {
    !local_sdp.lines().any(|line| line.starts_with("o=mozilla"))
}

/// The description with this start bitrate in each of its video codecs. Where it has one already, it
/// is replaced. What is too large to be from one of our pages stays as it is.
pub(crate) fn with_start_bitrate(sdp: &str, kbps: u32) -> String {
    let codecs = Codecs::of(sdp);
    if sdp.len() > MAX_SDP_BYTES || codecs.all.is_empty() {
        return sdp.to_owned();
    }
    let mut changed = String::with_capacity(sdp.len() + 40 * codecs.all.len());
    let mut section = 0;
    for line in sdp.split_inclusive('\n') {
        let text = line.trim_end_matches(['\r', '\n']);
        let end = line.get(text.len()..).unwrap_or_default();
        section += usize::from(text.starts_with("m="));
        if let Some((codec, parameters)) = attribute(text, "a=fmtp:", section)
            && codecs.all.contains(&codec)
        {
            changed.push_str(&with_parameter(codec.1, parameters, kbps));
        } else {
            changed.push_str(text);
        }
        // The last line may lack an end, and is then not the last any more.
        if let Some((codec, _)) = attribute(text, "a=rtpmap:", section)
            && codecs.all.contains(&codec)
            && !codecs.with_parameters.contains(&codec)
        {
            let end = if end.is_empty() { "\r\n" } else { end };
            // Writing to a string can't fail.
            let _ = write!(changed, "{end}a=fmtp:{} {PARAMETER}{kbps}", codec.1);
        }
        changed.push_str(end);
    }
    changed
}

/// A codec: the section of the description, and the payload type in it.
type Codec<'a> = (usize, &'a str);

/// The video codecs of a description.
#[derive(Default)]
struct Codecs<'a> {
    all: HashSet<Codec<'a>>,
    with_parameters: HashSet<Codec<'a>>,
}

impl<'a> Codecs<'a> {
    fn of(sdp: &'a str) -> Self {
        let mut codecs = Self::default();
        let (mut section, mut video) = (0, false);
        for line in sdp.lines() {
            if line.starts_with("m=") {
                section += 1;
                video = line.starts_with("m=video ");
            }
            if !video || codecs.all.len() >= MAX_CODECS {
                continue;
            }
            if let Some((codec, format)) = attribute(line, "a=rtpmap:", section) {
                let name = format.split('/').next().unwrap_or_default();
                if CODECS.iter().any(|known| known.eq_ignore_ascii_case(name)) {
                    codecs.all.insert(codec);
                }
            } else if let Some((codec, _)) = attribute(line, "a=fmtp:", section) {
                codecs.with_parameters.insert(codec);
            }
        }
        codecs
    }
}

/// The payload type and the rest of such a line.
fn attribute<'a>(line: &'a str, name: &str, section: usize) -> Option<(Codec<'a>, &'a str)> {
    let (payload, rest) = line.strip_prefix(name)?.split_once(' ')?;
    let is_number = !payload.is_empty() && payload.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some(((section, payload), rest))
}

fn with_parameter(payload: &str, parameters: &str, kbps: u32) -> String {
    let mut line = format!("a=fmtp:{payload} ");
    let others = parameters.split(';').filter(|it| !it.trim_start().starts_with(PARAMETER));
    for parameter in others.filter(|it| !it.trim().is_empty()) {
        line.push_str(parameter);
        line.push(';');
    }
    let _ = write!(line, "{PARAMETER}{kbps}");
    line
}

#[cfg(test)]
#[path = "start_tests.rs"]
mod tests;
