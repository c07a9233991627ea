//! Any order of events: each command can be carried out, and what is remembered is bounded.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails panics")]

mod rig;

use proptest::prelude::*;
use rig::In::{
    Answer, Candidate, Error, Fails, Finds, Found, Frames, Joined, JoinedAs, Left, LocalAnswer,
    LocalOffer, Lost, Malformed, Needed, Offer, Opened, Pong, Reloaded, RemoteFails, RemoteSet,
    Says, Start, State, Time, Welcome,
};
use rig::{In, Rig};
use sightline_protocol::{ErrorCode, Role, TrackState};
use sightline_session::ConnectionState;
use sightline_session::ConnectionState::Connected;

/// Anything at all, mostly about a few peers, attempts and connections.
fn anything() -> impl Strategy<Value = In> {
    prop_oneof![2 => of_the_page(), 3 => of_the_relay(), 3 => of_others(), 4 => of_the_browser()]
}

fn tracks() -> impl Strategy<Value = TrackState> {
    prop_oneof![
        Just(TrackState::Off),
        Just(TrackState::On),
        Just(TrackState::Paused),
        Just(TrackState::Lost),
        Just(TrackState::Unknown),
    ]
}

fn of_the_page() -> impl Strategy<Value = In> {
    prop_oneof![
        4 => Just(Start),
        1 => Just(In::Stop),
        1 => Just(In::PageHidden),
        4 => Just(In::Camera),
        2 => (tracks(), tracks()).prop_map(|(video, audio)| In::Media(video, audio)),
        2 => Just(In::GoLive),
        2 => Just(In::Wake),
        2 => Just(In::Online),
        4 => Just(Time),
    ]
}

fn of_the_relay() -> impl Strategy<Value = In> {
    let peer = || 0_u8..5;
    let code = prop_oneof![
        Just(ErrorCode::Malformed),
        Just(ErrorCode::SenderPresent),
        Just(ErrorCode::RelayFull),
        Just(ErrorCode::Restarting),
    ];
    let role = prop_oneof![Just(Role::Sender), Just(Role::Receiver), Just(Role::Member)];
    prop_oneof![
        6 => Just(Opened),
        1 => Just(Malformed),
        1 => prop_oneof![Just(1006_u16), Just(4409), Just(4503)].prop_map(In::Closed),
        6 => Just(Welcome(&[1, 3])),
        4 => peer().prop_map(Joined),
        2 => peer().prop_map(Reloaded),
        1 => (peer(), role).prop_map(|(peer, role)| JoinedAs(peer, role)),
        1 => peer().prop_map(Left),
        2 => peer().prop_map(Lost),
        1 => code.prop_map(Error),
        1 => any::<u32>().prop_map(In::Restarting),
        1 => Just(Pong),
    ]
}

fn of_others() -> impl Strategy<Value = In> {
    let peer = || 0_u8..5;
    let attempt = || 0_u32..4;
    let round = || prop_oneof![0_u32..4, Just(u32::MAX)];
    prop_oneof![
        8 => (peer(), attempt(), round()).prop_map(|(peer, attempt, round)| Offer(peer, attempt, round)),
        4 => (peer(), attempt(), round()).prop_map(|(peer, attempt, round)| Answer(peer, attempt, round)),
        2 => (peer(), attempt()).prop_map(|(peer, attempt)| Candidate(peer, attempt)),
        2 => (peer(), attempt()).prop_map(|(peer, attempt)| Fails(peer, attempt)),
        1 => (peer(), attempt()).prop_map(|(peer, attempt)| Finds(peer, attempt)),
        2 => (peer(), tracks(), tracks()).prop_map(|(peer, video, audio)| Says(peer, video, audio)),
        1 => peer().prop_map(In::Deaf),
        1 => peer().prop_map(In::Mute),
        2 => peer().prop_map(In::Hears),
    ]
}

fn of_the_browser() -> impl Strategy<Value = In> {
    let connection = || 0_u32..6;
    let state = prop_oneof![
        1 => Just(ConnectionState::Connecting),
        4 => Just(ConnectionState::Connected),
        2 => Just(ConnectionState::Disconnected),
        1 => Just(ConnectionState::Failed),
        1 => Just(ConnectionState::Closed),
    ];
    prop_oneof![
        2 => connection().prop_map(Needed),
        2 => connection().prop_map(LocalOffer),
        2 => connection().prop_map(LocalAnswer),
        1 => connection().prop_map(In::LocalFails),
        3 => connection().prop_map(RemoteSet),
        1 => connection().prop_map(RemoteFails),
        2 => connection().prop_map(Found),
        1 => connection().prop_map(In::FoundAll),
        1 => (connection(), any::<u16>()).prop_map(|(connection, code)| In::CandidateError(connection, code)),
        4 => (connection(), state).prop_map(|(connection, state)| State(connection, state)),
        2 => (connection(), any::<u64>()).prop_map(|(connection, frames)| Frames(connection, frames)),
        1 => (connection(), any::<u64>(), any::<u64>(), any::<u8>())
            .prop_map(|(connection, frames, packets, level)| In::Sample(connection, frames, packets, level)),
        2 => connection().prop_map(In::ChannelOpened),
        1 => connection().prop_map(In::ChannelClosed),
        1 => connection().prop_map(In::Inspected),
    ]
}

/// A session that is on its way somewhere, so that more of what follows means something.
fn beginning(role: Role) -> Rig {
    let mut rig = Rig::numbered(role, 2);
    rig.play(&[(0, Start), (0, In::Camera), (0, In::GoLive), (0, Opened), (0, Welcome(&[1, 3]))]);
    if role != Role::Sender {
        rig.feed(0, Offer(1, 1, 1));
    }
    rig.feed(0, State(0, Connected));
    rig
}

proptest! {
    /// The rig checks each command: whether its driver could carry it out.
    #[test]
    fn no_order_of_events_is_too_much(
        role in prop_oneof![Just(Role::Sender), Just(Role::Receiver), Just(Role::Member)],
        began in any::<bool>(),
        events in prop::collection::vec((0_u64..8_000, anything()), 1..200),
    ) {
        let mut rig = if began { beginning(role) } else { Rig::numbered(role, 2) };
        let mut now = 0;
        for (delay, input) in events {
            now += delay;
            rig.feed(now, input);
            prop_assert!(rig.open_pairs() <= 8);
            rig.view();
        }
        let size = format!("{:?}", rig.session).len();
        prop_assert!(size < 100_000, "{} bytes", size);
        prop_assert!(rig.session.report().len() < 20_000);
        rig.feed(now, In::Stop);
        prop_assert!(rig.is_at_rest() && rig.session.next_timeout().is_none());
    }
}
