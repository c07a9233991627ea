//! One connection, from the probe to the first picture.

use sightline_protocol::ProbeReport;

use super::*;

const CONNECTION: ConnectionId = ConnectionId(3);

const WAITING: Circumstances =
    Circumstances { healthy: true, live: false, save_data: false, sharing: 1 };

fn at(millis: u64) -> Time {
    std::time::Duration::from_millis(millis)
}

const ANSWER: &str = "m=video 9 X 96\na=rtpmap:96 VP8/90000\n";

/// One that waits, of Chromium, and has applied an answer.
fn waiting() -> Quality {
    let mut quality = Quality::new(true);
    quality.described("o=- 1 2 IN IP4 0.0.0.0");
    assert!(quality.prepare(ANSWER.into()).ends_with("x-google-start-bitrate=800\n"));
    quality.channel_opened();
    quality
}

/// Probes over a path of this rate without a delay, until it is over.
fn probe(quality: &mut Quality, about: Circumstances, kbps: u64) -> u32 {
    let mut commands = VecDeque::new();
    let (mut now, mut sent) = (at(0), 0);
    quality.advance(now, CONNECTION, about, &mut commands);
    let mut came = (0, 0);
    while let Some(command) = commands.pop_front() {
        let Command::SendProbe(CONNECTION, ProbeMessage::Chunk { train, bytes }) = command else {
            panic!("{command:?}");
        };
        now += std::time::Duration::from_micros(u64::from(bytes) * 8_000 / kbps);
        sent += u32::from(bytes);
        came = (train, if train == came.0 { came.1 } else { 0 } + u32::from(bytes));
        let report = ProbeMessage::Report(ProbeReport { train, bytes: came.1 });
        quality.probed(now, CONNECTION, report, &mut commands);
    }
    sent
}

fn settled(quality: &mut Quality, about: Circumstances) -> Vec<Command> {
    let mut commands = VecDeque::new();
    quality.advance(at(60_000), CONNECTION, about, &mut commands);
    commands.into()
}

const SHARP: [Command; 1] =
    [Command::Configure(CONNECTION, SendSettings { degradation: Degradation::MaintainResolution })];

#[test]
fn a_path_that_carries_it_begins_sharp() {
    for (kbps, start) in [(100_000, 2_500), (5_000, 2_500), (3_000, 2_100)] {
        let mut quality = waiting();
        assert!(probe(&mut quality, WAITING, kbps) <= 256 << 10);
        assert_eq!(settled(&mut quality, WAITING), SHARP, "{kbps}");
        assert!(quality.wants_refresh());
        let answer = quality.prepare(ANSWER.into());
        let found = answer.trim().rsplit('=').next().unwrap().parse::<u32>().unwrap();
        assert!(found <= start && found + 200 > start, "{found} for {kbps}");
        assert!(!quality.wants_refresh(), "once is enough");
    }
}

#[test]
fn a_path_that_does_not_begins_moderately() {
    for kbps in [1_000, 2_000] {
        let mut quality = waiting();
        probe(&mut quality, WAITING, kbps);
        assert_eq!(settled(&mut quality, WAITING), [], "{kbps}");
        assert!(!quality.wants_refresh(), "{kbps}");
    }
}

#[test]
fn a_very_slow_path_begins_as_browsers_do() {
    let mut quality = waiting();
    probe(&mut quality, WAITING, 400);
    assert_eq!(settled(&mut quality, WAITING), []);
    assert!(quality.wants_refresh());
    assert!(quality.prepare(ANSWER.into()).ends_with("x-google-start-bitrate=300\n"));
}

#[test]
fn who_share_a_path_share_what_it_carries() {
    let mut quality = waiting();
    let about = Circumstances { sharing: 4, ..WAITING };
    probe(&mut quality, about, 5_000);
    assert_eq!(settled(&mut quality, about), []);
    // The others go: what was measured still holds.
    assert_eq!(settled(&mut quality, WAITING), SHARP);
}

#[test]
fn nothing_is_measured_where_that_is_not_wanted_or_in_the_way() {
    for about in [
        Circumstances { save_data: true, ..WAITING },
        Circumstances { live: true, ..WAITING },
        Circumstances { healthy: false, ..WAITING },
    ] {
        assert_eq!(probe(&mut waiting(), about, 5_000), 0, "{about:?}");
    }
    let mut receiving = Quality::new(false);
    receiving.channel_opened();
    assert_eq!(probe(&mut receiving, WAITING, 5_000), 0);
    assert_eq!(receiving.prepare("m=video".into()), "m=video");
}

#[test]
fn going_live_ends_the_probe() {
    let mut quality = waiting();
    let mut commands = VecDeque::new();
    quality.advance(at(0), CONNECTION, WAITING, &mut commands);
    assert_eq!(commands.len(), 4);
    commands.clear();
    quality.advance(at(5), CONNECTION, Circumstances { live: true, ..WAITING }, &mut commands);
    let report = ProbeMessage::Report(ProbeReport { train: 1, bytes: 16 << 10 });
    quality.probed(at(10), CONNECTION, report, &mut commands);
    assert_eq!(commands, []);
    assert!(!quality.wants_refresh());
}

#[test]
fn firefox_is_told_no_start_bitrate_and_keeps_the_resolution() {
    let mut quality = Quality::new(true);
    quality.described("o=mozilla...THIS_IS_SDPARTA-99.0 1 0 IN IP4 0.0.0.0");
    assert_eq!(quality.prepare(ANSWER.into()), ANSWER);
    quality.channel_opened();
    probe(&mut quality, WAITING, 5_000);
    assert_eq!(settled(&mut quality, WAITING), SHARP);
    assert!(!quality.wants_refresh());
}

#[test]
fn what_is_not_measured_begins_moderately() {
    for about in
        [Circumstances { save_data: true, ..WAITING }, Circumstances { live: true, ..WAITING }]
    {
        let mut quality = Quality::new(true);
        quality.described("o=- 1 2 IN IP4 0.0.0.0");
        assert_eq!(settled(&mut quality, about), []);
        assert!(quality.prepare(ANSWER.into()).ends_with("x-google-start-bitrate=800\n"));
        assert!(!quality.wants_refresh());
    }
    // One that doesn't answer.
    let mut quality = waiting();
    quality.advance(at(0), CONNECTION, WAITING, &mut VecDeque::new());
    assert_eq!(settled(&mut quality, WAITING), []);
    assert!(!quality.wants_refresh());
}

#[test]
fn a_click_in_the_midst_of_the_probe_changes_no_description_afterwards() {
    let mut quality = waiting();
    quality.advance(at(0), CONNECTION, WAITING, &mut VecDeque::new());
    settled(&mut quality, Circumstances { live: true, ..WAITING });
    assert!(!quality.wants_refresh());
    // As at an ICE restart.
    assert!(quality.prepare(ANSWER.into()).ends_with("x-google-start-bitrate=800\n"));
}
