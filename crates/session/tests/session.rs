//! What a session decides, case by case: beginning, waiting, being refused, giving up, ending.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails panics")]

mod rig;

use rig::In::{
    Camera, Closed, Error, Found, GoLive, Joined, JoinedAs, Left, LocalOffer, Lost, Media, Needed,
    Offer, Opened, PageHidden, Pong, Restarting, Says, Start, State, Stop, Time, Wake, Welcome,
};
use rig::{In, Rig, Script, sender, sending, watching};
use sightline_protocol::{ErrorCode, Role, TrackState};
use sightline_session::ConnectionState::{Connected, Disconnected, Failed};
use sightline_session::LinkStatus;

const ON: TrackState = TrackState::On;
const OFF: TrackState = TrackState::Off;
const GONE: TrackState = TrackState::Lost;

#[test]
fn a_sender_publishes_nothing_before_the_click() {
    sender(
        "a connection needs the camera, a picture the click",
        &[
            (0, Start, "open", "idle"),
            (0, Opened, "join", "idle"),
            (0, Welcome(&[1]), "", "idle"),
            (0, Joined(2), "", "idle"),
            (0, Camera, "create 0, create 1", "idle"),
            (0, Joined(3), "create 2", "idle"),
            (0, State(0, Connected), "", "idle"),
            (
                0,
                GoLive,
                "publish 0, publish 1, publish 2, send media on on, send media on on to 2, \
                 send media on on to 3",
                "live",
            ),
        ],
    );
    sender(
        "the click before the camera",
        &[
            (0, Start, "open", "idle"),
            (0, GoLive, "", "connecting"),
            (0, Opened, "join", "connecting"),
            (0, Welcome(&[]), "", "waiting"),
            (0, Joined(1), "", "waiting"),
            (0, Camera, "send media on on, create 0, publish 0", "connecting"),
            (0, Media(GONE, ON), "publish 0, send media lost on", "connecting"),
            (0, Media(OFF, OFF), "publish 0, send media off off", "connecting"),
            (0, Media(OFF, OFF), "", "connecting"),
            (0, Joined(2), "", "connecting"),
            (
                0,
                Media(OFF, ON),
                "publish 0, send media off on, send media off on to 2, create 1, publish 1",
                "connecting",
            ),
        ],
    );
}

#[test]
fn who_comes_is_told_first_what_there_is_and_once() {
    for (media, told) in [
        (Media(ON, ON), "send media on on to 2"),
        (Media(TrackState::Paused, GONE), "send media paused lost to 2"),
    ] {
        let mut rig = sending();
        rig.feed(100, media);
        let commands = rig.feed(110, Joined(2));
        let mut words: Vec<&str> = commands.split(", ").collect();
        words.sort_unstable();
        assert_eq!(words, ["create 1", "publish 1", told]);
        assert_eq!(rig.feed(300, Joined(1)), "", "who knows already is not told again");
    }
    // Both were unplugged, and may come back at any moment.
    let mut rig = sending();
    rig.feed(100, Media(GONE, GONE));
    let words = rig.feed(110, Joined(2));
    assert!(words.contains("create 1") && words.contains("send media lost lost to 2"), "{words}");
}

#[test]
fn a_sender_who_takes_their_time_is_no_picture_that_has_stopped() {
    let mut rig = watching_nothing();
    rig.run(
        "they look at themselves first",
        &[
            (10_000, Pong, "", "waiting"),
            (20_000, Pong, "", "waiting"),
            (30_000, Says(1, ON, ON), "", "waiting"),
            (32_999, Pong, "", "waiting"),
            (33_000, Time, "", "waiting VideoStopped"),
            (33_100, In::Frames(0, 1), "", "live"),
        ],
    );
}

/// A receiver that is connected, and is shown nothing yet.
fn watching_nothing() -> Rig {
    let mut rig = Rig::new(Role::Receiver);
    rig.play(&[(0, Start), (0, Opened), (0, Welcome(&[1])), (0, Says(1, OFF, OFF))]);
    rig.play(&[(0, Offer(1, 9, 1)), (0, State(0, Connected))]);
    rig
}

#[test]
fn what_the_sender_says_of_its_camera_is_shown_within_a_second() {
    for (word, shows) in
        [(GONE, "waiting CameraLost"), (TrackState::Paused, "live CameraPaused"), (OFF, "live")]
    {
        watching().run(
            "the last frames still come",
            &[
                (2_000, In::Frames(0, 50), "", "live"),
                (2_100, Says(1, word, ON), "", "live"),
                (2_200, In::Frames(0, 51), "", "live"),
                (3_099, Pong, "", "live"),
                (3_100, Time, "", shows),
                (3_200, Says(1, ON, ON), "", "live"),
            ],
        );
        let mut rig = watching();
        rig.play(&[(2_000, In::Frames(0, 50)), (2_100, Says(1, word, ON))]);
        rig.pass(3_100);
        assert_eq!(rig.shows(), shows, "it looks by itself");
        let mut rig = watching();
        rig.play(&[(2_000, In::Frames(0, 50)), (2_100, Says(1, word, ON))]);
        rig.feed(2_600, Says(1, ON, ON));
        rig.feed(3_100, In::Frames(0, 70));
        assert_eq!(rig.shows(), "live", "another camera took its place");
    }
}

#[test]
fn a_receiver_walks_from_waiting_to_live_and_back() {
    watching().run(
        "the sender leaves and comes back",
        &[
            (2_000, Left(1), "end 0", "waiting SenderLeft"),
            (3_000, Joined(1), "send failed", "waiting"),
            (3_000, Offer(1, 9, 1), "send failed", "waiting"),
            (3_000, Offer(1, 10, 1), "create 1, set offer 1", "connecting"),
        ],
    );
    watching().run(
        "nothing was said of the picture for now",
        &[
            (2_000, Says(1, TrackState::Paused, ON), "", "live"),
            (4_500, Time, "", "live CameraPaused"),
            (60_000, Pong, "", "live CameraPaused"),
            (60_100, Says(1, GONE, ON), "", "waiting CameraLost"),
            (60_200, Says(1, OFF, ON), "", "live"),
            (60_300, Says(1, ON, ON), "", "live"),
        ],
    );
    let mut rig = watching();
    assert_eq!((rig.pass(3_999), rig.shows()), (String::new(), "live".to_owned()));
    assert_eq!(rig.pass(4_000), "");
    assert_eq!(rig.shows(), "reconnecting VideoStopped", "it looks by itself");
}

#[test]
fn lost_is_not_left() {
    watching().run(
        "the relay lost the sender; its media go on until they stop",
        &[
            (2_000, Lost(1), "", "live"),
            (3_500, In::Frames(0, 50), "", "live"),
            (4_000, State(0, Disconnected), "", "reconnecting"),
            (4_500, Pong, "", "reconnecting"),
            (23_499, Pong, "", "reconnecting"),
            (23_500, Time, "end 0", "waiting SenderLeft"),
        ],
    );
    watching().run(
        "it comes back in time",
        &[(2_000, Lost(1), "", "live"), (3_000, Joined(1), "", "live")],
    );
    watching().run(
        "another sender takes its seat, and not its picture's place",
        &[
            (2_000, Lost(1), "", "live"),
            (3_000, Joined(2), "", "live"),
            (3_100, Offer(2, 9, 1), "send failed to 2", "live"),
            (3_900, In::Frames(0, 50), "", "live"),
            (4_000, State(0, Failed), "end 0", "reconnecting"),
            (4_100, Offer(2, 10, 1), "create 1, set offer 1", "connecting"),
        ],
    );
    sending().run(
        "a receiver that is lost stays connected",
        &[(2_000, Lost(1), "", "live"), (3_000, Joined(1), "", "live")],
    );
    sending().run("one that leaves does not", &[(2_000, Left(1), "end 0", "waiting")]);
}

#[test]
fn who_went_without_a_word_is_gone_after_thirty_seconds() {
    let mut rig = watching();
    rig.play(&[(1_000, In::Frames(0, 50)), (8_000, State(0, Disconnected))]);
    // The relay takes its 25 s.
    (9..26).for_each(|second| drop(rig.feed(second * 1_000, Pong)));
    rig.feed(26_000, Lost(1));
    rig.pass(30_999);
    assert_eq!((rig.view().peers.len(), rig.shows()), (1, "reconnecting".to_owned()));
    rig.pass(31_000);
    assert_eq!((rig.view().peers.len(), rig.shows()), (0, "waiting SenderLeft".to_owned()));

    // The same for somebody who came, and was never connected to.
    let mut rig = Rig::new(Role::Receiver);
    rig.play(&[(0, Start), (0, Opened), (0, Welcome(&[])), (1_000, Joined(1))]);
    (2..26).for_each(|second| drop(rig.feed(second * 1_000, Pong)));
    rig.feed(26_000, Lost(1));
    rig.pass(30_999);
    assert_eq!(rig.view().peers.len(), 1);
    rig.pass(31_000);
    assert_eq!((rig.view().peers.len(), rig.shows()), (0, "waiting SenderLeft".to_owned()));
}

#[test]
fn a_seat_that_another_has_ends_no_connection() {
    for (code, close, shows) in [
        (ErrorCode::SenderPresent, 4409, "failed SenderPresent"),
        (ErrorCode::RoomFull, 4403, "failed RoomFull"),
    ] {
        for mut rig in [sending(), watching()] {
            rig.run(
                "a relay that was started anew let another one in first",
                &[
                    (2_000, Closed(1006), "", "live RelayLost"),
                    (2_000, Wake, "open", "live RelayLost"),
                    (2_100, Opened, "join", "live RelayLost"),
                    (2_200, Error(code), "", "live RelayLost"),
                    (2_200, Closed(close), "", "live RelayLost"),
                ],
            );
            let passed = rig.pass(12_200);
            assert!(passed.contains("12200: open"), "{passed}");
        }
        sender(
            "nothing is lost where there is no connection",
            &[
                (0, Start, "open", "idle"),
                (0, Opened, "join", "idle"),
                (0, Error(code), "", "idle"),
                (0, Closed(close), "", shows),
                (1_999, Time, "", shows),
                (2_000, Time, "open", shows),
                (2_000, Opened, "join", shows),
                (2_000, Welcome(&[]), "", "idle"),
            ],
        );
    }
}

#[test]
fn an_attempt_outlives_the_links_on_both_sides() {
    sender(
        "the receiver's breaks while it is being connected",
        &[
            (0, Start, "open", "idle"),
            (0, Opened, "join", "idle"),
            (0, Welcome(&[1]), "", "idle"),
            (0, Camera, "create 0", "idle"),
            (0, Lost(1), "", "idle"),
            (0, Needed(0), "set local 0", "idle"),
            (0, LocalOffer(0), "", "idle"),
            (0, Found(0), "", "idle"),
            (900, Joined(1), "send offer 1, send candidate", "idle"),
            (1_000, Joined(1), "", "idle"),
        ],
    );
}

#[test]
fn the_relay_cannot_be_reached_or_refuses() {
    let refusals = [
        (ErrorCode::InvalidRoom, "failed InvalidRoom"),
        (ErrorCode::Replaced, "ended Replaced"),
        (ErrorCode::TooLarge, "failed Refused"),
    ];
    for (code, shows) in refusals {
        let mut rig = sending();
        rig.run("mid-call", &[(100, Error(code), "close, end 0", shows)]);
        rig.run(
            "it ends there",
            &[(100, Closed(4400), "", shows), (200, Wake, "", shows), (200, In::Online, "", shows)],
        );
        assert_eq!((rig.view().present, rig.session.next_timeout()), (0, None));
        rig.run(
            "try again: nothing goes live by itself",
            &[
                (300, Start, "open", "idle"),
                (300, Opened, "join", "idle"),
                (400, Welcome(&[1]), "create 1", "idle"),
                (500, GoLive, "publish 1, send media on on", "connecting"),
            ],
        );
    }
    for mut rig in [Role::Sender, Role::Receiver, Role::Member].map(Rig::new) {
        rig.feed(0, Start);
        rig.run("not there", &[(0, Closed(1006), "", "failed RelayUnreachable")]);
        assert_eq!(rig.view().link, LinkStatus::Connecting, "it is tried again");
    }
}

#[test]
fn a_relay_that_stops_is_come_back_to_when_it_says() {
    for (asks, at) in [(3_120, 5_120), (u32::MAX, 62_000)] {
        let mut rig = watching();
        rig.run(
            "it is going",
            &[(2_000, Restarting(asks), "", "live"), (2_000, Closed(1012), "", "live RelayLost")],
        );
        let passed = rig.pass(at);
        assert!(passed.ends_with(&format!("{at}: open")), "{passed}");
        assert_eq!(passed.matches("open").count(), 1, "not before: {passed}");
    }
}

#[test]
fn stop_and_start_in_each_state() {
    let steps: [(In, bool); 6] = [
        (Start, true),
        (Opened, true),
        (Welcome(&[1]), true),
        (Camera, false),
        (GoLive, false),
        (State(0, Connected), false),
    ];
    for count in 0..=steps.len() {
        for (role, end) in [Role::Sender, Role::Receiver, Role::Member]
            .into_iter()
            .flat_map(|role| [(role, Stop), (role, PageHidden)])
        {
            let mut rig = Rig::new(role);
            for (input, both) in &steps[..count] {
                if *both || role != Role::Receiver {
                    rig.feed(0, *input);
                }
            }
            rig.feed(1, end);
            let what = format!("{role:?} {end:?} after {count} steps");
            assert_eq!(rig.view().status.name(), "ended", "{what}");
            assert!(rig.is_at_rest() && rig.session.next_timeout().is_none(), "{what}");
            let stray: Script<'_> = &[
                (2, Opened, "", "ended"),
                (2, Welcome(&[1]), "", "ended"),
                (2, Joined(1), "", "ended"),
                (2, Offer(1, 1, 1), "", "ended"),
                (2, Error(ErrorCode::InvalidRoom), "", "ended"),
                (2, Closed(4409), "", "ended"),
                (2, State(0, Failed), "", "ended"),
                (2, Needed(0), "", "ended"),
                (2, Wake, "", "ended"),
                (2, In::Online, "", "ended"),
                (90_000, Time, "", "ended"),
                (90_000, Stop, "", "ended"),
                (90_000, PageHidden, "", "ended"),
            ];
            rig.run(&what, stray);
            assert_eq!(rig.feed(90_001, Start), "open", "{what}");
            assert_eq!(rig.feed(90_001, Start), "", "{what}, started twice");
            assert_eq!(rig.view().notice, None, "{what}");
        }
    }
    let mut rig = sending();
    rig.run("everything is closed", &[(2_000, Stop, "end 0, leave, close", "ended")]);
    rig.play(&[(3_000, Start), (3_000, Opened), (3_000, Welcome(&[1]))]);
    assert_eq!(rig.feed(3_000, Camera), "create 1", "the click counts once");
}

#[test]
fn a_page_that_is_put_away_keeps_its_seat_and_begins_as_another() {
    let mut rig = watching();
    let page = rig.instance();
    rig.run(
        "put away, and shown again",
        &[
            (2_000, PageHidden, "end 0, step out, close", "ended"),
            (9_000, Start, "open", "connecting"),
            (9_000, Opened, "join", "connecting"),
            (9_000, Welcome(&[1]), "", "waiting"),
            (9_010, Says(1, ON, ON), "", "waiting"),
            (9_020, Offer(1, 10, 1), "create 1, set offer 1", "connecting"),
        ],
    );
    assert_ne!(rig.instance(), page, "the others must not think that it remembers");
    let mut rig = watching();
    rig.feed(2_000, Stop);
    rig.play(&[(3_000, Start), (3_000, Opened)]);
    assert_ne!(rig.instance(), page);
    let mut rig = watching();
    rig.play(&[(2_000, Closed(1006)), (2_000, Start), (2_010, Opened)]);
    assert_eq!(rig.instance(), page, "but here it does");
}

#[test]
fn like_is_not_paired_with_like() {
    for role in [Role::Sender, Role::Receiver] {
        let mut rig = Rig::new(role);
        rig.play(&[(0, Start), (0, Opened), (0, Welcome(&[])), (0, Camera)]);
        for stranger in [role, Role::Member] {
            assert_eq!(rig.feed(1, JoinedAs(4, stranger)), "");
        }
        assert_eq!(rig.view().present, 0);
    }
}

#[test]
fn a_report_has_no_address_no_room_and_no_secret() {
    let mut rig = watching();
    rig.feed(1_100, Found(0));
    rig.feed(1_100, In::CandidateError(0, 701));
    let connected = rig.session.report();
    rig.feed(1_200, State(0, Failed));
    rig.feed(1_300, Lost(1));
    rig.feed(1_400, Closed(4503));
    let id = String::from(rig::peer(1));
    for report in [connected, rig.session.report()] {
        for word in ["192.0.2", "demo", "a5a5", "v=0", "candidate:", &id[..8]] {
            assert!(!report.contains(word), "{word} is in {report}");
        }
        for word in ["receiver", "relay", "peer", "error 701"] {
            assert!(report.contains(word), "{word} is not in {report}");
        }
    }
}
