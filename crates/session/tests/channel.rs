//! The data channel and the relay: two ways for the same messages.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails panics")]

mod rig;

use rig::In::{
    ChannelClosed, ChannelOpened, Closed, Deaf, Found, Frames, Hears, LocalOffer, Needed, Online,
    RemoteSet, State, Time,
};
use rig::{Way, watching};
use sightline_protocol::{AttemptId, Signal, TrackState};
use sightline_session::ConnectionState::{Connected, Disconnected, Failed};

const ON: TrackState = TrackState::On;
const OFF: TrackState = TrackState::Off;

#[test]
fn a_channel_is_the_first_choice_while_it_is_well() {
    watching().run(
        "it is not where its path may be broken",
        &[
            (1_100, ChannelOpened(0), "", "live"),
            (1_200, Found(0), "direct 0 candidate", "live"),
            (1_300, State(0, Disconnected), "", "reconnecting"),
            (1_400, Found(0), "send candidate", "reconnecting"),
            (1_500, State(0, Connected), "", "live"),
            (1_600, Found(0), "direct 0 candidate", "live"),
            (1_700, Online, "ping, restart 0", "live"),
            (1_800, Found(0), "send candidate", "live"),
            (1_800, Frames(0, 9), "", "live"),
            (3_500, Frames(0, 99), "", "live"),
            (5_000, Frames(0, 199), "", "live"),
            (5_700, Found(0), "direct 0 candidate", "live"),
            (5_800, ChannelClosed(0), "", "live"),
            (5_900, Found(0), "send candidate", "live"),
        ],
    );
}

#[test]
fn what_was_not_acknowledged_in_time_takes_both_ways() {
    let mut rig = watching();
    rig.run(
        "the channel is dead, and nobody has noticed",
        &[
            (1_100, ChannelOpened(0), "", "live"),
            (1_100, Deaf(1), "", "live"),
            (1_200, Found(0), "direct 0 candidate", "live"),
            (1_300, Frames(0, 5), "", "live"),
            (1_400, Hears(1), "", "live"),
            (3_200, Time, "again direct 0 candidate, again send candidate", "live"),
            (3_900, Frames(0, 9), "", "live"),
        ],
    );
    assert_eq!(rig.other(1).took, ["answer 1", "candidate", "candidate"], "it counts once");
    assert_eq!(rig.pass(3_900), "");
    let media = |video| Signal::Media { video, audio: ON };
    let said = rig.said(1, Way::Direct(0), media(OFF));
    rig.handle(4_000, said.clone());
    assert_eq!(rig.view().peers[0].video, OFF);
    rig.say(4_100, 1, Way::Relay, media(ON));
    rig.handle(4_200, said);
    assert_eq!(rig.view().peers[0].video, ON, "what comes twice is taken once");
}

#[test]
fn two_pages_agree_over_their_channel_while_the_relay_is_away() {
    let mut rig = watching();
    rig.run(
        "a track is added",
        &[
            (1_100, ChannelOpened(0), "", "live"),
            (1_200, Closed(1006), "", "live RelayLost"),
            (1_200, Needed(0), "set local 0", "live RelayLost"),
            (1_200, LocalOffer(0), "direct 0 offer 2", "live RelayLost"),
        ],
    );
    let answer = Signal::CreateAnswer { attempt: AttemptId(9), round: 2, sdp: "v=0".to_owned() };
    assert_eq!(rig.say(1_200, 1, Way::Direct(0), answer), "set answer 0");
    rig.run(
        "where the path breaks, too, what is said may arrive, and is kept",
        &[
            (1_200, RemoteSet(0), "", "live RelayLost"),
            (1_200, State(0, Disconnected), "", "reconnecting RelayLost"),
            (1_200, Deaf(1), "", "reconnecting RelayLost"),
            (1_200, Found(0), "direct 0 candidate", "reconnecting RelayLost"),
            (1_200, Hears(1), "", "reconnecting RelayLost"),
            (1_200, State(0, Connected), "again direct 0 candidate", "live RelayLost"),
        ],
    );
    let mut rig = watching();
    rig.play(&[(1_100, ChannelOpened(0)), (1_200, Closed(1006)), (1_300, State(0, Failed))]);
    let passed = rig.pass(1_400);
    assert!(!passed.contains("send") && !passed.contains("direct"), "no way is left: {passed}");
}
