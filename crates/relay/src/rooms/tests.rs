//! Joining, leaving and routing, step by step and in random order.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

const LIMITS: RoomLimits = RoomLimits { rooms: 3, receivers: 2 };

fn info(peer: u8, role: Role) -> PeerInfo {
    PeerInfo { peer: PeerId::from_bytes([peer; 16]), role }
}

fn room(name: &str) -> RoomName {
    RoomName::parse(name).unwrap()
}

fn seen(joined: &Joined<u32>) -> Vec<u32> {
    joined.others.iter().map(|other| other.handle).collect()
}

#[test]
fn a_sender_sees_receivers_and_receivers_the_sender() {
    let mut rooms = Rooms::new(LIMITS);
    let a = rooms.join(room("r"), info(1, Role::Receiver), 1).unwrap();
    let b = rooms.join(room("r"), info(2, Role::Receiver), 2).unwrap();
    assert_eq!((seen(&a), seen(&b)), (vec![], vec![]));
    let s = rooms.join(room("r"), info(3, Role::Sender), 3).unwrap();
    assert_eq!(seen(&s), [1, 2]);

    assert_eq!(rooms.route(&s.seat, a.seat.info.peer), Ok(&1));
    assert_eq!(rooms.route(&a.seat, s.seat.info.peer), Ok(&3));
    assert_eq!(rooms.route(&a.seat, b.seat.info.peer), Err(RouteRefusal::NotAllowed));
    assert_eq!(rooms.route(&s.seat, s.seat.info.peer), Err(RouteRefusal::NoSuchPeer));
    assert_eq!(rooms.route(&s.seat, info(9, Role::Sender).peer), Err(RouteRefusal::NoSuchPeer));

    assert_eq!(rooms.leave(&a.seat), [3]);
    assert_eq!(rooms.leave(&a.seat), [0; 0], "only once");
    assert_eq!(rooms.leave(&s.seat), [2]);
    assert_eq!(rooms.len(), 1);
    assert_eq!(rooms.leave(&b.seat), [0; 0]);
    assert_eq!(rooms.len(), 0);
    assert_eq!(rooms.route(&b.seat, a.seat.info.peer), Err(RouteRefusal::NoSeat));
}

#[test]
fn what_is_full_refuses_and_stays_as_it_was() {
    let mut rooms = Rooms::new(LIMITS);
    let mut join = |name, peer, role| rooms.join(room(name), info(peer, role), 0u32).map(|_| ());
    assert_eq!(join("r", 1, Role::Sender), Ok(()));
    assert_eq!(join("r", 2, Role::Sender), Err(JoinRefusal::SenderPresent));
    assert_eq!(join("r", 3, Role::Receiver), Ok(()));
    assert_eq!(join("r", 4, Role::Receiver), Ok(()));
    assert_eq!(join("r", 5, Role::Receiver), Err(JoinRefusal::RoomFull));
    assert_eq!(join("s", 1, Role::Sender), Ok(()));
    assert_eq!(join("t", 1, Role::Receiver), Ok(()));
    assert_eq!(join("u", 1, Role::Receiver), Err(JoinRefusal::TooManyRooms));
    assert_eq!(rooms.len(), 3);

    let mut rooms = Rooms::new(RoomLimits { rooms: 1, receivers: 0 });
    let refused = rooms.join(room("r"), info(1, Role::Receiver), 0u32);
    assert_eq!(refused.map(|_| ()), Err(JoinRefusal::RoomFull));
    assert_eq!(rooms.len(), 0, "a refusal leaves no empty room");
}

#[test]
fn the_same_peer_takes_its_seat_over() {
    let mut rooms = Rooms::new(LIMITS);
    let old = rooms.join(room("r"), info(1, Role::Sender), 1).unwrap();
    let r = rooms.join(room("r"), info(2, Role::Receiver), 2).unwrap();
    rooms.join(room("r"), info(3, Role::Receiver), 3).unwrap();

    let new = rooms.join(room("r"), info(1, Role::Sender), 4).unwrap();
    assert_eq!(seen(&new), [2, 3]);
    let replaced = new.replaced.unwrap();
    assert_eq!((replaced.handle, replaced.seen_by), (1, vec![2, 3]));
    assert_eq!(rooms.route(&old.seat, r.seat.info.peer), Err(RouteRefusal::NoSeat));
    assert_eq!(rooms.leave(&old.seat), [0; 0], "the old connection frees nothing");
    assert_eq!(rooms.route(&r.seat, new.seat.info.peer), Ok(&4));

    // A full room is not full for those who are in it, and a peer may change its role.
    let back = rooms.join(room("r"), info(2, Role::Receiver), 5).unwrap();
    assert_eq!(back.replaced.unwrap().handle, 2);
    rooms.leave(&new.seat);
    let turned = rooms.join(room("r"), info(2, Role::Sender), 6).unwrap();
    assert_eq!(seen(&turned), [3]);
    let replaced = turned.replaced.unwrap();
    assert_eq!((replaced.handle, replaced.seen_by), (5, vec![]), "receivers don't see receivers");
}

#[derive(Clone, Debug)]
enum Operation {
    Join { room: u8, peer: u8, sender: bool },
    Leave { seat: prop::sample::Index },
    Route { seat: prop::sample::Index, to: u8 },
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        3 => (0..4u8, 0..6u8, any::<bool>())
            .prop_map(|(room, peer, sender)| Operation::Join { room, peer, sender }),
        2 => any::<prop::sample::Index>().prop_map(|seat| Operation::Leave { seat }),
        2 => (any::<prop::sample::Index>(), 0..6u8)
            .prop_map(|(seat, to)| Operation::Route { seat, to }),
    ]
}

proptest! {
    /// Any sequence of operations, beside a model that is slow and obvious: seats by
    /// room and peer.
    #[test]
    fn agrees_with_a_model(operations in prop::collection::vec(operation(), 1..80)) {
        let mut rooms = Rooms::new(LIMITS);
        let mut model: BTreeMap<(RoomName, PeerId), (Role, u32)> = BTreeMap::new();
        let mut seats: Vec<(Seat, u32)> = Vec::new();
        let mut handle = 0u32;
        for operation in operations {
            match operation {
                Operation::Join { room: number, peer, sender } => {
                    handle += 1;
                    let name = room(&number.to_string());
                    let role = if sender { Role::Sender } else { Role::Receiver };
                    let info = info(peer, role);
                    let mut expected = model.clone();
                    let old = expected.insert((name.clone(), info.peer), (role, handle));
                    let joined = rooms.join(name, info, handle);
                    prop_assert_eq!(joined.is_ok(), within_limits(&expected));
                    if let Ok(joined) = joined {
                        prop_assert_eq!(joined.replaced.map(|r| r.handle), old.map(|(_, h)| h));
                        model = expected;
                        seats.push((joined.seat, handle));
                    }
                }
                Operation::Leave { seat } if !seats.is_empty() => {
                    let (seat, handle) = seats.remove(seat.index(seats.len()));
                    let key = (seat.room.clone(), seat.info.peer);
                    let current = model.get(&key).is_some_and(|(_, h)| *h == handle);
                    if current {
                        model.remove(&key);
                    }
                    let told = rooms.leave(&seat);
                    let expected = if current { seen_by(&model, &seat) } else { Vec::new() };
                    prop_assert_eq!(sorted(told), expected);
                }
                Operation::Route { seat, to } if !seats.is_empty() => {
                    let (seat, handle) = seat.get(&seats);
                    let to = PeerId::from_bytes([to; 16]);
                    let current = model
                        .get(&(seat.room.clone(), seat.info.peer))
                        .is_some_and(|(_, h)| h == handle);
                    let target = model.get(&(seat.room.clone(), to));
                    let expected = match target {
                        _ if !current => Err(RouteRefusal::NoSeat),
                        None => Err(RouteRefusal::NoSuchPeer),
                        Some(_) if to == seat.info.peer => Err(RouteRefusal::NoSuchPeer),
                        Some((role, handle)) if sees(seat.info.role, *role) => Ok(handle),
                        Some(_) => Err(RouteRefusal::NotAllowed),
                    };
                    prop_assert_eq!(rooms.route(seat, to), expected);
                }
                Operation::Leave { .. } | Operation::Route { .. } => {}
            }
            check_shape(&rooms, &model)?;
        }
        for (seat, _) in seats {
            rooms.leave(&seat);
        }
        prop_assert_eq!(rooms.len(), 0, "empty rooms vanish");
    }
}

fn sorted(mut handles: Vec<u32>) -> Vec<u32> {
    handles.sort_unstable();
    handles
}

fn seen_by(model: &BTreeMap<(RoomName, PeerId), (Role, u32)>, seat: &Seat) -> Vec<u32> {
    let near = model.iter().filter(|((room, _), _)| *room == seat.room);
    let seeing = near.filter(|(_, (role, _))| sees(seat.info.role, *role));
    sorted(seeing.map(|(_, (_, handle))| *handle).collect())
}

fn within_limits(model: &BTreeMap<(RoomName, PeerId), (Role, u32)>) -> bool {
    let mut counts: BTreeMap<&RoomName, (usize, usize)> = BTreeMap::new();
    for ((room, _), (role, _)) in model {
        let (senders, receivers) = counts.entry(room).or_default();
        match role {
            Role::Sender => *senders += 1,
            Role::Receiver => *receivers += 1,
        }
    }
    counts.len() <= LIMITS.rooms && counts.values().all(|(s, r)| *s <= 1 && *r <= LIMITS.receivers)
}

fn check_shape(
    rooms: &Rooms<u32>,
    model: &BTreeMap<(RoomName, PeerId), (Role, u32)>,
) -> Result<(), TestCaseError> {
    let members: BTreeMap<_, _> = rooms
        .rooms
        .iter()
        .flat_map(|(name, room)| room.members.iter().map(move |m| (name, m)))
        .map(|(name, m)| ((name.clone(), m.info.peer), (m.info.role, m.handle)))
        .collect();
    prop_assert_eq!(&members, model);
    prop_assert!(within_limits(model));
    prop_assert!(rooms.rooms.values().all(|room| !room.members.is_empty()));
    Ok(())
}
