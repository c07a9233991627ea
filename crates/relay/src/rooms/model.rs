//! The rooms beside a reference model, through any sequence of joining, leaving, losing
//! the connection, coming back, taking over, writing to each other and waiting.
//!
//! Every connection has a queue here, filled as `hub` fills its outboxes; it has to be
//! the reference's, message by message. The invariants that `docs/protocol.md` promises
//! are checked besides, on the rooms and the queues themselves.

mod reference;
mod steps;

use std::collections::{BTreeMap, BTreeSet};

use proptest_state_machine::{StateMachineTest, prop_state_machine};
use sightline_protocol::{LeaveReason, PageId, PeerId, PeerInfo, Role, RoomName};

use super::*;
use reference::{LIMITS, ModelSeat, Outcome, Peer, Reference, Told, most, sees};
use steps::Step;

prop_state_machine! {
    #[test]
    fn rooms_agree_with_their_model(sequential 1..120 => World);
}

/// The rooms, and what became of what they decided.
struct World {
    rooms: Rooms<usize>,
    seats: Vec<Option<Seat>>,
    told: Vec<Vec<Told>>,
    /// Nothing that has run out is left over.
    is_swept: bool,
}

fn id(peer: u8) -> PeerId {
    PeerId::from_bytes([peer; 16])
}

fn number(peer: PeerId) -> u8 {
    peer.as_bytes()[0]
}

fn name(room: u8) -> RoomName {
    RoomName::parse(&room.to_string()).unwrap()
}

fn simple(info: PeerInfo) -> Peer {
    (number(info.peer), info.role, info.page.0, info.seat)
}

impl World {
    fn tell(&mut self, connections: Vec<usize>, told: &Told) {
        for connection in connections {
            self.told[connection].push(told.clone());
        }
    }

    fn join(&mut self, room: u8, info: PeerInfo, now: Duration) -> Outcome {
        let connection = self.seats.len();
        self.seats.push(None);
        self.told.push(Vec::new());
        let expected: BTreeSet<usize> =
            self.rooms.who_would_be_told(&name(room), info).copied().collect();
        let joined = match self.rooms.join(name(room), info, connection, now) {
            Ok(joined) => joined,
            Err(refusal) => return Outcome::NotSeated(refusal),
        };
        let others: Vec<usize> = joined.others.iter().map(|other| other.handle).collect();
        let mut told: BTreeSet<usize> = others.iter().copied().collect();
        told.extend(&joined.room_changed_for);
        if let Some(replaced) = joined.replaced {
            self.tell(vec![replaced.handle], &Told::Replaced);
            told.extend(&replaced.unseen_by);
            let lost = Told::Left(number(info.peer), LeaveReason::Lost);
            self.tell(replaced.unseen_by, &lost);
        }
        let mut welcome: Vec<_> =
            joined.others.iter().map(|other| (other.handle, simple(other.info))).collect();
        welcome.sort_by_key(|(handle, _)| *handle);
        let peers = welcome.into_iter().map(|(_, info)| info).collect();
        let (seat, roles) = (joined.seat.info.seat, joined.roles.clone());
        self.told[connection].push(Told::Welcome { seat, roles, peers });
        self.tell(others, &Told::Joined(simple(joined.seat.info)));
        self.tell(joined.room_changed_for, &Told::Room(joined.roles));
        self.seats[connection] = Some(joined.seat);
        assert_eq!(told, expected, "who would be told is told");
        Outcome::Done
    }

    fn go(&mut self, connection: usize, keep: Option<Duration>) {
        let seat = self.seats[connection].clone().unwrap();
        let (left, reason) = match keep {
            Some(now) => (self.rooms.lose(&seat, now), LeaveReason::Lost),
            None => (self.rooms.leave(&seat), LeaveReason::Left),
        };
        let Some(left) = left else { return };
        self.tell(left.seen_by, &Told::Left(number(seat.info.peer), reason));
        self.tell(left.room_changed_for, &Told::Room(left.roles));
    }
}

impl StateMachineTest for World {
    type SystemUnderTest = Self;
    type Reference = Reference;

    fn init_test(_: &Reference) -> Self {
        Self { rooms: Rooms::new(LIMITS), seats: Vec::new(), told: Vec::new(), is_swept: true }
    }

    fn apply(mut world: Self, reference: &Reference, step: Step) -> Self {
        let now = Duration::from_secs(reference.now);
        world.is_swept = true;
        let outcome = match step {
            Step::Join { room, peer, role, page, wish } => {
                let info = PeerInfo { peer: id(peer), role, page: PageId(page), seat: wish };
                world.join(room, info, now)
            }
            Step::Leave { connection } => {
                world.is_swept = false;
                world.go(connection, None);
                Outcome::Done
            }
            Step::Lose { connection } => {
                world.go(connection, Some(now));
                Outcome::Done
            }
            Step::Route { connection, to } => {
                world.is_swept = false;
                let seat = world.seats[connection].clone().unwrap();
                match world.rooms.route(&seat, id(to)).copied() {
                    Ok(holder) => {
                        let from = number(seat.info.peer);
                        world.tell(vec![holder], &Told::Envelope { from, number: reference.steps });
                        Outcome::Done
                    }
                    Err(refusal) => Outcome::NotRouted(refusal),
                }
            }
            Step::Wait { sweep, .. } => {
                world.is_swept = sweep;
                if sweep {
                    world.rooms.expire(now);
                }
                Outcome::Done
            }
        };
        assert_eq!(outcome, reference.outcome);
        assert_eq!(world.told, reference.told);
        world
    }

    fn check_invariants(world: &Self, reference: &Reference) {
        world.check_seats(reference);
        world.check_bounds();
        world.check_what_was_told(reference);
    }

    fn teardown(mut world: Self, reference: Reference) {
        for connection in 0..world.seats.len() {
            if let Some(seat) = world.seats[connection].clone() {
                let late = Duration::from_secs(reference.now);
                if connection % 2 == 0 {
                    world.rooms.leave(&seat);
                } else {
                    world.rooms.lose(&seat, late);
                }
            }
        }
        world.rooms.expire(Duration::from_secs(reference.now) + LIMITS.keep_seat);
        assert_eq!((world.rooms.len(), world.rooms.kept()), (0, 0), "empty rooms vanish");
        assert!(world.rooms.kept.longest_deserted().is_none());
    }
}

impl World {
    /// The same seats as the reference, held by the same connections. Where nothing had to
    /// look at the clock, kept ones that have run out may be left.
    fn check_seats(&self, reference: &Reference) {
        let mut seats = BTreeMap::new();
        for (name, room) in &self.rooms.rooms {
            for seat in &room.seats {
                let room: u8 = name.as_str().parse().unwrap();
                let old = seats.insert((room, number(seat.info.peer)), seat);
                assert!(old.is_none(), "one seat a peer");
            }
        }
        for ((room, peer), expected) in &reference.seats {
            let seat = seats.remove(&(*room, *peer)).expect("a seat that is held or kept");
            let ModelSeat { role, page, number, .. } = *expected;
            assert_eq!(simple(seat.info), (*peer, role, page, number));
            assert_eq!(seat.handle, reference.holder(*room, *peer));
        }
        assert!(seats.values().all(|seat| seat.handle.is_none()));
        assert!(seats.is_empty() || !self.is_swept, "{} too many", seats.len());
    }

    fn check_bounds(&self) {
        let rooms = &self.rooms;
        assert!(rooms.len() <= LIMITS.rooms);
        assert!(rooms.kept() <= LIMITS.kept_seats);
        let mut kept = 0;
        for room in rooms.rooms.values() {
            assert!(!room.seats.is_empty(), "empty rooms vanish");
            for role in Role::ALL {
                let seats = || room.seats.iter().filter(|seat| seat.info.role == role);
                assert!(seats().count() <= most(role), "held or kept; never two senders");
                let numbers: BTreeSet<u8> = seats().map(|seat| seat.info.seat).collect();
                assert_eq!(numbers.len(), seats().count(), "each has a number of its own");
                let highest = u8::try_from(most(role)).unwrap();
                assert!(numbers.iter().all(|number| (1..=highest).contains(number)));
            }
            assert_eq!(room.deserted.is_some(), room.is_deserted());
            kept += room.seats.iter().filter(|seat| seat.handle.is_none()).count();
        }
        assert_eq!(kept, rooms.kept());
    }

    /// From what it was told, each connection knows exactly who is there whom it sees, and
    /// which roles are; and no envelope came twice or out of order.
    fn check_what_was_told(&self, reference: &Reference) {
        let mut envelopes = BTreeSet::new();
        for (connection, told) in self.told.iter().enumerate() {
            let mut known = BTreeMap::new();
            let mut known_roles = Vec::new();
            let mut last = 0;
            for one in told {
                match one {
                    Told::Welcome { roles, peers, .. } => {
                        known = peers.iter().map(|peer| (peer.0, *peer)).collect();
                        known_roles.clone_from(roles);
                    }
                    Told::Joined(peer) => drop(known.insert(peer.0, *peer)),
                    Told::Room(roles) => {
                        assert_ne!(&known_roles, roles, "told what it knows");
                        known_roles.clone_from(roles);
                    }
                    Told::Left(peer, _) => {
                        assert!(known.remove(peer).is_some(), "told that a stranger left");
                    }
                    Told::Envelope { from, number } => {
                        assert!(known.contains_key(from), "an envelope from a stranger");
                        assert!(*number > last, "in order");
                        assert!(envelopes.insert(*number), "once");
                        last = *number;
                    }
                    Told::Replaced => {}
                }
            }
            let Some((room, peer)) = reference.connections[connection] else { continue };
            if reference.holder(room, peer) != Some(connection) {
                continue;
            }
            let own = reference.seats[&(room, peer)].role;
            let there = reference.seats.iter().filter(|((r, p), seat)| {
                *r == room
                    && *p != peer
                    && sees(own, seat.role)
                    && reference.holder(*r, *p).is_some()
            });
            let peer = |p, seat: &ModelSeat| (p, (p, seat.role, seat.page, seat.number));
            let there = there.map(|((_, p), seat)| peer(*p, seat)).collect();
            assert_eq!(known, there, "what connection {connection} knows");
            assert_eq!(known_roles, reference.roles(room), "what connection {connection} knows");
        }
    }
}
