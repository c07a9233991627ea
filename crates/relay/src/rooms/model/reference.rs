//! The reference model: slow and obvious. Seats by room and peer, and all messages that each
//! connection has received.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest_state_machine::ReferenceStateMachine;
use sightline_protocol::{LeaveReason, Role};

use super::steps::{self, ROOMS, Step};
use super::types::{LIMITS, Message, ModelSeat, Outcome, SeatState, capacity, sees};
use crate::rooms::{JoinRefusal, RouteRefusal};

#[derive(Clone, Debug)]
pub(super) struct Reference {
    pub(super) now: u64,
    /// The number of steps so far. It also numbers the envelopes.
    pub(super) steps: u64,
    pub(super) seats: BTreeMap<(u8, u8), ModelSeat>,
    /// Vacant rooms, and since which step.
    vacant: BTreeMap<u8, u64>,
    /// The room and peer of each connection that was seated.
    pub(super) connections: Vec<Option<(u8, u8)>>,
    pub(super) received: Vec<Vec<Message>>,
    pub(super) outcome: Outcome,
}

impl Reference {
    /// The connection that has the seat, if it is taken.
    pub(super) fn connection_of(&self, room: u8, peer: u8) -> Option<usize> {
        match self.seats.get(&(room, peer))?.state {
            SeatState::Taken { connection } => Some(connection),
            SeatState::Kept { .. } => None,
        }
    }

    /// The connected peers in a room that see somebody in `role`, other than `peer`: their ids and
    /// connections, in the order in which they joined.
    pub(super) fn visible_peers(&self, room: u8, peer: u8, role: Role) -> Vec<(u8, usize)> {
        let visible =
            self.seats.iter().filter(|((r, p), s)| *r == room && *p != peer && sees(role, s.role));
        let mut visible: Vec<_> =
            visible.filter_map(|((_, p), _)| Some((*p, self.connection_of(room, *p)?))).collect();
        visible.sort_by_key(|(_, connection)| *connection);
        visible
    }

    fn kept(&self) -> impl Iterator<Item = ((u8, u8), u64, u64)> {
        self.seats.iter().filter_map(|(key, seat)| match seat.state {
            SeatState::Kept { since, expires_at } => Some((*key, since, expires_at)),
            SeatState::Taken { .. } => None,
        })
    }

    fn rooms(&self) -> usize {
        let mut rooms: Vec<u8> = self.seats.keys().map(|(room, _)| *room).collect();
        rooms.dedup();
        rooms.len()
    }

    /// The roles of the connected peers in a room.
    pub(super) fn roles(&self, room: u8) -> Vec<Role> {
        let is_present = |role: &Role| {
            let mut seats = self.seats.iter();
            seats.any(|((r, p), seat)| {
                *r == room && seat.role == *role && self.connection_of(room, *p).is_some()
            })
        };
        Role::ALL.into_iter().filter(is_present).collect()
    }

    /// Sends the roles to everybody in a room except one peer, if they have changed.
    fn send_roles(&mut self, room: u8, peer: u8, before: &[Role]) {
        let roles = self.roles(room);
        if roles == before {
            return;
        }
        for other in 0..=u8::MAX {
            if let Some(connection) = self.connection_of(room, other).filter(|_| other != peer) {
                self.send(connection, Message::Room(roles.clone()));
            }
        }
    }

    /// The seat number for a peer that joins: its current one, or the requested one if it is free,
    /// or the smallest free one.
    fn number(&self, room: u8, peer: u8, role: Role, requested: u8) -> u8 {
        if let Some(seat) = self.seats.get(&(room, peer)).filter(|seat| seat.role == role) {
            return seat.number;
        }
        let is_free = |number: &u8| {
            let mut seats = self.seats.iter();
            !seats.any(|((r, _), seat)| *r == room && seat.role == role && seat.number == *number)
        };
        let mut all = (1..).take(capacity(role));
        let requested = all.clone().find(|number| *number == requested);
        requested.filter(is_free).or_else(|| all.find(is_free)).unwrap()
    }

    fn send(&mut self, connection: usize, message: Message) {
        self.received[connection].push(message);
    }

    fn join(&mut self, room: u8, peer: u8, role: Role, instance: u32, requested: u8) -> Outcome {
        let connection = self.connections.len();
        self.connections.push(None);
        self.received.push(Vec::new());
        let others = |seat: &(&(u8, u8), &ModelSeat)| {
            seat.0.0 == room && seat.0.1 != peer && seat.1.role == role
        };
        if self.seats.iter().filter(others).count() >= capacity(role) {
            if role == Role::Sender {
                return Outcome::NotSeated(JoinRefusal::SenderPresent);
            }
            // The oldest kept seat is given away.
            let kept = self.kept().filter(|((r, p), ..)| {
                *r == room && *p != peer && self.seats[&(*r, *p)].role == role
            });
            let Some((oldest, ..)) = kept.min_by_key(|(_, since, _)| *since) else {
                return Outcome::NotSeated(JoinRefusal::RoomFull);
            };
            self.seats.remove(&oldest);
        }
        let is_new = !self.seats.keys().any(|(r, _)| *r == room);
        if is_new && self.rooms() >= LIMITS.rooms {
            let oldest = self.vacant.iter().min_by_key(|(_, since)| **since);
            let Some((&oldest, _)) = oldest else {
                return Outcome::NotSeated(JoinRefusal::TooManyRooms);
            };
            self.seats.retain(|(r, _), _| *r != oldest);
        }
        let old =
            self.seats.get(&(room, peer)).map(|seat| (seat.role, self.connection_of(room, peer)));
        if let Some((old_role, Some(old))) = old {
            self.send(old, Message::Replaced);
            if old_role != role {
                for (_, other) in self.visible_peers(room, peer, old_role) {
                    self.send(other, Message::Left(peer, LeaveReason::Lost));
                }
            }
        }
        let roles_before = self.roles(room);
        let number = self.number(room, peer, role, requested);
        let state = SeatState::Taken { connection };
        self.seats.insert((room, peer), ModelSeat { role, instance, number, state });
        let others = self.visible_peers(room, peer, role);
        let peers = others.iter().map(|(p, _)| {
            let seat = self.seats[&(room, *p)];
            (*p, seat.role, seat.instance, seat.number)
        });
        let peers = peers.collect();
        let roles = self.roles(room);
        self.send(connection, Message::Welcome { seat: number, roles, peers });
        for (_, other) in others {
            self.send(other, Message::Joined((peer, role, instance, number)));
        }
        self.send_roles(room, peer, &roles_before);
        self.connections[connection] = Some((room, peer));
        Outcome::Done
    }

    /// A connection ends. Without a reason its seat becomes free, else it is kept.
    fn end(&mut self, connection: usize, keep: Option<LeaveReason>) {
        let Some((room, peer)) = self.connections[connection] else { return };
        if self.connection_of(room, peer) != Some(connection) {
            return;
        }
        let role = self.seats[&(room, peer)].role;
        let roles_before = self.roles(room);
        if let Some(reason) = keep {
            let is_short = reason == LeaveReason::Left && role != Role::Sender;
            let time = if is_short { LIMITS.keep_closed_seat } else { LIMITS.keep_seat };
            let expires_at = self.now + time.as_secs();
            let state = SeatState::Kept { since: self.steps, expires_at };
            self.seats.entry((room, peer)).and_modify(|seat| seat.state = state);
            if self.kept().count() > LIMITS.kept_seats {
                let oldest = self.kept().min_by_key(|(_, since, _)| *since);
                self.seats.remove(&oldest.unwrap().0);
            }
        } else {
            self.seats.remove(&(room, peer));
        }
        let reason = keep.unwrap_or(LeaveReason::Left);
        for (_, other) in self.visible_peers(room, peer, role) {
            self.send(other, Message::Left(peer, reason));
        }
        self.send_roles(room, peer, &roles_before);
    }

    fn route(&mut self, connection: usize, to: u8) -> Outcome {
        let (room, peer) = self.connections[connection].unwrap();
        if self.connection_of(room, peer) != Some(connection) {
            return Outcome::NotRouted(RouteRefusal::NoSeat);
        }
        let Some(recipient) = self.connection_of(room, to).filter(|_| to != peer) else {
            return Outcome::NotRouted(RouteRefusal::NoSuchPeer);
        };
        if !sees(self.seats[&(room, peer)].role, self.seats[&(room, to)].role) {
            return Outcome::NotRouted(RouteRefusal::NotAllowed);
        }
        self.send(recipient, Message::Envelope { from: peer, number: self.steps });
        Outcome::Done
    }
}

impl ReferenceStateMachine for Reference {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        Just(Self {
            now: 0,
            steps: 0,
            seats: BTreeMap::new(),
            vacant: BTreeMap::new(),
            connections: Vec::new(),
            received: Vec::new(),
            outcome: Outcome::Done,
        })
        .boxed()
    }

    fn transitions(state: &Self) -> BoxedStrategy<Step> {
        steps::next(state)
    }

    fn preconditions(state: &Self, step: &Step) -> bool {
        match step {
            Step::Leave { connection }
            | Step::Disconnect { connection }
            | Step::Close { connection }
            | Step::Route { connection, .. } => {
                state.connections.get(*connection).is_some_and(Option::is_some)
            }
            Step::Join { .. } | Step::Wait { .. } => true,
        }
    }

    fn apply(mut state: Self, step: &Step) -> Self {
        state.steps += 1;
        state.outcome = match *step {
            Step::Join { room, peer, role, instance, requested } => {
                state.join(room, peer, role, instance, requested)
            }
            Step::Route { connection, to } => state.route(connection, to),
            Step::Leave { connection } => {
                state.end(connection, None);
                Outcome::Done
            }
            Step::Disconnect { connection } => {
                state.end(connection, Some(LeaveReason::Lost));
                Outcome::Done
            }
            Step::Close { connection } => {
                state.end(connection, Some(LeaveReason::Left));
                Outcome::Done
            }
            Step::Wait { seconds, .. } => {
                state.now += seconds;
                Outcome::Done
            }
        };
        let now = state.now;
        state.seats.retain(|_, seat| match seat.state {
            SeatState::Taken { .. } => true,
            SeatState::Kept { expires_at, .. } => expires_at > now,
        });
        for room in 0..ROOMS {
            let mut seats = state.seats.iter().filter(|((r, _), _)| *r == room).peekable();
            let exists = seats.peek().is_some();
            if exists && seats.all(|(_, seat)| matches!(seat.state, SeatState::Kept { .. })) {
                state.vacant.entry(room).or_insert(state.steps);
            } else {
                state.vacant.remove(&room);
            }
        }
        state
    }
}
