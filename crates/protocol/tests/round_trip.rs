//! Every message survives being written and read.

use proptest::prelude::*;
use sightline_protocol::{
    Candidate, ClientMessage, ConnectionId, ErrorCode, Heartbeat, IceServer, LeaveReason, PeerId,
    PeerInfo, PeerSecret, RelayMessage, Role, RoomName, Signal,
};

fn role() -> impl Strategy<Value = Role> {
    prop_oneof![Just(Role::Sender), Just(Role::Receiver)]
}

fn peer_id() -> impl Strategy<Value = PeerId> {
    any::<[u8; 16]>().prop_map(PeerId::from_bytes)
}

fn peer_info() -> impl Strategy<Value = PeerInfo> {
    (peer_id(), role()).prop_map(|(peer, role)| PeerInfo { peer, role })
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
    let connection = any::<u32>().prop_map(ConnectionId);
    prop_oneof![
        (connection.clone(), any::<u32>(), ".*")
            .prop_map(|(connection, round, sdp)| Signal::CreateOffer { connection, round, sdp }),
        (connection.clone(), any::<u32>(), ".*")
            .prop_map(|(connection, round, sdp)| Signal::CreateAnswer { connection, round, sdp }),
        (connection, candidate())
            .prop_map(|(connection, candidate)| Signal::IceCandidate { connection, candidate }),
    ]
}

fn client_message() -> impl Strategy<Value = ClientMessage> {
    prop_oneof![
        ("[a-z0-9_-]{1,64}", role(), any::<[u8; 16]>()).prop_map(|(room, role, secret)| {
            ClientMessage::Join {
                room: RoomName::parse(&room).expect("the pattern makes names only"),
                role,
                secret: PeerSecret::from_bytes(secret),
            }
        }),
        (peer_id(), signal()).prop_map(|(to, payload)| ClientMessage::Signal { to, payload }),
        Just(ClientMessage::Leave),
        Just(ClientMessage::Ping),
    ]
}

fn error_code() -> impl Strategy<Value = ErrorCode> {
    prop::sample::select(vec![
        ErrorCode::Malformed,
        ErrorCode::NotText,
        ErrorCode::TooLarge,
        ErrorCode::NotJoined,
        ErrorCode::AlreadyJoined,
        ErrorCode::NoSuchPeer,
        ErrorCode::NotAllowed,
        ErrorCode::InvalidRoom,
        ErrorCode::SenderPresent,
        ErrorCode::RoomFull,
        ErrorCode::RelayFull,
        ErrorCode::JoinTimeout,
        ErrorCode::Idle,
        ErrorCode::Replaced,
        ErrorCode::TooSlow,
        ErrorCode::Restarting,
        ErrorCode::Unknown,
    ])
}

fn relay_message() -> impl Strategy<Value = RelayMessage> {
    let ice_server = prop::collection::vec(".*", 0..3).prop_map(|urls| IceServer { urls });
    prop_oneof![
        (
            peer_id(),
            prop::collection::vec(peer_info(), 0..9),
            prop::collection::vec(ice_server, 0..3),
            any::<(u32, u32)>(),
        )
            .prop_map(|(peer, peers, ice_servers, (ping_after_ms, dead_after_ms))| {
                RelayMessage::Welcome {
                    peer,
                    peers,
                    ice_servers,
                    heartbeat: Heartbeat { ping_after_ms, dead_after_ms },
                }
            }),
        peer_info().prop_map(|peer| RelayMessage::PeerJoined { peer }),
        (peer_id(), prop_oneof![Just(LeaveReason::Left), Just(LeaveReason::Lost)])
            .prop_map(|(peer, reason)| RelayMessage::PeerLeft { peer, reason }),
        (peer_id(), signal()).prop_map(|(from, payload)| RelayMessage::Signal { from, payload }),
        (error_code(), ".*").prop_map(|(code, message)| RelayMessage::Error { code, message }),
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
    fn a_payload_passes_untouched(signal in signal(), to in any::<[u8; 16]>()) {
        use serde_json::value::RawValue;
        let payload = serde_json::to_string_pretty(&signal).unwrap();
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
