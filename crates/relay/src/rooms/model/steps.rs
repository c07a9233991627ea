//! Generates random steps. Peers come back, take over seats and compete for them more often than
//! in uniformly random steps.

use proptest::prelude::*;
use proptest::sample::select;
use sightline_protocol::Role;

use super::reference::Reference;

pub(super) const ROOMS: u8 = 5;
const PEERS: u8 = 7;

/// A step. Connections are numbered in order, including the refused ones.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Join { room: u8, peer: u8, role: Role, instance: u32, requested: u8 },
    Leave { connection: usize },
    Disconnect { connection: usize },
    Close { connection: usize },
    Route { connection: usize, to: u8 },
    Wait { seconds: u64, expire: bool },
}

pub(super) fn next(state: &Reference) -> BoxedStrategy<Step> {
    let role = prop_oneof![
        2 => Just(Role::Sender),
        3 => Just(Role::Receiver),
        3 => Just(Role::Member),
    ];
    let requested = prop_oneof![2 => Just(0), 3 => 1..5u8, 1 => any::<u8>()];
    let join = (0..ROOMS, 0..PEERS, role, 0..3u32, requested.clone()).prop_map(
        |(room, peer, role, instance, requested)| Step::Join {
            room,
            peer,
            role,
            instance,
            requested,
        },
    );
    let seconds = prop_oneof![3 => 0..20u64, 1 => Just(10), 1 => Just(60), 1 => 50..70u64];
    let wait =
        (seconds, any::<bool>()).prop_map(|(seconds, expire)| Step::Wait { seconds, expire });
    let all: Vec<usize> = (0..state.connections.len())
        .filter(|connection| state.connections[*connection].is_some())
        .collect();
    if all.is_empty() {
        return prop_oneof![8 => join, 1 => wait].boxed();
    }
    // Mostly connections that have a seat, and sometimes one that lost it.
    let mut some = all.clone();
    for connection in &all {
        let (room, peer) = state.connections[*connection].unwrap();
        if state.connection_of(room, peer) == Some(*connection) {
            some.extend([*connection; 5]);
        }
    }
    // Peers come back in the same role more often than in uniformly random steps.
    let back: Vec<_> = state.seats.iter().map(|(key, seat)| (*key, seat.role)).collect();
    let back = if back.is_empty() {
        join.clone().boxed()
    } else {
        let back = (select(back), 0..3u32, requested);
        back.prop_map(|(((room, peer), role), instance, requested)| Step::Join {
            room,
            peer,
            role,
            instance,
            requested,
        })
        .boxed()
    };
    prop_oneof![
        5 => join,
        3 => back,
        2 => select(some.clone()).prop_map(|connection| Step::Leave { connection }),
        3 => select(some.clone()).prop_map(|connection| Step::Disconnect { connection }),
        2 => select(some.clone()).prop_map(|connection| Step::Close { connection }),
        5 => (select(some), 0..PEERS)
            .prop_map(|(connection, to)| Step::Route { connection, to }),
        2 => wait,
    ]
    .boxed()
}
