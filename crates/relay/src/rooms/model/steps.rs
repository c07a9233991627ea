//! What may happen next: drawn so that peers come back, take over and run into each other
//! more often than chance has it.

use proptest::prelude::*;
use proptest::sample::select;
use sightline_protocol::Role;

use super::reference::Reference;

pub(super) const ROOMS: u8 = 5;
const PEERS: u8 = 7;

/// What happens. Connections are numbered as they come, the refused ones included.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Join { room: u8, peer: u8, role: Role, page: u32, wish: u8 },
    Leave { connection: usize },
    Lose { connection: usize },
    Route { connection: usize, to: u8 },
    Wait { seconds: u64, sweep: bool },
}

pub(super) fn next(state: &Reference) -> BoxedStrategy<Step> {
    let role = prop_oneof![
        2 => Just(Role::Sender),
        3 => Just(Role::Receiver),
        3 => Just(Role::Member),
    ];
    let wish = prop_oneof![2 => Just(0), 3 => 1..5u8, 1 => any::<u8>()];
    let join = (0..ROOMS, 0..PEERS, role, 0..3u32, wish.clone())
        .prop_map(|(room, peer, role, page, wish)| Step::Join { room, peer, role, page, wish });
    let seconds = prop_oneof![3 => 0..20u64, 1 => Just(60), 1 => 50..70u64];
    let wait = (seconds, any::<bool>()).prop_map(|(seconds, sweep)| Step::Wait { seconds, sweep });
    let all: Vec<usize> = (0..state.connections.len())
        .filter(|connection| state.connections[*connection].is_some())
        .collect();
    if all.is_empty() {
        return prop_oneof![8 => join, 1 => wait].boxed();
    }
    // Mostly such as have a seat, now and then one that lost it.
    let mut some = all.clone();
    for connection in &all {
        let (room, peer) = state.connections[*connection].unwrap();
        if state.holder(room, peer) == Some(*connection) {
            some.extend([*connection; 5]);
        }
    }
    // Peers come back in the role that they had more often than chance has it.
    let back: Vec<_> = state.seats.iter().map(|(key, seat)| (*key, seat.role)).collect();
    let back = if back.is_empty() {
        join.clone().boxed()
    } else {
        let back = (select(back), 0..3u32, wish);
        back.prop_map(|(((room, peer), role), page, wish)| Step::Join {
            room,
            peer,
            role,
            page,
            wish,
        })
        .boxed()
    };
    prop_oneof![
        5 => join,
        3 => back,
        2 => select(some.clone()).prop_map(|connection| Step::Leave { connection }),
        4 => select(some.clone()).prop_map(|connection| Step::Lose { connection }),
        5 => (select(some), 0..PEERS)
            .prop_map(|(connection, to)| Step::Route { connection, to }),
        2 => wait,
    ]
    .boxed()
}
