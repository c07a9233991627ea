//! What two pages agreed on outlives the relay, the channel and a long sleep; each message
//! arrives once and in order.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails panics")]

mod rig;

use rig::In::{
    Acks, Candidate, ChannelOpened, Closed, Deaf, Fails, Found, Frames, GoLive, Hears, Joined,
    LocalAnswer, LocalOffer, Lost, Media, Mute, Needed, Offer, Opened, Pong, Reloaded, RemoteSet,
    Says, Start, State, Time, Wake, Welcome,
};
use rig::{In, OURS, Rig, Way, calling, sending, watching};
use sightline_protocol::limits::MAX_UNACKNOWLEDGED;
use sightline_protocol::{Role, Signal, TrackState};
use sightline_session::ConnectionState::{Connected, Disconnected, Failed};

const ON: TrackState = TrackState::On;
const OFF: TrackState = TrackState::Off;

#[test]
fn a_relay_that_was_away_finds_nothing_to_negotiate() {
    watching().run(
        "receiver; what was to be said meanwhile is said once, and in order",
        &[
            (2_000, Closed(1006), "", "live RelayLost"),
            (2_000, Needed(0), "set local 0", "live RelayLost"),
            (2_000, LocalOffer(0), "", "live RelayLost"),
            (2_000, Found(0), "", "live RelayLost"),
            (2_000, Wake, "open", "live RelayLost"),
            (2_400, Opened, "join", "live RelayLost"),
            (2_500, Welcome(&[1]), "send offer 2, send candidate", "live"),
            (2_510, Joined(1), "", "live"),
            (3_900, Frames(0, 99), "", "live"),
        ],
    );
    sending().run(
        "sender; a relay that was started anew knows nobody",
        &[
            (2_000, Closed(1012), "", "live RelayLost"),
            (2_000, Media(OFF, ON), "publish 0", "live RelayLost"),
            (2_000, Wake, "open", "live RelayLost"),
            (2_400, Opened, "join", "live RelayLost"),
            (2_500, Welcome(&[]), "", "live"),
            (2_600, Joined(1), "send media off on", "live"),
        ],
    );
    watching().run(
        "the sender has as long to come back as anybody",
        &[
            (2_000, State(0, Disconnected), "", "reconnecting"),
            (2_000, Closed(1006), "", "reconnecting RelayLost"),
            (2_000, Wake, "open", "reconnecting RelayLost"),
            (2_400, Opened, "join", "reconnecting RelayLost"),
            (2_500, Welcome(&[]), "", "reconnecting"),
            (32_499, Pong, "", "reconnecting"),
            (32_500, Time, "end 0", "waiting SenderLeft"),
        ],
    );
}

#[test]
fn who_was_lost_before_the_relay_was_has_its_time_too() {
    let mut rig = watching();
    rig.play(&[
        (2_000, Lost(1)),
        (2_000, State(0, Disconnected)),
        (3_000, Closed(1006)),
        (40_000, Wake),
        (40_000, Opened),
    ]);
    assert_eq!(rig.feed(40_100, Welcome(&[])), "", "a new relay lets them in one by one");
    let words = rig.feed(41_000, Joined(1));
    assert!(words.contains("restart 0"), "the old path may be back: {words}");
    assert!(rig.pass(45_000).contains("45000: end 0"), "it is older than ten seconds");
}

#[test]
fn what_was_not_acknowledged_is_sent_again_and_taken_once() {
    let mut rig = watching();
    rig.run(
        "its acknowledgement is lost with the relay",
        &[
            (1_100, Mute(1), "", "live"),
            (1_100, Found(0), "send candidate", "live"),
            (1_200, Closed(1006), "", "live RelayLost"),
            (1_200, Found(0), "", "live RelayLost"),
            (1_300, Wake, "open", "live RelayLost"),
            (1_300, Opened, "join", "live RelayLost"),
            (1_300, Hears(1), "", "live RelayLost"),
            (1_400, Welcome(&[1]), "again send candidate, send candidate", "live"),
            (3_900, Frames(0, 9), "", "live"),
        ],
    );
    assert_eq!(rig.other(1).took, ["answer 1", "candidate", "candidate", "candidate"]);
    let mut rig = watching();
    rig.play(&[(1_100, Deaf(1)), (1_100, Found(0)), (1_200, Needed(0)), (1_210, LocalOffer(0))]);
    let words = rig.pass(12_000).replace("again send candidate", "c");
    assert_eq!(
        words.replace("again send offer 2", "o"),
        "3100: c, 3100: o, 5100: c, 5100: o, 9100: c, 9100: o",
        "less and less often"
    );
    rig.feed(12_000, Hears(1));
    assert_eq!(rig.feed(12_010, Joined(1)), "again send candidate, again send offer 2");
    assert_eq!(rig.pass(60_000), "");
    assert_eq!(rig.other(1).took, ["answer 1", "candidate", "candidate", "offer 2"]);
}

#[test]
fn what_comes_is_acknowledged_soon_and_alone_where_nothing_else_is_said() {
    let mut rig = watching();
    rig.acks.clear();
    rig.feed(2_000, Says(1, ON, OFF));
    rig.feed(2_099, Time);
    assert!(rig.acks.is_empty());
    rig.feed(2_100, Time);
    assert_eq!(rig.acks, ["1: 4"]);
    rig.feed(3_000, Says(1, ON, ON));
    assert_eq!(rig.feed(3_050, Found(0)), "send candidate");
    rig.feed(3_500, Time);
    assert_eq!(rig.acks, ["1: 4"], "it went with the candidate");
    rig.feed(3_600, ChannelOpened(0));
    rig.say(3_700, 1, Way::Direct(0), Signal::Media { video: ON, audio: OFF });
    rig.feed(3_800, Time);
    assert_eq!(rig.acks, ["1: 4", "1: 6 direct 0"]);
}

#[test]
fn a_page_that_was_loaded_again_is_begun_anew_at_once() {
    for after in [Joined(2), Lost(1)] {
        let mut rig = sending();
        rig.feed(1_000, after);
        let words = rig.feed(2_000, Reloaded(1));
        assert!(words.starts_with("end 0, ") && words.contains("create "), "{words}");
        assert_eq!(rig.other(1).took, ["media on on"]);
    }
    let mut rig = watching();
    rig.run(
        "a receiver waits for the new page's offer, whatever its number",
        &[
            (2_000, Reloaded(1), "end 0", "waiting"),
            (2_100, Offer(1, 3, 1), "create 1, set offer 1", "waiting"),
            (2_200, RemoteSet(1), "set local 1", "waiting"),
            (2_300, LocalAnswer(1), "send answer 1", "waiting"),
        ],
    );
    let mut rig = watching();
    rig.play(&[(2_000, Closed(1006)), (2_000, Wake), (2_100, Opened)]);
    rig.reload(1);
    assert_eq!(rig.feed(2_200, Welcome(&[1])), "end 0", "the relay's list says so, too");
}

#[test]
fn the_page_of_one_that_was_forgotten_goes_on_where_it_was() {
    let mut rig = sending();
    rig.play(&[(2_000, Lost(1)), (2_000, State(0, Disconnected)), (2_100, Found(0))]);
    assert_eq!(rig.pass(31_999), "22000: end 0");
    assert_eq!((rig.shows(), rig.view().peers.len()), ("waiting".to_owned(), 0));
    let words = rig.feed(90_000, Joined(1));
    assert!(words.contains("create 1, publish 1"), "{words}");
    rig.play(&[(90_100, Needed(1)), (90_200, LocalOffer(1))]);
    rig.run(
        "the answer has its number",
        &[(90_300, In::Answer(1, OURS, 1), "set answer 1", "connecting")],
    );
    let took = rig.other(1).took.clone();
    assert_eq!(took[..2], ["offer 1", "media on on"]);
    assert_eq!(took.last().unwrap(), "offer 1");

    let mut rig = watching();
    rig.play(&[(2_000, Lost(1)), (2_000, State(0, Failed))]);
    rig.pass(40_000);
    assert_eq!(rig.view().peers.len(), 0);
    let words = rig.feed(90_000, Joined(1));
    assert!(words.split(", ").all(|word| word == "send failed"), "{words}");
    rig.run(
        "a receiver knows which attempts are over",
        &[
            (90_100, Offer(1, 9, 1), "send failed", "waiting"),
            (90_200, Offer(1, 10, 1), "create 1, set offer 1", "connecting"),
        ],
    );
}

/// The other page was only asleep: it has no reason to say again what it said, and has not
/// forgotten what it was told.
#[test]
fn one_that_was_forgotten_need_not_say_again_what_it_sends() {
    let forgotten = || {
        let mut rig = calling();
        rig.play(&[(2_000, Lost(1)), (2_000, State(0, Failed))]);
        rig.pass(40_000);
        assert_eq!(rig.view().peers.len(), 1);
        rig
    };
    let mut rig = forgotten();
    rig.feed(90_000, Joined(1));
    let view = rig.view();
    let back = view.peers.iter().find(|it| it.peer == rig::peer(1)).unwrap();
    assert_eq!((back.video, back.audio), (ON, ON));
    let mut rig = forgotten();
    rig.feed(80_000, Media(OFF, OFF));
    rig.feed(90_000, Joined(1));
    assert_eq!(rig.other(1).took.last().unwrap(), "media off off");
}

#[test]
fn what_can_not_be_kept_any_more_ends_the_attempt() {
    let flood = |rig: &mut Rig| {
        let words: String = (0..=MAX_UNACKNOWLEDGED).map(|_| rig.feed(2_000, Found(0))).collect();
        words
    };
    let mut rig = sending();
    rig.feed(2_000, Closed(1006));
    assert_eq!(flood(&mut rig), "end 0");
    rig.play(&[(2_500, Wake), (2_500, Opened)]);
    let words = rig.feed(4_000, Welcome(&[1]));
    assert!(words.contains("create 1") && !words.contains("candidate"), "{words}");
    rig.play(&[(4_100, Needed(1)), (4_200, LocalOffer(1))]);
    assert_eq!(rig.other(1).took.last().unwrap(), "offer 1", "past what was withdrawn");
    let mut rig = watching();
    rig.feed(2_000, Closed(1006));
    assert_eq!(flood(&mut rig), "end 0");
    rig.play(&[(2_500, Wake), (2_500, Opened)]);
    let words = rig.feed(4_000, Welcome(&[1]));
    assert!(!words.contains("candidate"), "{words}");
    rig.pass(7_000);
    assert_eq!(rig.other(1).took.last().unwrap(), "failed", "so that another one is made");
}

#[test]
fn what_belongs_to_an_attempt_that_is_over_is_withdrawn() {
    let mut rig = sending();
    rig.play(&[(2_000, Deaf(1)), (2_000, Found(0)), (2_100, Fails(1, OURS)), (2_200, Hears(1))]);
    let words = rig.pass(4_000);
    assert!(words.contains("4000: again send nothing"), "{words}");
    assert_eq!(rig.other(1).took.last().unwrap(), "nothing", "its number counts");
    assert_eq!(rig.feed(4_100, Media(OFF, ON)).matches("send media off on").count(), 1);
}

/// A sender's first receiver, from the beginning, with all that is said on either side.
#[test]
fn all_is_said_once_where_nothing_breaks() {
    let mut rig = Rig::new(Role::Sender);
    rig.play(&[(0, Start), (0, In::Camera), (0, GoLive), (0, Opened), (0, Welcome(&[]))]);
    let mut words = rig.feed(10, Joined(1));
    for (at, event) in [
        (20, Needed(0)),
        (30, LocalOffer(0)),
        (40, Found(0)),
        (50, In::Answer(1, OURS, 1)),
        (60, RemoteSet(0)),
        (70, Candidate(1, OURS)),
        (80, State(0, Connected)),
        (90, ChannelOpened(0)),
        (95, Found(0)),
    ] {
        words += &format!(", {}", rig.feed(at, event));
    }
    words += &rig.pass(60_000);
    assert!(!words.contains("again") && !words.contains("early"), "{words}");
    assert_eq!(rig.other(1).took, ["media on on", "offer 1", "candidate", "candidate"]);
    rig.feed(60_000, Acks(1));
    assert_eq!(rig.pass(90_000), "");
}
