//! Every message survives being written and read.

use proptest::prelude::*;
use sightline_protocol::{
    AttemptId, Candidate, ClientMessage, ErrorCode, Heartbeat, IceReport, IceServer, InstanceId,
    LeaveReason, Paths, Payload, PeerId, PeerInfo, PeerSecret, RelayMessage, Role, RoomName,
    Signal, TrackState,
};

fn role() -> impl Strategy<Value = Role> {
    prop_oneof![Just(Role::Sender), Just(Role::Receiver), Just(Role::Member)]
}

fn roles() -> impl Strategy<Value = Vec<Role>> {
    prop::collection::vec(role(), 0..4)
}

fn peer_id() -> impl Strategy<Value = PeerId> {
    any::<[u8; 16]>().prop_map(PeerId::from_bytes)
}

fn instance() -> impl Strategy<Value = InstanceId> {
    any::<u32>().prop_map(InstanceId)
}

fn peer_info() -> impl Strategy<Value = PeerInfo> {
    (peer_id(), role(), instance(), any::<u8>()).prop_map(|(peer, role, instance, seat)| PeerInfo {
        peer,
        role,
        instance,
        seat,
    })
}

fn candidate() -> impl Strategy<Value = Candidate> {
    (".*", any::<Option<String>>(), any::<Option<u16>>(), any::<Option<String>>()).prop_map(
        |(candidate, sdp_mid, sdp_m_line_index, username_fragment)| Candidate {
            candidate,
            sdp_mid,
            sdp_m_line_index,
            username_fragment,
        },
    )
}

fn signal() -> impl Strategy<Value = Signal> {
    let attempt = any::<u32>().prop_map(AttemptId);
    prop_oneof![
        (attempt.clone(), any::<u32>(), ".*")
            .prop_map(|(attempt, round, sdp)| Signal::CreateOffer { attempt, round, sdp }),
        (attempt.clone(), any::<u32>(), ".*")
            .prop_map(|(attempt, round, sdp)| Signal::CreateAnswer { attempt, round, sdp }),
        (attempt.clone(), candidate())
            .prop_map(|(attempt, candidate)| Signal::IceCandidate { attempt, candidate }),
        attempt.clone().prop_map(|attempt| Signal::ConnectionFailed { attempt }),
        (track(), track()).prop_map(|(video, audio)| Signal::Media { video, audio }),
        (attempt, report()).prop_map(|(attempt, report)| Signal::IceReport { attempt, report }),
        Just(Signal::Leave),
    ]
}

fn track() -> impl Strategy<Value = TrackState> {
    prop::sample::select(vec![
        TrackState::Off,
        TrackState::On,
        TrackState::Paused,
        TrackState::Lost,
        TrackState::Unknown,
    ])
}

fn report() -> impl Strategy<Value = IceReport> {
    let paths = any::<(u16, u16, u16, u16, bool)>().prop_map(
        |(tried, heard, answered, working, keys_failed)| Paths {
            tried,
            heard,
            answered,
            working,
            keys_failed,
        },
    );
    (any::<[u16; 4]>(), any::<[bool; 3]>(), any::<Vec<u16>>(), paths).prop_map(
        |([host, reflexive, relayed, received], [gathered, stun, turn], errors, paths)| IceReport {
            host,
            reflexive,
            relayed,
            gathered,
            stun,
            turn,
            errors,
            received,
            paths,
        },
    )
}

fn payload() -> impl Strategy<Value = Payload> {
    let message = prop::option::of((any::<u32>(), prop::option::of(signal())));
    (instance(), instance(), any::<u32>(), message).prop_map(
        |(instance, to_instance, ack, message)| {
            let (seq, signal) = message.map_or((None, None), |(seq, signal)| (Some(seq), signal));
            Payload { instance, to_instance, ack, seq, signal, unread: None }
        },
    )
}

fn client_message() -> impl Strategy<Value = ClientMessage> {
    prop_oneof![
        ("[a-z0-9_-]{1,64}", role(), any::<[u8; 16]>(), instance(), any::<Option<u8>>()).prop_map(
            |(room, role, secret, instance, seat)| {
                ClientMessage::Join {
                    room: RoomName::parse(&room).expect("the pattern makes names only"),
                    role,
                    secret: PeerSecret::from_bytes(secret),
                    instance,
                    seat,
                }
            }
        ),
        (peer_id(), payload()).prop_map(|(to, payload)| ClientMessage::Signal { to, payload }),
        any::<bool>().prop_map(|keep_seat| ClientMessage::Leave { keep_seat }),
        Just(ClientMessage::Ping),
    ]
}

fn error_code() -> impl Strategy<Value = ErrorCode> {
    prop::sample::select(&ErrorCode::ALL)
}

fn relay_message() -> impl Strategy<Value = RelayMessage> {
    let ice_server = prop::collection::vec(".*", 0..3).prop_map(|urls| IceServer { urls });
    prop_oneof![
        (
            (peer_id(), any::<u8>()),
            (prop::collection::vec(peer_info(), 0..9), roles()),
            prop::collection::vec(ice_server, 0..3),
            any::<(u32, u32)>(),
        )
            .prop_map(
                |((peer, seat), (peers, roles), ice_servers, (ping_after_ms, dead_after_ms))| {
                    RelayMessage::Welcome {
                        peer,
                        seat,
                        peers,
                        roles,
                        ice_servers,
                        heartbeat: Heartbeat { ping_after_ms, dead_after_ms },
                    }
                }
            ),
        peer_info().prop_map(|peer| RelayMessage::PeerJoined { peer }),
        (peer_id(), prop_oneof![Just(LeaveReason::Left), Just(LeaveReason::Lost)])
            .prop_map(|(peer, reason)| RelayMessage::PeerLeft { peer, reason }),
        roles().prop_map(|roles| RelayMessage::Room { roles }),
        (peer_id(), payload()).prop_map(|(from, payload)| RelayMessage::Signal { from, payload }),
        (error_code(), ".*", any::<Option<u32>>()).prop_map(|(code, message, retry_after_ms)| {
            RelayMessage::Error { code, message, retry_after_ms }
        }),
        Just(RelayMessage::Pong),
    ]
}

proptest! {
    #[test]
    fn client_messages(message in client_message()) {
        let text = serde_json::to_string(&message).unwrap();
        prop_assert_eq!(serde_json::from_str::<ClientMessage>(&text).unwrap(), message);
    }

    #[test]
    fn relay_messages(message in relay_message()) {
        let text = serde_json::to_string(&message).unwrap();
        prop_assert_eq!(serde_json::from_str::<RelayMessage>(&text).unwrap(), message);
    }

    /// What a relay does: the payload passes as the bytes that came.
    #[test]
    fn a_payload_passes_untouched(payload in payload(), to in any::<[u8; 16]>()) {
        use serde_json::value::RawValue;
        let payload = serde_json::to_string_pretty(&payload).unwrap();
        let to = PeerId::from_bytes(to);
        let text = format!(r#"{{"payload":{payload},"to":"{to}","type":"signal"}}"#);
        let message: ClientMessage<&RawValue> = serde_json::from_str(&text).unwrap();
        let ClientMessage::Signal { payload: raw, .. } = message else { panic!("{message:?}") };
        prop_assert_eq!(raw.get(), &payload);
    }

    #[test]
    fn garbage_is_an_error_and_no_panic(text in ".*") {
        let _ = serde_json::from_str::<ClientMessage>(&text);
        let _ = serde_json::from_str::<RelayMessage>(&text);
    }
}
