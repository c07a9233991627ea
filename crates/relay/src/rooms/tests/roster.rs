//! Tests of what peers know about each other: seat numbers, and the roles that are present.

use super::*;

/// Joins and returns the assigned number.
fn number(rooms: &mut Rooms<u32>, peer: u8, role: Role, requested: u8) -> (u8, Seat) {
    let info = PeerInfo { seat: requested, ..info(peer, role) };
    let seat = rooms.join(room("r"), info, peer.into(), START).unwrap().seat;
    (seat.info.seat, seat)
}

#[test]
fn a_peer_gets_the_smallest_free_number_of_its_role() {
    let mut rooms = Rooms::new(RoomLimits { members: 4, ..LIMITS });
    let (one, first) = number(&mut rooms, 1, Role::Member, 0);
    let (two, second) = number(&mut rooms, 2, Role::Member, 0);
    let (three, _) = number(&mut rooms, 3, Role::Member, 0);
    assert_eq!((one, two, three), (1, 2, 3));
    assert_eq!(number(&mut rooms, 4, Role::Receiver, 0).0, 1, "each role has its own numbers");
    assert_eq!(number(&mut rooms, 5, Role::Sender, 7).0, 1);

    rooms.leave(&first);
    rooms.disconnect(&second, LeaveReason::Lost, START);
    assert_eq!(number(&mut rooms, 6, Role::Member, 0).0, 1);
    assert_eq!(number(&mut rooms, 7, Role::Member, 0).0, 4, "2 is kept");
    assert_eq!(number(&mut rooms, 2, Role::Member, 0).0, 2, "2 was kept for its owner");
    assert_eq!(number(&mut rooms, 2, Role::Member, 4).0, 2, "a seat keeps its number");
    assert_eq!(number(&mut rooms, 3, Role::Member, 0).0, 3, "also with a new connection");
    let others = rooms.join(room("r"), info(3, Role::Member), 9, START).unwrap().others;
    let mut numbers: Vec<_> = others.iter().map(|other| other.info.seat).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2, 4], "others receive the same numbers");
}

#[test]
fn a_requested_number_is_granted_if_it_is_free() {
    let mut rooms = Rooms::new(RoomLimits { members: 4, ..LIMITS });
    assert_eq!(number(&mut rooms, 1, Role::Member, 3).0, 3);
    assert_eq!(number(&mut rooms, 2, Role::Member, 3).0, 1, "3 is taken");
    assert_eq!(number(&mut rooms, 3, Role::Member, 5).0, 2, "a call has only four seats");
    assert_eq!(number(&mut rooms, 4, Role::Member, 255).0, 4);
    // In another role it has another seat, and can request a number again.
    let (_, sender) = number(&mut rooms, 1, Role::Sender, 0);
    rooms.leave(&sender);
    assert_eq!(number(&mut rooms, 5, Role::Receiver, 2).0, 2);
    assert_eq!(number(&mut rooms, 5, Role::Member, 3).0, 3);
}

#[test]
fn everybody_is_notified_of_the_roles_that_are_present() {
    use Role::{Member, Receiver, Sender};
    let mut rooms = Rooms::new(LIMITS);
    let join = |rooms: &mut Rooms<u32>, peer: u8, role| {
        let joined = rooms.join(room("r"), info(peer, role), peer.into(), START).unwrap();
        (joined.seat, joined.roles, joined.notify_of_roles)
    };
    let (receiver, roles, notified) = join(&mut rooms, 1, Receiver);
    assert_eq!((roles, notified), (vec![Receiver], vec![]));
    let (_, roles, notified) = join(&mut rooms, 2, Receiver);
    assert_eq!((roles, notified), (vec![Receiver], vec![]), "nothing has changed");
    let (member, roles, notified) = join(&mut rooms, 3, Member);
    assert_eq!((roles, notified), (vec![Receiver, Member], vec![1, 2]));
    let (_, roles, notified) = join(&mut rooms, 4, Sender);
    assert_eq!((roles, notified), (vec![Sender, Receiver, Member], vec![1, 2, 3]));

    let left = rooms.leave(&receiver).unwrap();
    assert_eq!(left.notify_of_roles, [0; 0], "there is another receiver");
    let left = rooms.disconnect(&member, LeaveReason::Lost, START).unwrap();
    assert_eq!((left.roles, left.notify_of_roles), (vec![Sender, Receiver], vec![2, 4]));
    let (_, roles, notified) = join(&mut rooms, 3, Member);
    assert_eq!((roles, notified), (vec![Sender, Receiver, Member], vec![2, 4]), "it is back");
    // The sender joins in another role, so there is no sender any more.
    let (_, roles, notified) = join(&mut rooms, 4, Receiver);
    assert_eq!((roles, notified), (vec![Receiver, Member], vec![2, 3]));
    let (_, roles, notified) = join(&mut rooms, 4, Receiver);
    assert_eq!((roles, notified), (vec![Receiver, Member], vec![]), "another connection");
}
