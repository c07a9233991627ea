//! Tests of joining, leaving, coming back and routing.

use sightline_protocol::{InstanceId, Role};

use super::*;

mod roster;

const MINUTE: Duration = Duration::from_secs(60);
const LIMITS: RoomLimits = RoomLimits {
    rooms: 3,
    receivers: 2,
    members: 2,
    kept_seats: 3,
    keep_seat: MINUTE,
    keep_closed_seat: Duration::from_secs(10),
};
const START: Duration = Duration::ZERO;

fn info(peer: u8, role: Role) -> PeerInfo {
    PeerInfo { peer: PeerId::from_bytes([peer; 16]), role, instance: InstanceId(7), seat: 0 }
}

fn room(name: &str) -> RoomName {
    RoomName::parse(name).unwrap()
}

fn visible(joined: &Joined<u32>) -> Vec<u32> {
    joined.others.iter().map(|other| other.handle).collect()
}

#[test]
fn a_sender_sees_receivers_and_receivers_the_sender() {
    let mut rooms = Rooms::new(LIMITS);
    let a = rooms.join(room("r"), info(1, Role::Receiver), 1, START).unwrap();
    let b = rooms.join(room("r"), info(2, Role::Receiver), 2, START).unwrap();
    assert_eq!((visible(&a), visible(&b)), (vec![], vec![]));
    let s = rooms.join(room("r"), info(3, Role::Sender), 3, START).unwrap();
    assert_eq!(visible(&s), [1, 2]);

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
fn full_rooms_refuse_joins_and_do_not_change() {
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
    assert_eq!(rooms.len(), 0, "a refused join leaves no empty room");
}

#[test]
fn the_same_peer_takes_over_its_seat() {
    let mut rooms = Rooms::new(LIMITS);
    let old = rooms.join(room("r"), info(1, Role::Sender), 1, START).unwrap();
    let r = rooms.join(room("r"), info(2, Role::Receiver), 2, START).unwrap();
    rooms.join(room("r"), info(3, Role::Receiver), 3, START).unwrap();

    let new = rooms.join(room("r"), info(1, Role::Sender), 4, START).unwrap();
    assert_eq!(visible(&new), [2, 3]);
    let replaced = new.replaced.unwrap();
    assert_eq!((replaced.handle, replaced.no_longer_seen_by), (1, vec![]));
    assert_eq!(rooms.route(&old.seat, r.seat.info.peer), Err(RouteRefusal::NoSeat));
    assert!(rooms.leave(&old.seat).is_none(), "the old connection has no seat to free");
    assert_eq!(rooms.route(&r.seat, new.seat.info.peer), Ok(&4));

    // A peer can rejoin a full room that it is in, and can change its role.
    let back = rooms.join(room("r"), info(2, Role::Receiver), 5, START).unwrap();
    assert_eq!(back.replaced.unwrap().handle, 2);
    rooms.leave(&new.seat);
    let changed = rooms.join(room("r"), info(2, Role::Sender), 6, START).unwrap();
    assert_eq!(visible(&changed), [3]);
    let replaced = changed.replaced.unwrap();
    assert_eq!((replaced.handle, replaced.no_longer_seen_by), (5, vec![]), "no receiver saw it");
    let changed = rooms.join(room("r"), info(2, Role::Member), 7, START).unwrap();
    assert_eq!(visible(&changed), [0; 0]);
    assert_eq!(changed.replaced.unwrap().no_longer_seen_by, [3], "the receiver saw the sender");
}

#[test]
fn members_of_a_call_see_only_each_other() {
    let mut rooms = Rooms::new(LIMITS);
    let s = rooms.join(room("r"), info(1, Role::Sender), 1, START).unwrap();
    rooms.join(room("r"), info(2, Role::Receiver), 2, START).unwrap();
    let a = rooms.join(room("r"), info(3, Role::Member), 3, START).unwrap();
    let b = rooms.join(room("r"), info(4, Role::Member), 4, START).unwrap();
    assert_eq!((visible(&a), visible(&b)), (vec![], vec![3]));
    assert_eq!(rooms.route(&a.seat, b.seat.info.peer), Ok(&4));
    assert_eq!(rooms.route(&a.seat, s.seat.info.peer), Err(RouteRefusal::NotAllowed));
    assert_eq!(rooms.route(&s.seat, a.seat.info.peer), Err(RouteRefusal::NotAllowed));
    let third = rooms.join(room("r"), info(5, Role::Member), 5, START);
    assert_eq!(third.map(|_| ()), Err(JoinRefusal::RoomFull));
    assert_eq!(rooms.leave(&b.seat).unwrap().seen_by, [3]);
    rooms.join(room("r"), info(5, Role::Member), 5, START).unwrap();
}

#[test]
fn a_seat_is_kept_until_it_expires() {
    let mut rooms = Rooms::new(LIMITS);
    let nearly = MINUTE - Duration::from_nanos(1);
    let s = rooms.join(room("r"), info(1, Role::Sender), 1, START).unwrap();
    let r = rooms.join(room("r"), info(2, Role::Receiver), 2, START).unwrap();
    assert_eq!(rooms.disconnect(&s.seat, LeaveReason::Lost, START).unwrap().seen_by, [2]);
    assert!(rooms.disconnect(&s.seat, LeaveReason::Lost, START).is_none(), "only once");
    assert_eq!(rooms.route(&r.seat, s.seat.info.peer), Err(RouteRefusal::NoSuchPeer));
    assert_eq!(rooms.route(&s.seat, r.seat.info.peer), Err(RouteRefusal::NoSeat));
    let mut join = |peer, handle, now| rooms.join(room("r"), info(peer, Role::Sender), handle, now);
    assert_eq!(join(3, 3, nearly).map(|_| ()), Err(JoinRefusal::SenderPresent));
    let back = join(1, 4, nearly).unwrap();
    assert_eq!(visible(&back), [2]);
    assert!(back.replaced.is_none(), "no connection was replaced");
    assert_eq!(join(3, 3, MINUTE * 9).map(|_| ()), Err(JoinRefusal::SenderPresent));

    rooms.disconnect(&back.seat, LeaveReason::Lost, MINUTE);
    let mut join = |peer, handle, now| rooms.join(room("r"), info(peer, Role::Sender), handle, now);
    assert_eq!(join(3, 3, MINUTE + nearly).map(|_| ()), Err(JoinRefusal::SenderPresent));
    assert!(join(3, 3, MINUTE * 2).is_ok());
    assert_eq!(join(1, 5, MINUTE * 2).map(|_| ()), Err(JoinRefusal::SenderPresent));
}

#[test]
fn in_a_full_room_the_oldest_kept_seat_is_given_away() {
    let mut rooms = Rooms::new(LIMITS);
    let a = rooms.join(room("r"), info(1, Role::Receiver), 1, START).unwrap();
    let b = rooms.join(room("r"), info(2, Role::Receiver), 2, START).unwrap();
    rooms.disconnect(&b.seat, LeaveReason::Lost, START);
    rooms.disconnect(&a.seat, LeaveReason::Left, START);
    assert_eq!((rooms.len(), rooms.kept_seats()), (1, 2));
    let mut join = |peer, role| {
        let joined = rooms.join(room("r"), info(peer, role), u32::from(peer), START);
        joined.map(|joined| joined.seat.info.seat)
    };
    assert_eq!(join(3, Role::Receiver), Ok(2), "the seat of the peer that disconnected first");
    assert_eq!(join(1, Role::Receiver), Ok(1), "its own seat");
    assert_eq!(join(4, Role::Receiver), Err(JoinRefusal::RoomFull), "both are connected");
    assert_eq!(join(2, Role::Receiver), Err(JoinRefusal::RoomFull), "its seat was given away");
    assert_eq!(rooms.kept_seats(), 0);
}

#[test]
fn a_kept_sender_seat_is_given_to_nobody() {
    let mut rooms = Rooms::new(LIMITS);
    let sender = rooms.join(room("r"), info(1, Role::Sender), 1, START).unwrap().seat;
    let member = rooms.join(room("r"), info(2, Role::Member), 2, START).unwrap().seat;
    rooms.disconnect(&sender, LeaveReason::Left, START);
    rooms.disconnect(&member, LeaveReason::Left, START);
    let mut join = |peer, role, now| {
        rooms.join(room("r"), info(peer, role), 9, now).map(|joined| joined.seat.info.seat)
    };
    let nearly = MINUTE - Duration::from_nanos(1);
    assert_eq!(join(3, Role::Sender, nearly), Err(JoinRefusal::SenderPresent));
    assert_eq!(join(2, Role::Sender, nearly), Err(JoinRefusal::SenderPresent));
    assert_eq!(join(1, Role::Sender, nearly), Ok(1));
    assert_eq!(join(2, Role::Sender, MINUTE), Err(JoinRefusal::SenderPresent), "it is back");
}

#[test]
fn the_seat_of_a_closed_page_is_kept_for_a_shorter_time() {
    let short = LIMITS.keep_closed_seat;
    for (limits, role, reason, time) in [
        (LIMITS, Role::Receiver, LeaveReason::Left, short),
        (LIMITS, Role::Member, LeaveReason::Left, short),
        (LIMITS, Role::Sender, LeaveReason::Left, MINUTE),
        (LIMITS, Role::Receiver, LeaveReason::Lost, MINUTE),
        (LIMITS, Role::Member, LeaveReason::Lost, MINUTE),
        (RoomLimits { keep_seat: short / 2, ..LIMITS }, Role::Member, LeaveReason::Left, short / 2),
    ] {
        let mut rooms = Rooms::new(limits);
        // An older seat that is kept for longer.
        let first = rooms.join(room("s"), info(9, Role::Sender), 9, START).unwrap().seat;
        rooms.disconnect(&first, LeaveReason::Lost, START);
        let seat = rooms.join(room("r"), info(1, role), 1, START).unwrap().seat;
        rooms.disconnect(&seat, reason, START);
        rooms.expire(time - Duration::from_nanos(1));
        assert_eq!(rooms.kept_seats(), 2, "{role:?} {reason:?}");
        rooms.expire(time);
        let left = usize::from(time < limits.keep_seat);
        assert_eq!((rooms.kept_seats(), rooms.len()), (left, left), "{role:?} {reason:?}");
    }
}

#[test]
fn kept_seats_and_vacant_rooms_are_limited() {
    let mut rooms = Rooms::new(RoomLimits { rooms: 4, ..LIMITS });
    let mut join_and_disconnect = |name: &str, now: u64| {
        let joined = rooms.join(room(name), info(1, Role::Sender), 0, START);
        joined
            .map(|joined| {
                rooms.disconnect(&joined.seat, LeaveReason::Lost, Duration::from_secs(now))
            })
            .map(|_| rooms.len())
    };
    assert_eq!(
        (join_and_disconnect("a", 1), join_and_disconnect("b", 2), join_and_disconnect("c", 3)),
        (Ok(1), Ok(2), Ok(3))
    );
    assert_eq!(join_and_disconnect("d", 4), Ok(3), "the oldest seat is freed");
    let mut join = |name: &str| {
        let joined = rooms.join(room(name), info(2, Role::Sender), 0, Duration::from_secs(5));
        joined.map(|_| (rooms.len(), rooms.kept_seats()))
    };
    assert_eq!(join("a"), Ok((4, 3)));
    assert_eq!(join("c"), Err(JoinRefusal::SenderPresent));
    assert_eq!(join("e"), Ok((4, 2)), "b, vacant for the longest time, is removed");
    assert_eq!(join("f"), Ok((4, 1)));
    assert_eq!(join("g"), Ok((4, 0)));
    assert_eq!(join("h"), Err(JoinRefusal::TooManyRooms));
}

#[test]
fn a_vacant_room_is_removed_with_its_last_kept_seat() {
    let mut rooms = Rooms::new(LIMITS);
    let s = rooms.join(room("r"), info(1, Role::Sender), 1, START).unwrap();
    let r = rooms.join(room("r"), info(2, Role::Receiver), 2, START).unwrap();
    rooms.disconnect(&s.seat, LeaveReason::Lost, Duration::from_secs(10));
    assert_eq!(rooms.leave(&r.seat).unwrap().seen_by, [0; 0], "nobody is connected");
    rooms.expire(Duration::from_secs(69));
    assert_eq!((rooms.len(), rooms.kept_seats()), (1, 1));
    rooms.expire(Duration::from_secs(70));
    assert_eq!((rooms.len(), rooms.kept_seats()), (0, 0));
    assert!(rooms.leave(&s.seat).is_none());
    assert!(rooms.disconnect(&r.seat, LeaveReason::Lost, Duration::from_secs(70)).is_none());
}
