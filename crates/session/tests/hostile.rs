//! What the relay and the peers can do to a session: nothing.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails panics")]

mod rig;

use rig::In::{
    Answer, Candidate, Error, Fails, Finds, Found, Frames, Joined, JoinedAs, Left, LocalAnswer,
    LocalOffer, Lost, Malformed, Needed, Offer, Opened, Pong, RemoteFails, RemoteSet, Says, Start,
    State, Time, Welcome,
};
use rig::{In, Rig, Way, calling, candidate, peer, receiver, sending, signal, watching};
use sightline_protocol::limits::{MAX_CANDIDATES, MAX_SDP_BYTES};
use sightline_protocol::{
    AttemptId, ErrorCode, IceReport, InstanceId, Payload, PeerInfo, RelayMessage, Role, Signal,
    TrackState,
};
use sightline_session::ConnectionState::Failed;
use sightline_session::{ConnectionEvent, ConnectionId, Event};

#[test]
fn messages_from_nowhere_change_nothing() {
    let strays = [
        Joined(1),
        JoinedAs(5, Role::Member),
        Left(7),
        Lost(7),
        Pong,
        Malformed,
        Opened,
        Welcome(&[1, 2, 3]),
        Offer(7, 9, 2),
        Answer(1, 9, 4),
        Answer(1, 8, 1),
        Candidate(7, 9),
        Candidate(1, 8),
        Fails(1, 8),
        Fails(7, 9),
        Finds(1, 8),
        Says(7, TrackState::On, TrackState::On),
        Says(1, TrackState::Unknown, TrackState::Unknown),
        Error(ErrorCode::Unknown),
        Error(ErrorCode::NoSuchPeer),
        State(77, Failed),
        Needed(77),
        LocalOffer(77),
        RemoteSet(77),
        RemoteFails(77),
        Found(77),
        Frames(77, 1),
        In::ChannelOpened(77),
        In::Inspected(77),
        In::CandidateError(0, 701),
    ];
    for input in strays {
        watching().run("receiver", &[(1_001, input, "", "live")]);
        sending().run("sender", &[(101, input, "", "live")]);
    }
}

#[test]
fn a_flood_of_peers_is_bounded() {
    let mut rig = sending();
    for number in 2..=255 {
        rig.feed(100, Joined(number));
    }
    assert_eq!((rig.view().present, rig.open_pairs()), (16, 16), "more than any room has");
    rig.run(
        "one more is not there",
        &[(100, Joined(200), "", "live"), (100, Left(200), "", "live")],
    );
    rig.feed(100, Lost(1));
    let words = rig.feed(100, Joined(200));
    assert!(words.starts_with("end 0"), "a ghost gives its place: {words}");
    assert_eq!(rig.view().peers.len(), 16);

    let mut rig = watching();
    for number in 2..=255 {
        rig.feed(1_100, Joined(number));
        rig.feed(1_100, Offer(number, 1, 1));
    }
    assert_eq!(rig.view().present, 16);
    let crowd = (0..=255_u8).cycle().take(100_000);
    let role = Role::Sender;
    let peers = crowd
        .map(|id| PeerInfo { peer: peer(id), role, instance: InstanceId(1), seat: id })
        .collect();
    rig.play(&[(1_200, In::Closed(1006)), (1_200, In::Wake), (1_200, Opened)]);
    rig.handle(1_300, welcome(0, peers));
    assert!(rig.view().peers.len() <= 16);
}

fn welcome(me: u8, peers: Vec<PeerInfo>) -> Event {
    let heartbeat = sightline_protocol::Heartbeat { ping_after_ms: 5_000, dead_after_ms: 12_000 };
    let ice_servers = Vec::new();
    let (peer, seat, roles) = (peer(me), me, Vec::new());
    let welcome = RelayMessage::Welcome { peer, seat, peers, roles, ice_servers, heartbeat };
    Event::SocketMessage(welcome)
}

#[test]
fn what_a_peer_sends_is_bounded() {
    let offer = |attempt, bytes| {
        let attempt = AttemptId(attempt);
        Signal::CreateOffer { attempt, round: 1, sdp: "x".repeat(bytes) }
    };
    let mut rig = watching();
    let mut say = |signal| rig.say(1_100, 1, Way::Relay, signal);
    assert_eq!(say(offer(10, MAX_SDP_BYTES + 1)), "", "nothing is closed for it");
    assert_eq!(say(offer(10, MAX_SDP_BYTES)), "end 0, create 1, set offer 1");

    let mut rig = watching();
    let added = (0..1_000).filter(|_| rig.feed(1_100, Candidate(1, 9)) == "add 0").count();
    assert_eq!(added, MAX_CANDIDATES - 1, "one was there before");

    let long = |mid: &str, text: &str| {
        let mut candidate = candidate(text);
        candidate.sdp_mid = Some(mid.to_owned());
        Signal::IceCandidate { attempt: AttemptId(9), candidate }
    };
    let mut rig = watching();
    let huge = "x".repeat(1_025);
    let mut say = |signal| rig.say(1_100, 1, Way::Relay, signal);
    assert_eq!(say(long("0", &huge)), "");
    assert_eq!(say(long(&huge, "c")), "");
    assert_eq!(say(long("0", &huge[..1_024])), "add 0", "it was no more than ignored");
}

#[test]
fn reports_are_not_kept_whatever_their_size() {
    let mut rig = Rig::new(Role::Receiver);
    rig.play(&[(0, Start), (0, Opened), (0, Welcome(&[1])), (0, Offer(1, 9, 1))]);
    let before = format!("{:?}", rig.session).len();
    let errors = (0..20_000).collect();
    let report = IceReport { errors, host: u16::MAX, ..IceReport::default() };
    let attempt = AttemptId(9);
    rig.say(100, 1, Way::Relay, Signal::IceReport { attempt, report });
    for code in 0..20_000 {
        rig.feed(200, In::CandidateError(0, code));
    }
    let after = format!("{:?}", rig.session).len();
    assert!(after < before + 1_000, "grew from {before} to {after}");
}

#[test]
fn candidates_wait_for_the_description_and_not_for_the_offer() {
    let mut rig = receiver(
        "they come first",
        &[
            (0, Start, "open", "connecting"),
            (0, Opened, "join", "connecting"),
            (0, Welcome(&[1]), "", "waiting"),
        ],
    );
    for _ in 0..1_000 {
        assert_eq!(rig.feed(0, Candidate(1, 8)), "", "of an attempt that never comes");
    }
    rig.run(
        "and are not driven out",
        &[
            (0, Candidate(1, 9), "", "waiting"),
            (0, Offer(1, 9, 1), "create 0, set offer 0", "waiting"),
            (0, Candidate(1, 9), "", "waiting"),
            (0, Candidate(1, 9), "", "waiting"),
            (0, RemoteSet(0), "set local 0", "waiting"),
            (0, LocalAnswer(0), "add 0, add 0, send answer 1", "waiting"),
        ],
    );
}

/// A payload as nobody sends it who counts.
fn raw(rig: &Rig, page: u32, ack: u32, seq: Option<u32>) -> Payload {
    let off = TrackState::Off;
    let signal = seq.map(|_| Signal::Media { video: off, audio: off });
    Payload {
        instance: InstanceId(page),
        to_instance: rig.instance(),
        ack,
        seq,
        signal,
        unread: None,
    }
}

#[test]
fn numbers_that_make_no_sense_are_ignored() {
    let table: &[(&str, u32, u32, Option<u32>)] = &[
        ("a gap", 100, 0, Some(5)),
        ("the highest", 100, 0, Some(u32::MAX)),
        ("none", 100, 0, Some(0)),
        ("one that was taken", 100, 0, Some(1)),
        ("another page", 7, 0, Some(4)),
        ("our own page", 0, 0, Some(4)),
        ("an acknowledgement of what is to come", 100, u32::MAX, None),
        ("one of what is long past", 100, 0, None),
    ];
    for (what, page, ack, seq) in table {
        let mut rig = watching();
        for times in 0..1_000 {
            let payload = raw(&rig, *page, *ack, *seq);
            let words = rig.handle(1_100 + times, Event::SocketMessage(signal(1, payload)));
            assert_eq!(words, "", "{what}");
        }
        let mut payload = raw(&rig, 100, *ack, Some(4));
        payload.to_instance = InstanceId(rig.instance().0 ^ 1);
        rig.handle(2_100, Event::SocketMessage(signal(1, payload)));
        assert_eq!(rig.view().peers[0].video, TrackState::On, "{what}");
        assert!(rig.acks.len() <= 12, "{what}: {} acknowledgements in a second", rig.acks.len());
        assert_eq!(rig.feed(2_200, Candidate(1, 9)), "add 0", "{what}: the next one is taken");
        assert_eq!(rig.feed(2_300, Found(0)), "send candidate", "{what}");
    }
}

#[test]
fn a_channel_speaks_only_for_the_peer_at_its_other_end() {
    let mut rig = calling();
    let payload = raw(&rig, 100, 0, Some(3));
    let event = Event::Connection(ConnectionId(1), ConnectionEvent::ChannelMessage(payload));
    rig.handle(1_100, event);
    assert!(rig.view().peers.iter().all(|it| it.video == TrackState::On));
}

#[test]
fn a_relay_can_make_nobody_talk_to_themselves() {
    for role in [Role::Sender, Role::Receiver, Role::Member] {
        let mut rig = Rig::numbered(role, 3);
        rig.play(&[(0, Start), (0, In::Camera), (0, In::GoLive), (0, Opened)]);
        let ours = [Role::Sender, Role::Receiver, Role::Member].map(|role| PeerInfo {
            peer: peer(3),
            role,
            instance: rig.instance(),
            seat: 3,
        });
        rig.handle(0, welcome(3, ours.to_vec()));
        for info in ours {
            let joined = Event::SocketMessage(RelayMessage::PeerJoined { peer: info });
            assert_eq!(rig.handle(10, joined), "", "{role:?}");
        }
        assert_eq!((rig.view().present, rig.open_pairs()), (0, 0), "{role:?}");
    }
}

#[test]
fn a_relay_that_changes_its_mind_about_pages_is_paid_for_by_nobody_else() {
    let mut rig = sending();
    rig.play(&[(100, Joined(2)), (110, Lost(2))]);
    let mut begun = 0;
    for at in 0..10_000 {
        let page = InstanceId(u32::try_from(at % 7).unwrap());
        let info = PeerInfo { peer: peer(1), role: Role::Receiver, instance: page, seat: 1 };
        let joined = Event::SocketMessage(RelayMessage::PeerJoined { peer: info });
        begun += rig.handle(200 + at, joined).matches("create").count();
    }
    assert!((1..=40).contains(&begun), "{begun} attempts in 10 s");
    let mut rig = watching();
    for role in [Role::Receiver, Role::Member] {
        let info = PeerInfo { peer: peer(1), role, instance: InstanceId(5), seat: 1 };
        let joined = Event::SocketMessage(RelayMessage::PeerJoined { peer: info });
        assert_eq!(rig.handle(1_100, joined), "", "a sender that is said to be a {role:?}");
    }
    assert_eq!(rig.shows(), "live");
}

#[test]
fn a_relay_that_renames_us_in_a_call_breaks_nothing_that_holds() {
    let mut rig = calling();
    rig.play(&[(1_100, In::Closed(1006)), (1_100, In::Wake), (1_200, Opened)]);
    let peers = [1, 3].map(|id| PeerInfo {
        peer: peer(id),
        role: Role::Member,
        instance: rig.other(id).instance,
        seat: id,
    });
    assert_eq!(rig.handle(1_300, welcome(9, peers.to_vec())), "");
    assert_eq!(rig.shows_each(), "1 live, 3 live");
    rig.play(&[(1_400, Frames(0, 9)), (1_400, State(1, Failed))]);
    rig.pass(60_000);
}

#[test]
fn one_that_offers_without_end_keeps_nobody_else_out() {
    let mut rig = calling();
    for at in 1_000..2_000 {
        rig.feed(at, Offer(1, u32::try_from(at).unwrap(), 1));
    }
    let words = rig.feed(2_000, Joined(4));
    assert!(words.contains("create"), "the newcomer has its own: {words}");
    assert_eq!(rig.shows_each().split(", ").last().unwrap(), "4 connecting");
}

#[test]
fn what_is_remembered_of_those_who_went_is_bounded() {
    let mut rig = watching();
    let before = format!("{:?}", rig.session).len();
    for page in 0..2_000_u32 {
        let id = u8::try_from(page % 200 + 2).unwrap();
        let info =
            PeerInfo { peer: peer(id), role: Role::Sender, instance: InstanceId(page), seat: 1 };
        let message = |message| Event::SocketMessage(message);
        rig.handle(1_100, message(RelayMessage::PeerJoined { peer: info }));
        rig.feed(1_100, Left(id));
    }
    let after = format!("{:?}", rig.session).len();
    assert!(after < before + 100_000, "grew from {before} to {after}");
}

#[test]
fn time_does_not_go_back() {
    let mut rig = watching();
    rig.run(
        "an event that comes late",
        &[(10, Frames(0, 50), "", "live"), (3_999, Time, "", "live")],
    );
}

/// What comes after a message that can't be read is taken as ever, whichever way it came.
#[test]
fn a_message_that_can_not_be_read_does_not_stop_those_after_it() {
    for way in [Way::Relay, Way::Direct(0)] {
        let mut rig = watching();
        for signal in [
            r#"{"type":"connectionFailed","attempt":4294967296}"#,
            r#"{"type":"iceReport","attempt":9,"report":{"errors":[-1]}}"#,
            r#"{"type":"sing"}"#,
        ] {
            let event = match rig.said(1, way, Signal::Leave) {
                Event::SocketMessage(RelayMessage::Signal { from, payload }) => {
                    let payload = with_signal(&payload, signal);
                    Event::SocketMessage(RelayMessage::Signal { from, payload })
                }
                Event::Connection(connection, ConnectionEvent::ChannelMessage(payload)) => {
                    Event::Connection(
                        connection,
                        ConnectionEvent::ChannelMessage(with_signal(&payload, signal)),
                    )
                }
                other => panic!("{other:?}"),
            };
            assert_eq!(rig.handle(1_100, event), "", "{signal}");
        }
        let candidate = candidate("c");
        let next = Signal::IceCandidate { attempt: AttemptId(9), candidate };
        assert_eq!(rig.say(1_200, 1, way, next), "add 0", "the next one is taken: {way:?}");
        let report = rig.session.report();
        assert!(report.contains(" unknown 1 malformed 2"), "{report}");
    }
}

/// The same payload with another message, as it comes from the wire.
fn with_signal(payload: &Payload, signal: &str) -> Payload {
    let Payload { instance: page, to_instance, ack, seq, .. } = payload;
    let (page, to_instance, seq) = (page.0, to_instance.0, seq.unwrap());
    let text = format!(
        r#"{{"instance":{page},"toInstance":{to_instance},"ack":{ack},"seq":{seq},"signal":{signal}}}"#
    );
    serde_json::from_str(&text).unwrap()
}
