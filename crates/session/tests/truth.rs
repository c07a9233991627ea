//! What a page says is true, and nobody goes on air by themselves.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod rig;

use std::time::Duration;

use rig::In::{
    Camera, ChannelOpened, Closed, GoLive, Joined, Offer, Opened, PageHidden, Pong, Says, Slept,
    Start, State, Stop, Time, Wake, Welcome,
};
use rig::{In, Rig, Way, calling, receiver, sending, watching};
use sightline_protocol::{Role, Signal, TrackState};
use sightline_session::ConnectionState::{Connected, Connecting, Disconnected};

const ON: TrackState = TrackState::On;
const OFF: TrackState = TrackState::Off;

#[test]
fn meeting_a_sender_who_waits_is_no_news() {
    let meeting = [
        (0, Start, "open", "connecting"),
        (0, Opened, "join", "connecting"),
        (10, Welcome(&[1]), "", "waiting"),
        (30, Offer(1, 9, 1), "create 0, set offer 0", "waiting"),
        (80, State(0, Connecting), "", "waiting"),
    ];
    receiver("a second is enough", &meeting)
        .run("connected", &[(900, State(0, Connected), "", "waiting")]);
    let mut rig = receiver("it takes longer", &meeting);
    assert_eq!(rig.pass(1_029), "");
    assert_eq!(rig.shows(), "waiting");
    rig.pass(1_030);
    assert_eq!(rig.shows(), "connecting", "it looks by itself");
}

#[test]
fn a_sender_on_air_is_connected_to() {
    receiver(
        "on air",
        &[
            (0, Start, "open", "connecting"),
            (0, Opened, "join", "connecting"),
            (10, Welcome(&[1]), "", "waiting"),
            (20, Says(1, ON, ON), "", "waiting"),
            (30, Offer(1, 9, 1), "create 0, set offer 0", "connecting"),
        ],
    );
}

/// A receiver that is connected, and has been told nothing yet.
fn connected() -> Rig {
    let mut rig = Rig::new(Role::Receiver);
    rig.play(&[(0, Start), (0, Opened), (0, Welcome(&[1])), (0, Offer(1, 9, 1))]);
    rig.play(&[(0, State(0, Connected))]);
    rig
}

#[test]
fn sound_alone_is_live() {
    connected().run("no camera", &[(100, Says(1, OFF, ON), "", "live")]);
    connected().run("nothing at all", &[(100, Says(1, OFF, OFF), "", "waiting")]);
}

#[test]
fn a_camera_that_is_paused_from_the_start_is_not_live() {
    connected().run(
        "black frames are no picture",
        &[
            (100, Says(1, TrackState::Paused, ON), "", "waiting CameraPaused"),
            (200, In::Frames(0, 1), "", "waiting CameraPaused"),
            (700, In::Frames(0, 9), "", "waiting CameraPaused"),
            (1_200, In::Frames(0, 12), "", "waiting CameraPaused"),
            (1_300, Says(1, ON, ON), "", "live"),
        ],
    );
}

#[test]
fn a_picture_that_rests_is_said_to_while_the_relay_is_away() {
    let mut rig = watching();
    rig.run(
        "both",
        &[
            (1_500, Says(1, TrackState::Paused, ON), "", "live"),
            (2_600, Closed(1006), "", "live CameraPaused"),
        ],
    );
    assert!(rig.session.view().relay_away);
}

#[test]
fn goodbye_is_said_directly_too() {
    let mut rig = sending();
    rig.run(
        "with the relay",
        &[
            (500, ChannelOpened(0), "", "live"),
            (600, Stop, "direct 0 leave, end 0, leave, close", "ended"),
        ],
    );
    let mut rig = sending();
    rig.run(
        "without",
        &[
            (500, ChannelOpened(0), "", "live"),
            (600, Closed(1006), "", "live RelayLost"),
            (700, Stop, "direct 0 leave, end 0", "ended"),
        ],
    );
    let mut rig = sending();
    rig.run(
        "loaded again",
        &[
            (500, ChannelOpened(0), "", "live"),
            (600, PageHidden, "end 0, step out, close", "ended"),
        ],
    );
}

#[test]
fn what_the_relay_swallowed_is_said_before_the_goodbye() {
    let mut rig = sending();
    rig.play(&[
        (500, ChannelOpened(0)),
        (500, In::Deaf(1)),
        (600, In::Media(TrackState::Paused, ON)),
    ]);
    rig.play(&[(700, Closed(1006)), (750, In::Hears(1))]);
    let words = rig.feed(800, Stop);
    assert!(words.contains("media paused on") && words.contains("direct 0 leave"), "{words}");
    let took = &rig.other(1).took;
    assert!(took.ends_with(&["leave".to_owned()]), "{took:?}");
}

#[test]
fn who_says_goodbye_is_gone() {
    let mut rig = watching();
    rig.play(&[(1_100, ChannelOpened(0)), (1_200, Closed(1006))]);
    rig.run("at once", &[(1_201, In::Leaves(1, 0), "end 0", "waiting SenderLeft")]);
    assert!(rig.session.view().peers.is_empty());
    // Over and over is no more than once.
    for _ in 0..100 {
        rig.run("again", &[(1_202, In::Leaves(1, 0), "", "waiting SenderLeft")]);
    }
    // Back as another page, with the relay.
    rig.play(&[(3_000, Wake), (3_000, Opened)]);
    rig.reload(1);
    rig.run("and back", &[(3_100, Welcome(&[1]), "", "waiting")]);
}

#[test]
fn the_goodbye_of_a_page_before_changes_nothing() {
    let mut rig = watching();
    rig.feed(1_100, ChannelOpened(0));
    let late = rig.said(1, Way::Direct(0), Signal::Leave);
    rig.run("loaded again", &[(1_200, In::Reloaded(1), "end 0", "waiting")]);
    rig.session.handle(Duration::from_millis(1_300), late);
    assert_eq!(rig.session.view().present, 1);
}

/// On air, and nobody watches.
fn on_air() -> Rig {
    let mut rig = Rig::new(Role::Sender);
    rig.play(&[(0, Start), (0, Opened), (10, Welcome(&[])), (20, Camera), (30, GoLive)]);
    assert_eq!(rig.shows(), "waiting");
    rig
}

#[test]
fn a_laptop_that_wakes_goes_on_while_its_seat_is_kept() {
    let mut rig = on_air();
    rig.play(&[
        (5_000, Time),
        (5_005, Slept(59)),
        (5_010, Closed(1006)),
        (5_500, Time),
        (5_600, Opened),
    ]);
    rig.play(&[(7_000, Welcome(&[]))]);
    assert_eq!(rig.shows(), "waiting");
    assert!(rig.session.view().live);
}

#[test]
fn a_laptop_that_wakes_later_shows_the_preview() {
    let mut rig = on_air();
    rig.play(&[
        (5_000, Time),
        (5_005, Slept(61)),
        (5_010, Closed(1006)),
        (5_500, Time),
        (5_600, Opened),
    ]);
    rig.play(&[(7_000, Welcome(&[]))]);
    assert_eq!(rig.shows(), "idle WasAway");
    assert!(!rig.session.view().live);
    rig.run("somebody comes", &[(7_100, Joined(1), "create 0", "idle WasAway")]);
    rig.run("by a click", &[(8_000, GoLive, "publish 0, send media on on", "connecting")]);
}

#[test]
fn a_clock_that_goes_on_in_sleep_says_the_same() {
    let mut rig = on_air();
    rig.play(&[(61_100, Wake), (61_200, Closed(1006)), (61_900, Time), (62_000, Opened)]);
    rig.feed(62_100, Welcome(&[]));
    assert_eq!(rig.shows(), "idle WasAway");
}

#[test]
fn a_page_that_was_hidden_and_let_run_seldom_was_there() {
    let mut rig = on_air();
    rig.play(&[(61_100, Time), (61_200, Pong), (62_000, Closed(1006)), (62_900, Time)]);
    rig.play(&[(63_000, Opened), (63_100, Welcome(&[]))]);
    assert_eq!(rig.shows(), "waiting");
}

#[test]
fn a_relay_that_is_away_for_too_long_ends_it_too() {
    for (back, shows) in [(59_000, "waiting"), (62_000, "idle WasAway")] {
        let mut rig = on_air();
        rig.play(&[(1_000, Closed(1006))]);
        rig.without_relay(1_000, back);
        rig.play(&[(back, Wake), (back, Opened), (back, Welcome(&[]))]);
        assert_eq!(rig.shows(), shows, "after {back}");
    }
}

#[test]
fn while_somebody_watches_it_goes_on_without_the_relay() {
    let mut rig = sending();
    rig.play(&[(1_000, Closed(1006))]);
    rig.without_relay(1_000, 200_000);
    rig.play(&[(200_000, Wake), (200_000, Opened), (200_000, Welcome(&[1]))]);
    assert_eq!(rig.shows(), "live");
    let mut rig = sending();
    rig.play(&[(1_000, Closed(1006)), (2_000, State(0, Disconnected))]);
    rig.without_relay(2_000, 70_000);
    rig.play(&[(70_000, Wake), (70_000, Opened), (70_000, Welcome(&[]))]);
    assert_eq!(rig.shows(), "idle WasAway");
}

#[test]
fn a_member_who_was_away_is_in_the_lobby() {
    let mut rig = calling();
    rig.play(&[(5_000, Slept(3_600)), (5_010, Closed(1006)), (5_900, Time), (6_000, Opened)]);
    assert_eq!(rig.shows(), "ended WasAway");
    assert_eq!(rig.feed(6_100, Start), "open");
    assert_eq!(rig.shows(), "connecting");
}

#[test]
fn everybody_has_one_number() {
    let mut rig = watching();
    let view = rig.session.view();
    assert_eq!((view.seat, view.peers[0].seat), (0, 1));
    rig.play(&[(2_000, Closed(1006)), (2_000, Wake), (2_000, Opened)]);
    let mut member = Rig::numbered(Role::Member, 3);
    member.play(&[(0, Start), (0, Opened), (0, Welcome(&[1]))]);
    assert_eq!(member.session.view().seat, 3);
    member.play(&[(100, Closed(1006)), (100, Wake)]);
    assert_eq!(member.feed(200, Opened), "join 3");
}
