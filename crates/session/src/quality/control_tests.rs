//! Traces, made up and generated: when the mode changes, and how often.

use proptest::prelude::*;

use super::*;

fn at(seconds: u64) -> Time {
    Duration::from_secs(seconds)
}

const fn sample(frames: u16, available: u32, limitation: Limitation) -> Outbound {
    Outbound {
        frames_per_second: frames,
        source_frames_per_second: Some(30),
        target_kbps: Some(available),
        available_kbps: Some(available),
        limitation,
    }
}

const SMOOTH: Outbound = sample(30, 2_500, Limitation::None);
const STARVED: Outbound = sample(5, 500, Limitation::Bandwidth);

/// When the mode changes, over a trace of one sample a second.
fn changes(begin: Degradation, trace: impl IntoIterator<Item = Outbound>) -> Vec<u64> {
    let mut control = Control::new(begin);
    let mut changes = Vec::new();
    for (second, sample) in (0..).zip(trace) {
        let before = control.mode();
        control.sample(at(second), &sample);
        if control.mode() != before {
            changes.push(second);
        }
    }
    changes
}

fn repeat(sample: Outbound, seconds: usize) -> impl Iterator<Item = Outbound> {
    std::iter::repeat_n(sample, seconds)
}

#[test]
fn a_path_that_carries_it_changes_nothing() {
    assert_eq!(changes(Degradation::MaintainResolution, repeat(SMOOTH, 600)), [0; 0]);
    assert_eq!(changes(Degradation::MaintainFramerate, repeat(STARVED, 600)), [0; 0]);
}

#[test]
fn the_resolution_is_given_up_after_three_seconds_and_not_before() {
    let trace = repeat(SMOOTH, 5).chain(repeat(STARVED, 3)).chain(repeat(SMOOTH, 30));
    assert_eq!(changes(Degradation::MaintainResolution, trace), [0; 0]);
    let trace = repeat(SMOOTH, 5).chain(repeat(STARVED, 60));
    assert_eq!(changes(Degradation::MaintainResolution, trace), [8]);
}

#[test]
fn it_returns_when_there_is_room_for_a_while() {
    let trace = repeat(STARVED, 20).chain(repeat(SMOOTH, 60));
    assert_eq!(changes(Degradation::MaintainResolution, trace), [3, 30]);
    // The first time soon: a start that was not measured.
    assert_eq!(changes(Degradation::MaintainFramerate, repeat(SMOOTH, 60)), [2]);
}

#[test]
fn each_return_in_vain_makes_the_next_later() {
    // As a path that is enough for a small picture only: it looks free whenever one is sent.
    let mut control = Control::new(Degradation::MaintainResolution);
    let mut falls = Vec::new();
    for second in 0..1_000 {
        let sharp = control.mode() == Degradation::MaintainResolution;
        control.sample(at(second), if sharp { &STARVED } else { &SMOOTH });
        if sharp && control.mode() == Degradation::MaintainFramerate {
            falls.push(second);
        }
    }
    let gaps: Vec<u64> = falls.windows(2).map(|connection| connection[1] - connection[0]).collect();
    assert_eq!(gaps, [15, 25, 45, 85, 165, 165, 165, 165, 165]);
}

#[test]
fn a_camera_in_the_dark_is_no_fault_of_the_path() {
    let dark = Outbound { source_frames_per_second: Some(7), ..sample(7, 2_500, Limitation::None) };
    assert_eq!(changes(Degradation::MaintainResolution, repeat(dark, 60)), [0; 0]);
}

#[test]
fn a_slow_processor_gets_a_smaller_picture_for_good() {
    let slow = sample(6, 2_500, Limitation::Cpu);
    assert_eq!(changes(Degradation::MaintainResolution, repeat(slow, 60)), [3]);
}

#[test]
fn firefox_says_frames_only() {
    let firefox = |frames| Outbound { frames_per_second: frames, ..Outbound::default() };
    assert_eq!(changes(Degradation::MaintainResolution, repeat(firefox(30), 60)), [0; 0]);
    // It doesn't say why there are few: nothing is concluded from that.
    assert_eq!(changes(Degradation::MaintainResolution, repeat(firefox(3), 60)), [0; 0]);
}

/// A path that falls to 260 kbit/s after 10 s and returns half a minute later: frames a second,
/// target and available bitrate, for so many seconds.
const FALLS: [(u16, u32, u32, u64); 5] = [
    (20, 2_500, 4_200, 10),
    (9, 900, 900, 2),
    (4, 260, 260, 28),
    (14, 600, 1_100, 8),
    (20, 600, 3_900, 60),
];

#[test]
fn a_path_that_falls_and_returns() {
    let trace = FALLS.iter().flat_map(|(frames, target, available, seconds)| {
        let limitation = if *target < 2_000 { Limitation::Bandwidth } else { Limitation::None };
        let outbound =
            Outbound { target_kbps: Some(*target), ..sample(*frames, *available, limitation) };
        repeat(outbound, usize::try_from(*seconds).unwrap())
    });
    assert_eq!(changes(Degradation::MaintainResolution, trace), [13, 58]);
}

fn any_sample() -> impl Strategy<Value = Outbound> {
    let limitation = prop_oneof![
        Just(Limitation::None),
        Just(Limitation::Cpu),
        Just(Limitation::Bandwidth),
        Just(Limitation::Other)
    ];
    let kbps = || proptest::option::of(0_u32..5_000);
    (0_u16..60, proptest::option::of(0_u16..60), kbps(), kbps(), limitation).prop_map(
        |(frames, source, target, available, limitation)| Outbound {
            frames_per_second: frames,
            source_frames_per_second: source,
            target_kbps: target,
            available_kbps: available,
            limitation,
        },
    )
}

proptest! {
    /// Pieces of any length with any sample.
    #[test]
    fn it_never_oscillates(
        pieces in proptest::collection::vec((any_sample(), 1_usize..20), 1..60),
        sharp in any::<bool>(),
    ) {
        let begin = if sharp { Degradation::MaintainResolution } else { Degradation::MaintainFramerate };
        let trace = pieces.into_iter().flat_map(|(sample, seconds)| repeat(sample, seconds));
        let changes = changes(begin, trace);
        for window in changes.windows(3) {
            // Down, up and down again, or the reverse.
            prop_assert!(window[2] - window[0] >= 13, "{:?}", changes);
        }
        for first in &changes {
            let minute = changes.iter().filter(|at| (*first..first + 60).contains(at)).count();
            prop_assert!(minute <= 7, "{:?}", changes);
        }
    }

    /// What stays the same leads to one mode, and stays there.
    #[test]
    fn it_comes_to_rest(
        before in proptest::collection::vec(any_sample(), 0..100),
        last in any_sample(),
    ) {
        let length = u64::try_from(before.len()).unwrap();
        let trace = before.into_iter().chain(repeat(last, 2_000));
        let late = changes(Degradation::MaintainFramerate, trace).into_iter().filter(|at| *at > length + 170);
        prop_assert_eq!(late.count(), 0);
    }
}
