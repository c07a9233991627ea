//! Joining, leaving, coming back and routing, step by step.

use sightline_protocol::{PageId, Role};

use super::*;

mod company;

const MINUTE: Duration = Duration::from_secs(60);
const LIMITS: RoomLimits =
    RoomLimits { rooms: 3, receivers: 2, members: 2, kept_seats: 3, keep_seat: MINUTE };
const START: Duration = Duration::ZERO;

fn info(peer: u8, role: Role) -> PeerInfo {
    PeerInfo { peer: PeerId::from_bytes([peer; 16]), role, page: PageId(7), seat: 0 }
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
    let a = rooms.join(room("r"), info(1, Role::Receiver), 1, START).unwrap();
    let b = rooms.join(room("r"), info(2, Role::Receiver), 2, START).unwrap();
    assert_eq!((seen(&a), seen(&b)), (vec![], vec![]));
    let s = rooms.join(room("r"), info(3, Role::Sender), 3, START).unwrap();
    assert_eq!(seen(&s), [1, 2]);

    assert_eq!(rooms.route(&s.seat, a.seat.info.peer), Ok(&1));
    assert_eq!(rooms.route(&a.seat, s.seat.info.peer), Ok(&3));
    assert_eq!(rooms.route(&a.seat, b.seat.info.peer), Err(RouteRefusal::NotAllowed));
    assert_eq!(rooms.route(&s.seat, s.seat.info.peer), Err(RouteRefusal::NoSuchPeer));
    assert_eq!(rooms.route(&s.seat, info(9, Role::Sender).peer), Err(RouteRefusal::NoSuchPeer));

    assert_eq!(rooms.leave(&a.seat).unwrap().seen_by, [3]);
    assert!(rooms.leave(&a.seat).is_none(), "only once");
    assert_eq!(rooms.leave(&s.seat).unwrap().seen_by, [2]);
    assert_eq!(rooms.len(), 1);
    assert_eq!(rooms.leave(&b.seat).unwrap().seen_by, [0; 0]);
    assert_eq!(rooms.len(), 0);
    assert_eq!(rooms.route(&b.seat, a.seat.info.peer), Err(RouteRefusal::NoSeat));
}

#[test]
fn what_is_full_refuses_and_stays_as_it_was() {
    let mut rooms = Rooms::new(LIMITS);
    let mut join =
        |name, peer, role| rooms.join(room(name), info(peer, role), 0u32, START).map(|_| ());
    assert_eq!(join("r", 1, Role::Sender), Ok(()));
    assert_eq!(join("r", 2, Role::Sender), Err(JoinRefusal::SenderPresent));
    assert_eq!(join("r", 3, Role::Receiver), Ok(()));
    assert_eq!(join("r", 4, Role::Receiver), Ok(()));
    assert_eq!(join("r", 5, Role::Receiver), Err(JoinRefusal::RoomFull));
    assert_eq!(join("s", 1, Role::Sender), Ok(()));
    assert_eq!(join("t", 1, Role::Receiver), Ok(()));
    assert_eq!(join("u", 1, Role::Receiver), Err(JoinRefusal::TooManyRooms));
    assert_eq!(rooms.len(), 3);

    let mut rooms = Rooms::new(RoomLimits { rooms: 1, receivers: 0, ..LIMITS });
    let refused = rooms.join(room("r"), info(1, Role::Receiver), 0u32, START);
    assert_eq!(refused.map(|_| ()), Err(JoinRefusal::RoomFull));
    assert_eq!(rooms.len(), 0, "a refusal leaves no empty room");
}

#[test]
fn the_same_peer_takes_its_seat_over() {
    let mut rooms = Rooms::new(LIMITS);
    let old = rooms.join(room("r"), info(1, Role::Sender), 1, START).unwrap();
    let r = rooms.join(room("r"), info(2, Role::Receiver), 2, START).unwrap();
    rooms.join(room("r"), info(3, Role::Receiver), 3, START).unwrap();

    let new = rooms.join(room("r"), info(1, Role::Sender), 4, START).unwrap();
    assert_eq!(seen(&new), [2, 3]);
    let replaced = new.replaced.unwrap();
    assert_eq!((replaced.handle, replaced.unseen_by), (1, vec![]));
    assert_eq!(rooms.route(&old.seat, r.seat.info.peer), Err(RouteRefusal::NoSeat));
    assert!(rooms.leave(&old.seat).is_none(), "the old connection frees nothing");
    assert_eq!(rooms.route(&r.seat, new.seat.info.peer), Ok(&4));

    // A full room is not full for those who are in it, and a peer may change its role.
    let back = rooms.join(room("r"), info(2, Role::Receiver), 5, START).unwrap();
    assert_eq!(back.replaced.unwrap().handle, 2);
    rooms.leave(&new.seat);
    let turned = rooms.join(room("r"), info(2, Role::Sender), 6, START).unwrap();
    assert_eq!(seen(&turned), [3]);
    let replaced = turned.replaced.unwrap();
    assert_eq!((replaced.handle, replaced.unseen_by), (5, vec![]), "no receiver saw it");
    let turned = rooms.join(room("r"), info(2, Role::Member), 7, START).unwrap();
    assert_eq!(seen(&turned), [0; 0]);
    assert_eq!(turned.replaced.unwrap().unseen_by, [3], "the receiver saw the sender");
}

#[test]
fn members_of_a_call_see_each_other_alone() {
    let mut rooms = Rooms::new(LIMITS);
    let s = rooms.join(room("r"), info(1, Role::Sender), 1, START).unwrap();
    rooms.join(room("r"), info(2, Role::Receiver), 2, START).unwrap();
    let a = rooms.join(room("r"), info(3, Role::Member), 3, START).unwrap();
    let b = rooms.join(room("r"), info(4, Role::Member), 4, START).unwrap();
    assert_eq!((seen(&a), seen(&b)), (vec![], vec![3]));
    assert_eq!(rooms.route(&a.seat, b.seat.info.peer), Ok(&4));
    assert_eq!(rooms.route(&a.seat, s.seat.info.peer), Err(RouteRefusal::NotAllowed));
    assert_eq!(rooms.route(&s.seat, a.seat.info.peer), Err(RouteRefusal::NotAllowed));
    let third = rooms.join(room("r"), info(5, Role::Member), 5, START);
    assert_eq!(third.map(|_| ()), Err(JoinRefusal::RoomFull));
    assert_eq!(rooms.leave(&b.seat).unwrap().seen_by, [3]);
    rooms.join(room("r"), info(5, Role::Member), 5, START).unwrap();
}

#[test]
fn a_seat_is_kept_for_its_time_and_not_longer() {
    let mut rooms = Rooms::new(LIMITS);
    let nearly = MINUTE - Duration::from_nanos(1);
    let s = rooms.join(room("r"), info(1, Role::Sender), 1, START).unwrap();
    let r = rooms.join(room("r"), info(2, Role::Receiver), 2, START).unwrap();
    assert_eq!(rooms.lose(&s.seat, START).unwrap().seen_by, [2]);
    assert!(rooms.lose(&s.seat, START).is_none(), "only once");
    assert_eq!(rooms.route(&r.seat, s.seat.info.peer), Err(RouteRefusal::NoSuchPeer));
    assert_eq!(rooms.route(&s.seat, r.seat.info.peer), Err(RouteRefusal::NoSeat));
    let mut join = |peer, handle, now| rooms.join(room("r"), info(peer, Role::Sender), handle, now);
    assert_eq!(join(3, 3, nearly).map(|_| ()), Err(JoinRefusal::SenderPresent));
    let back = join(1, 4, nearly).unwrap();
    assert_eq!(seen(&back), [2]);
    assert!(back.replaced.is_none(), "nobody was there to be replaced");
    assert_eq!(join(3, 3, MINUTE * 9).map(|_| ()), Err(JoinRefusal::SenderPresent));

    rooms.lose(&back.seat, MINUTE);
    let mut join = |peer, handle, now| rooms.join(room("r"), info(peer, Role::Sender), handle, now);
    assert_eq!(join(3, 3, MINUTE + nearly).map(|_| ()), Err(JoinRefusal::SenderPresent));
    assert!(join(3, 3, MINUTE * 2).is_ok());
    assert_eq!(join(1, 5, MINUTE * 2).map(|_| ()), Err(JoinRefusal::SenderPresent));
}

#[test]
fn kept_seats_fill_a_room_for_others_and_not_for_their_owners() {
    let mut rooms = Rooms::new(LIMITS);
    let a = rooms.join(room("r"), info(1, Role::Receiver), 1, START).unwrap();
    let b = rooms.join(room("r"), info(2, Role::Receiver), 2, START).unwrap();
    rooms.lose(&a.seat, START);
    rooms.lose(&b.seat, START);
    assert_eq!((rooms.len(), rooms.kept()), (1, 2));
    let mut join = |peer, role| rooms.join(room("r"), info(peer, role), 9, START).map(|j| seen(&j));
    assert_eq!(join(3, Role::Receiver), Err(JoinRefusal::RoomFull));
    assert_eq!(join(3, Role::Sender), Ok(vec![]), "nobody is there");
    assert_eq!(join(1, Role::Sender), Err(JoinRefusal::SenderPresent));
    assert_eq!(join(3, Role::Receiver), Err(JoinRefusal::RoomFull));
    assert_eq!(join(1, Role::Receiver), Ok(vec![9]), "a refusal has cost it nothing");
    // In another role a peer has another seat, and its old one is free.
    assert_eq!(join(2, Role::Member), Ok(vec![]));
    assert_eq!(join(4, Role::Receiver), Ok(vec![9]));
    assert_eq!(rooms.kept(), 0);
}

#[test]
fn kept_seats_and_their_rooms_are_bounded() {
    let mut rooms = Rooms::new(RoomLimits { rooms: 4, ..LIMITS });
    let mut lost = |name: &str, now: u64| {
        let joined = rooms.join(room(name), info(1, Role::Sender), 0, START);
        joined.map(|joined| rooms.lose(&joined.seat, Duration::from_secs(now))).map(|_| rooms.len())
    };
    assert_eq!((lost("a", 1), lost("b", 2), lost("c", 3)), (Ok(1), Ok(2), Ok(3)));
    assert_eq!(lost("d", 4), Ok(3), "the oldest is given up");
    let mut join = |name: &str| {
        let joined = rooms.join(room(name), info(2, Role::Sender), 0, Duration::from_secs(5));
        joined.map(|_| (rooms.len(), rooms.kept()))
    };
    assert_eq!(join("a"), Ok((4, 3)));
    assert_eq!(join("c"), Err(JoinRefusal::SenderPresent));
    assert_eq!(join("e"), Ok((4, 2)), "b, deserted for the longest time, gives way");
    assert_eq!(join("f"), Ok((4, 1)));
    assert_eq!(join("g"), Ok((4, 0)));
    assert_eq!(join("h"), Err(JoinRefusal::TooManyRooms));
}

#[test]
fn a_room_with_kept_seats_only_vanishes_with_them() {
    let mut rooms = Rooms::new(LIMITS);
    let s = rooms.join(room("r"), info(1, Role::Sender), 1, START).unwrap();
    let r = rooms.join(room("r"), info(2, Role::Receiver), 2, START).unwrap();
    rooms.lose(&s.seat, Duration::from_secs(10));
    assert_eq!(rooms.leave(&r.seat).unwrap().seen_by, [0; 0], "nobody is there");
    rooms.expire(Duration::from_secs(69));
    assert_eq!((rooms.len(), rooms.kept()), (1, 1));
    rooms.expire(Duration::from_secs(70));
    assert_eq!((rooms.len(), rooms.kept()), (0, 0));
    assert!(rooms.leave(&s.seat).is_none());
    assert!(rooms.lose(&r.seat, Duration::from_secs(70)).is_none());
}
