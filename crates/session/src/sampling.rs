//! How often a connection's statistics are taken: often only while the first frame is about to come,
//! as a page says `live` when it was decoded; else as often as what is looked for can change.

use std::time::Duration;

use sightline_protocol::TrackState;

use crate::Time;
use crate::health::Health;

/// While the first frame is about to come.
const FIRST_FRAME: Duration = Duration::from_millis(100);

/// For how long it is looked for so often: a camera that is on gives one within seconds.
const FIRST_FRAME_TIME: Duration = Duration::from_secs(10);

/// The same where the other side says what this version doesn't know.
const UNKNOWN_TIME: Duration = Duration::from_secs(3);

/// While frames or sound come: it is about noticing that they stop, and who speaks.
const FLOW: Duration = Duration::from_millis(500);

/// While nothing is said to be sent.
const IDLE: Duration = Duration::from_secs(2);

/// While video is sent.
const OUTBOUND: Duration = Duration::from_secs(1);

/// What the other side sends, as far as it is known.
pub(crate) struct Incoming<'a> {
    pub(crate) video: TrackState,
    pub(crate) audio: TrackState,
    /// When it last said something else of its picture.
    pub(crate) announced_at: Time,
    /// Since when the two are connected.
    pub(crate) since: Option<Time>,
    pub(crate) health: &'a Health,
}

/// How often to take them; None for not at all. `was_connected`: it was connected once.
pub(crate) fn interval(
    now: Time,
    was_connected: bool,
    incoming: Option<Incoming<'_>>,
    sends_video: bool,
) -> Option<Duration> {
    if !was_connected {
        return None;
    }
    let incoming = incoming.map(|incoming| incoming_interval(now, &incoming));
    incoming.into_iter().chain(sends_video.then_some(OUTBOUND)).min()
}

fn incoming_interval(now: Time, incoming: &Incoming<'_>) -> Duration {
    let Incoming { video, audio, announced_at, since, health } = incoming;
    let Some(since) = *since else { return FLOW };
    let begun = since.max(*announced_at);
    let soon = match video {
        TrackState::On => FIRST_FRAME_TIME,
        TrackState::Unknown => UNKNOWN_TIME,
        _ => Duration::ZERO,
    };
    if now.saturating_sub(begun) < soon && !health.had_frames_since(begun) {
        FIRST_FRAME
    } else if *video == TrackState::On || *audio == TrackState::On || health.has_frames(now) {
        FLOW
    } else {
        IDLE
    }
}
