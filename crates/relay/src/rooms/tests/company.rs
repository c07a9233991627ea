//! What everybody in a room knows of the others: by which number to call them, and which
//! roles are there.

use super::*;

/// Joins and says which number it was given.
fn number(rooms: &mut Rooms<u32>, peer: u8, role: Role, wish: u8) -> (u8, Seat) {
    let info = PeerInfo { seat: wish, ..info(peer, role) };
    let seat = rooms.join(room("r"), info, peer.into(), START).unwrap().seat;
    (seat.info.seat, seat)
}

#[test]
fn the_smallest_number_is_given_that_nobody_of_the_role_has() {
    let mut rooms = Rooms::new(RoomLimits { members: 4, ..LIMITS });
    let (one, first) = number(&mut rooms, 1, Role::Member, 0);
    let (two, second) = number(&mut rooms, 2, Role::Member, 0);
    let (three, _) = number(&mut rooms, 3, Role::Member, 0);
    assert_eq!((one, two, three), (1, 2, 3));
    assert_eq!(number(&mut rooms, 4, Role::Receiver, 0).0, 1, "each role has its own");
    assert_eq!(number(&mut rooms, 5, Role::Sender, 7).0, 1);

    rooms.leave(&first);
    rooms.lose(&second, START);
    assert_eq!(number(&mut rooms, 6, Role::Member, 0).0, 1);
    assert_eq!(number(&mut rooms, 7, Role::Member, 0).0, 4, "2 is kept");
    assert_eq!(number(&mut rooms, 2, Role::Member, 0).0, 2, "for its owner");
    assert_eq!(number(&mut rooms, 2, Role::Member, 4).0, 2, "who may not exchange it");
    assert_eq!(number(&mut rooms, 3, Role::Member, 0).0, 3, "nor by a new connection");
    let others = rooms.join(room("r"), info(3, Role::Member), 9, START).unwrap().others;
    let mut numbers: Vec<_> = others.iter().map(|other| other.info.seat).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2, 4], "others are told the same");
}

#[test]
fn a_number_that_a_page_had_before_is_granted_where_it_is_free() {
    let mut rooms = Rooms::new(RoomLimits { members: 4, ..LIMITS });
    assert_eq!(number(&mut rooms, 1, Role::Member, 3).0, 3);
    assert_eq!(number(&mut rooms, 2, Role::Member, 3).0, 1, "somebody has it");
    assert_eq!(number(&mut rooms, 3, Role::Member, 5).0, 2, "no call has so many");
    assert_eq!(number(&mut rooms, 4, Role::Member, 255).0, 4);
    // In another role it has another seat, and may wish again.
    let (_, sender) = number(&mut rooms, 1, Role::Sender, 0);
    rooms.leave(&sender);
    assert_eq!(number(&mut rooms, 5, Role::Receiver, 2).0, 2);
    assert_eq!(number(&mut rooms, 5, Role::Member, 3).0, 3);
}

#[test]
fn everybody_learns_which_roles_are_present() {
    use Role::{Member, Receiver, Sender};
    let mut rooms = Rooms::new(LIMITS);
    let join = |rooms: &mut Rooms<u32>, peer: u8, role| {
        let joined = rooms.join(room("r"), info(peer, role), peer.into(), START).unwrap();
        (joined.seat, joined.roles, joined.room_changed_for)
    };
    let (receiver, roles, told) = join(&mut rooms, 1, Receiver);
    assert_eq!((roles, told), (vec![Receiver], vec![]));
    let (_, roles, told) = join(&mut rooms, 2, Receiver);
    assert_eq!((roles, told), (vec![Receiver], vec![]), "nothing has changed");
    let (member, roles, told) = join(&mut rooms, 3, Member);
    assert_eq!((roles, told), (vec![Receiver, Member], vec![1, 2]));
    let (_, roles, told) = join(&mut rooms, 4, Sender);
    assert_eq!((roles, told), (vec![Sender, Receiver, Member], vec![1, 2, 3]));

    let left = rooms.leave(&receiver).unwrap();
    assert_eq!(left.room_changed_for, [0; 0], "there is another one");
    let left = rooms.lose(&member, START).unwrap();
    assert_eq!((left.roles, left.room_changed_for), (vec![Sender, Receiver], vec![2, 4]));
    let (_, roles, told) = join(&mut rooms, 3, Member);
    assert_eq!((roles, told), (vec![Sender, Receiver, Member], vec![2, 4]), "it is back");
    // One in another role: what it was is gone.
    let (_, roles, told) = join(&mut rooms, 4, Receiver);
    assert_eq!((roles, told), (vec![Receiver, Member], vec![2, 3]));
    let (_, roles, told) = join(&mut rooms, 4, Receiver);
    assert_eq!((roles, told), (vec![Receiver, Member], vec![]), "another connection");
}
