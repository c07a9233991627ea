//! Descriptions of Chromium and Firefox, and ones that no browser makes.

use proptest::prelude::*;
use sightline_protocol::limits::MAX_SDP_BYTES;

use super::*;

const CHROMIUM: [&str; 2] = [
    include_str!("descriptions/chromium-offer.sdp"),
    include_str!("descriptions/chromium-answer.sdp"),
];
const FIREFOX: [&str; 2] = [
    include_str!("descriptions/firefox-offer.sdp"),
    include_str!("descriptions/firefox-answer.sdp"),
];

/// The lines that are not in the other description.
fn only_in<'a>(sdp: &'a str, other: &str) -> Vec<&'a str> {
    sdp.lines().filter(|line| !other.lines().any(|known| known == *line)).collect()
}

#[test]
fn a_description_of_chromium() {
    let changed = with_start_bitrate(CHROMIUM[1], 2_500);
    let lines = only_in(&changed, CHROMIUM[1]);
    assert_eq!(lines.len(), 10, "{lines:#?}");
    assert!(lines.iter().all(|line| line.ends_with("x-google-start-bitrate=2500")));
    // VP8 has no parameters of its own.
    assert!(changed.contains("a=rtpmap:96 VP8/90000\r\na=fmtp:96 x-google-start-bitrate=2500\r\n"));
    assert!(changed.contains("a=fmtp:98 profile-id=0;x-google-start-bitrate=2500\r\n"));
    assert_eq!(only_in(CHROMIUM[1], &changed).len(), 9, "nothing else is gone");
}

#[test]
fn a_description_of_firefox() {
    let changed = with_start_bitrate(FIREFOX[1], 2_500);
    let lines = only_in(&changed, FIREFOX[1]);
    assert_eq!(lines.len(), 3, "{lines:#?}");
    assert!(changed.contains("a=fmtp:120 max-fs=12288;max-fr=60;x-google-start-bitrate=2500\r\n"));
    assert!(changed.contains("a=rtpmap:99 AV1/90000\r\na=fmtp:99 x-google-start-bitrate=2500\r\n"));
}

#[test]
fn retransmission_redundancy_and_sound_stay_as_they_are() {
    for sdp in CHROMIUM.into_iter().chain(FIREFOX) {
        let changed = with_start_bitrate(sdp, 1_000);
        for line in only_in(&changed, sdp) {
            assert!(!line.contains("apt=") && !line.contains("minptime"), "{line}");
        }
        let audio = |sdp: &str| {
            let at = sdp.find("m=audio").unwrap();
            let end = sdp[at + 1..].find("\r\nm=").map_or(sdp.len(), |end| at + 1 + end);
            sdp[at..end].to_owned()
        };
        assert_eq!(audio(sdp), audio(&changed));
        assert_eq!(sdp.len() - sdp.replace("red/90000", "").len(), 9);
    }
}

#[test]
fn once_more_changes_the_number_only() {
    for sdp in CHROMIUM.into_iter().chain(FIREFOX) {
        let once = with_start_bitrate(sdp, 2_500);
        assert_eq!(with_start_bitrate(&once, 2_500), once);
        assert_eq!(with_start_bitrate(&once, 300), with_start_bitrate(sdp, 300));
    }
}

#[test]
fn who_heeds_it() {
    assert!(CHROMIUM.iter().all(|sdp| heeds_start_bitrate(sdp)));
    assert!(!FIREFOX.iter().any(|sdp| heeds_start_bitrate(sdp)));
}

#[test]
fn any_end_of_line_and_none() {
    for (sdp, expected) in [
        ("", ""),
        ("v=0", "v=0"),
        (
            "m=video 9 X 96\na=rtpmap:96 VP8/90000\n",
            "m=video 9 X 96\na=rtpmap:96 VP8/90000\na=fmtp:96 x-google-start-bitrate=7\n",
        ),
        (
            "m=video 9 X 96\r\na=rtpmap:96 vp8/90000",
            "m=video 9 X 96\r\na=rtpmap:96 vp8/90000\r\na=fmtp:96 x-google-start-bitrate=7",
        ),
        // The same payload type in another section is another codec.
        (
            "m=audio 9 X 96\na=rtpmap:96 VP8/90000\nm=video 9 X 96\na=fmtp:96 a=b; x-google-start-bitrate=9\na=rtpmap:96 VP8/90000\n",
            "m=audio 9 X 96\na=rtpmap:96 VP8/90000\nm=video 9 X 96\na=fmtp:96 a=b;x-google-start-bitrate=7\na=rtpmap:96 VP8/90000\n",
        ),
        (
            "m=video 9 X 96\na=rtpmap:x VP8/90000\na=fmtp: q\n",
            "m=video 9 X 96\na=rtpmap:x VP8/90000\na=fmtp: q\n",
        ),
    ] {
        assert_eq!(with_start_bitrate(sdp, 7), expected);
    }
}

#[test]
fn what_no_browser_makes_is_left_alone() {
    let large = format!("m=video 9 X 96\r\n{}", "a=rtpmap:96 VP8/90000\r\n".repeat(MAX_SDP_BYTES));
    assert_eq!(with_start_bitrate(&large, 7), large);
    let many = (0..3_000).map(|at| format!("a=rtpmap:{at} VP8/1\n")).collect::<String>();
    let many = format!("m=video 9 X 96\n{}", many.get(..MAX_SDP_BYTES - 100).unwrap_or(&many));
    let changed = with_start_bitrate(&many, 7);
    assert!(changed.len() < many.len() + 128 * 64, "{} of {}", changed.len(), many.len());
}

fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("m=video 9 UDP/TLS/RTP/SAVPF 96 97".to_owned()),
        Just("m=audio 9 UDP/TLS/RTP/SAVPF 96".to_owned()),
        "a=rtpmap:9[5-8] (VP8|vp9|H264|rtx|opus)/90000",
        "a=fmtp:9[5-8] (x-google-start-bitrate=[0-9]{1,3}|apt=96|a=b;c=d|;;)",
        "\\PC{0,30}",
    ]
}

proptest! {
    #[test]
    fn whatever_comes(lines in proptest::collection::vec(line(), 0..40), crlf in any::<bool>()) {
        let sdp = lines.join(if crlf { "\r\n" } else { "\n" });
        let once = with_start_bitrate(&sdp, 900);
        prop_assert_eq!(&with_start_bitrate(&once, 900), &once);
        prop_assert!(once.len() <= sdp.len() + 64 * lines.len());
        // Nothing but format parameters is different.
        let rest = |sdp: &str| {
            sdp.lines().filter(|it| !it.starts_with("a=fmtp:")).map(str::to_owned).collect::<Vec<_>>()
        };
        prop_assert_eq!(rest(&once), rest(&sdp));
    }
}
