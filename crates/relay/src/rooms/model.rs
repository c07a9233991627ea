//! Compares the rooms with a reference model, through random sequences of joins, leaves, lost
//! connections, returns, takeovers, envelopes and waits.
//!
//! Each connection has a list of received messages here, filled as `router` fills its send queue.
//! The list must equal the reference's, message by message. The invariants that `docs/protocol.md`
//! promises are checked on the rooms and the lists themselves, too.

mod reference;
mod steps;
mod types;

use std::collections::{BTreeMap, BTreeSet};

use proptest_state_machine::{StateMachineTest, prop_state_machine};
use sightline_protocol::{InstanceId, LeaveReason, PeerId, PeerInfo, Role, RoomName};

use super::*;
use reference::Reference;
use steps::Step;
use types::{LIMITS, Message, ModelSeat, Outcome, Peer, capacity, sees};

prop_state_machine! {
    #[test]
    fn rooms_agree_with_their_model(sequential 1..120 => RoomsUnderTest);
}

/// The rooms, and the messages that followed from their decisions.
struct RoomsUnderTest {
    rooms: Rooms<usize>,
    seats: Vec<Option<Seat>>,
    received: Vec<Vec<Message>>,
    /// Whether no expired seat is left over.
    is_expiry_done: bool,
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

fn model_peer(info: PeerInfo) -> Peer {
    (number(info.peer), info.role, info.instance.0, info.seat)
}

impl RoomsUnderTest {
    fn send(&mut self, connections: Vec<usize>, message: &Message) {
        for connection in connections {
            self.received[connection].push(message.clone());
        }
    }

    fn join(&mut self, room: u8, info: PeerInfo, now: Duration) -> Outcome {
        let connection = self.seats.len();
        self.seats.push(None);
        self.received.push(Vec::new());
        let expected: BTreeSet<usize> =
            self.rooms.peers_to_notify(&name(room), info).copied().collect();
        let joined = match self.rooms.join(name(room), info, connection, now) {
            Ok(joined) => joined,
            Err(refusal) => return Outcome::NotSeated(refusal),
        };
        let others: Vec<usize> = joined.others.iter().map(|other| other.handle).collect();
        let mut notified: BTreeSet<usize> = others.iter().copied().collect();
        notified.extend(&joined.notify_of_roles);
        if let Some(replaced) = joined.replaced {
            self.send(vec![replaced.handle], &Message::Replaced);
            notified.extend(&replaced.no_longer_seen_by);
            let lost = Message::Left(number(info.peer), LeaveReason::Lost);
            self.send(replaced.no_longer_seen_by, &lost);
        }
        let mut welcome: Vec<_> =
            joined.others.iter().map(|other| (other.handle, model_peer(other.info))).collect();
        welcome.sort_by_key(|(handle, _)| *handle);
        let peers = welcome.into_iter().map(|(_, info)| info).collect();
        let (seat, roles) = (joined.seat.info.seat, joined.roles.clone());
        self.received[connection].push(Message::Welcome { seat, roles, peers });
        self.send(others, &Message::Joined(model_peer(joined.seat.info)));
        self.send(joined.notify_of_roles, &Message::Room(joined.roles));
        self.seats[connection] = Some(joined.seat);
        assert_eq!(notified, expected, "peers_to_notify was right");
        Outcome::Done
    }

    fn end(&mut self, connection: usize, keep: Option<LeaveReason>, now: Duration) {
        let seat = self.seats[connection].clone().unwrap();
        let (left, reason) = match keep {
            Some(reason) => (self.rooms.disconnect(&seat, reason, now), reason),
            None => (self.rooms.leave(&seat), LeaveReason::Left),
        };
        let Some(left) = left else { return };
        self.send(left.seen_by, &Message::Left(number(seat.info.peer), reason));
        self.send(left.notify_of_roles, &Message::Room(left.roles));
    }
}

impl StateMachineTest for RoomsUnderTest {
    type SystemUnderTest = Self;
    type Reference = Reference;

    fn init_test(_: &Reference) -> Self {
        Self {
            rooms: Rooms::new(LIMITS),
            seats: Vec::new(),
            received: Vec::new(),
            is_expiry_done: true,
        }
    }

    fn apply(mut system: Self, reference: &Reference, step: Step) -> Self {
        let now = Duration::from_secs(reference.now);
        system.is_expiry_done = true;
        let outcome = match step {
            Step::Join { room, peer, role, instance, requested } => {
                let info = PeerInfo {
                    peer: id(peer),
                    role,
                    instance: InstanceId(instance),
                    seat: requested,
                };
                system.join(room, info, now)
            }
            Step::Leave { connection } => {
                system.is_expiry_done = false;
                system.end(connection, None, now);
                Outcome::Done
            }
            Step::Disconnect { connection } => {
                system.end(connection, Some(LeaveReason::Lost), now);
                Outcome::Done
            }
            Step::Close { connection } => {
                system.end(connection, Some(LeaveReason::Left), now);
                Outcome::Done
            }
            Step::Route { connection, to } => {
                system.is_expiry_done = false;
                let seat = system.seats[connection].clone().unwrap();
                match system.rooms.route(&seat, id(to)).copied() {
                    Ok(recipient) => {
                        let from = number(seat.info.peer);
                        system.send(
                            vec![recipient],
                            &Message::Envelope { from, number: reference.steps },
                        );
                        Outcome::Done
                    }
                    Err(refusal) => Outcome::NotRouted(refusal),
                }
            }
            Step::Wait { expire, .. } => {
                system.is_expiry_done = expire;
                if expire {
                    system.rooms.expire(now);
                }
                Outcome::Done
            }
        };
        assert_eq!(outcome, reference.outcome);
        assert_eq!(system.received, reference.received);
        system
    }

    fn check_invariants(system: &Self, reference: &Reference) {
        system.check_seats(reference);
        system.check_bounds();
        system.check_received(reference);
    }

    fn teardown(mut system: Self, reference: Reference) {
        for connection in 0..system.seats.len() {
            if let Some(seat) = system.seats[connection].clone() {
                let late = Duration::from_secs(reference.now);
                if connection % 2 == 0 {
                    system.rooms.leave(&seat);
                } else {
                    system.rooms.disconnect(&seat, LeaveReason::Lost, late);
                }
            }
        }
        system.rooms.expire(Duration::from_secs(reference.now) + LIMITS.keep_seat);
        assert_eq!(
            (system.rooms.len(), system.rooms.kept_seats()),
            (0, 0),
            "empty rooms are removed"
        );
        assert!(system.rooms.kept_seats.pop_longest_vacant().is_none());
    }
}

impl RoomsUnderTest {
    /// Checks that there are the same seats as in the reference, with the same connections. After
    /// steps that don't check the clock, expired seats may be left over.
    fn check_seats(&self, reference: &Reference) {
        let mut seats = BTreeMap::new();
        for (name, room) in &self.rooms.rooms {
            for seat in &room.seats {
                let room: u8 = name.as_str().parse().unwrap();
                let previous = seats.insert((room, number(seat.info.peer)), seat);
                assert!(previous.is_none(), "one seat per peer");
            }
        }
        for ((room, peer), expected) in &reference.seats {
            let seat = seats.remove(&(*room, *peer)).expect("a seat that is taken or kept");
            let ModelSeat { role, instance, number, .. } = *expected;
            assert_eq!(model_peer(seat.info), (*peer, role, instance, number));
            assert_eq!(seat.handle, reference.connection_of(*room, *peer));
        }
        assert!(seats.values().all(|seat| seat.handle.is_none()));
        assert!(seats.is_empty() || !self.is_expiry_done, "{} too many", seats.len());
    }

    fn check_bounds(&self) {
        let rooms = &self.rooms;
        assert!(rooms.len() <= LIMITS.rooms);
        assert!(rooms.kept_seats() <= LIMITS.kept_seats);
        let mut kept = 0;
        for room in rooms.rooms.values() {
            assert!(!room.seats.is_empty(), "empty rooms are removed");
            for role in Role::ALL {
                let seats = || room.seats.iter().filter(|seat| seat.info.role == role);
                assert!(seats().count() <= capacity(role), "taken or kept; never two senders");
                let numbers: BTreeSet<u8> = seats().map(|seat| seat.info.seat).collect();
                assert_eq!(numbers.len(), seats().count(), "numbers are unique");
                let highest = u8::try_from(capacity(role)).unwrap();
                assert!(numbers.iter().all(|number| (1..=highest).contains(number)));
            }
            assert_eq!(room.vacant_ticket.is_some(), room.is_vacant());
            kept += room.seats.iter().filter(|seat| seat.handle.is_none()).count();
        }
        assert_eq!(kept, rooms.kept_seats());
    }

    /// Checks that each connection knows from its messages exactly which visible peers are
    /// connected and which roles are present, and that no envelope arrived twice or out of order.
    fn check_received(&self, reference: &Reference) {
        let mut envelopes = BTreeSet::new();
        for (connection, messages) in self.received.iter().enumerate() {
            let mut known = BTreeMap::new();
            let mut known_roles = Vec::new();
            let mut last = 0;
            for message in messages {
                match message {
                    Message::Welcome { roles, peers, .. } => {
                        known = peers.iter().map(|peer| (peer.0, *peer)).collect();
                        known_roles.clone_from(roles);
                    }
                    Message::Joined(peer) => drop(known.insert(peer.0, *peer)),
                    Message::Room(roles) => {
                        assert_ne!(&known_roles, roles, "the roles have changed");
                        known_roles.clone_from(roles);
                    }
                    Message::Left(peer, _) => {
                        assert!(known.remove(peer).is_some(), "only a known peer can leave");
                    }
                    Message::Envelope { from, number } => {
                        assert!(known.contains_key(from), "only a known peer can send");
                        assert!(*number > last, "in order");
                        assert!(envelopes.insert(*number), "once");
                        last = *number;
                    }
                    Message::Replaced => {}
                }
            }
            let Some((room, peer)) = reference.connections[connection] else { continue };
            if reference.connection_of(room, peer) != Some(connection) {
                continue;
            }
            let own_role = reference.seats[&(room, peer)].role;
            let visible = reference.seats.iter().filter(|((r, p), seat)| {
                *r == room
                    && *p != peer
                    && sees(own_role, seat.role)
                    && reference.connection_of(*r, *p).is_some()
            });
            let entry = |p, seat: &ModelSeat| (p, (p, seat.role, seat.instance, seat.number));
            let visible = visible.map(|((_, p), seat)| entry(*p, seat)).collect();
            assert_eq!(known, visible, "what connection {connection} knows");
            assert_eq!(known_roles, reference.roles(room), "what connection {connection} knows");
        }
    }
}
