//! The reference: slow and obvious. Seats by room and peer, and all that each connection
//! has been told.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use proptest_state_machine::ReferenceStateMachine;
use sightline_protocol::{LeaveReason, Role};

use super::steps::{self, ROOMS, Step};
use crate::rooms::{JoinRefusal, RoomLimits, RouteRefusal};

/// So small that everything overflows now and then.
pub(super) const LIMITS: RoomLimits = RoomLimits {
    rooms: 3,
    receivers: 2,
    members: 3,
    kept_seats: 4,
    keep_seat: Duration::from_secs(60),
};

/// A peer as others are told of it: its id, role, page and seat number.
pub(super) type Peer = (u8, Role, u32, u8);

/// What a connection is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Told {
    Welcome { seat: u8, roles: Vec<Role>, peers: Vec<Peer> },
    Joined(Peer),
    Left(u8, LeaveReason),
    Room(Vec<Role>),
    Replaced,
    Envelope { from: u8, number: u64 },
}

/// What came of a step for whoever took it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Done,
    NotSeated(JoinRefusal),
    NotRouted(RouteRefusal),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct ModelSeat {
    pub(super) role: Role,
    pub(super) page: u32,
    pub(super) number: u8,
    pub(super) state: SeatState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SeatState {
    Held { by: usize },
    Kept { since: u64, until: u64 },
}

#[derive(Clone, Debug)]
pub(super) struct Reference {
    pub(super) now: u64,
    /// Steps so far; also the numbers of envelopes.
    pub(super) steps: u64,
    pub(super) seats: BTreeMap<(u8, u8), ModelSeat>,
    /// Rooms in which nobody is, and since which step.
    deserted: BTreeMap<u8, u64>,
    /// Which room and peer each connection got a seat as.
    pub(super) connections: Vec<Option<(u8, u8)>>,
    pub(super) told: Vec<Vec<Told>>,
    pub(super) outcome: Outcome,
}

/// How many of a role a room takes.
pub(super) fn most(role: Role) -> usize {
    match role {
        Role::Sender => 1,
        Role::Receiver => LIMITS.receivers,
        Role::Member => LIMITS.members,
    }
}

pub(super) fn sees(a: Role, b: Role) -> bool {
    match a {
        Role::Sender => b == Role::Receiver,
        Role::Receiver => b == Role::Sender,
        Role::Member => b == Role::Member,
    }
}

impl Reference {
    /// The connection that has the seat, where one has.
    pub(super) fn holder(&self, room: u8, peer: u8) -> Option<usize> {
        match self.seats.get(&(room, peer))?.state {
            SeatState::Held { by } => Some(by),
            SeatState::Kept { .. } => None,
        }
    }

    /// Who is in a room and sees somebody in `role` (other than `peer`): its peers' ids and
    /// their connections, in the order in which they came.
    pub(super) fn seeing(&self, room: u8, peer: u8, role: Role) -> Vec<(u8, usize)> {
        let near =
            self.seats.iter().filter(|((r, p), s)| *r == room && *p != peer && sees(role, s.role));
        let mut near: Vec<_> =
            near.filter_map(|((_, p), _)| Some((*p, self.holder(room, *p)?))).collect();
        near.sort_by_key(|(_, connection)| *connection);
        near
    }

    fn kept(&self) -> impl Iterator<Item = ((u8, u8), u64, u64)> {
        self.seats.iter().filter_map(|(key, seat)| match seat.state {
            SeatState::Kept { since, until } => Some((*key, since, until)),
            SeatState::Held { .. } => None,
        })
    }

    fn rooms(&self) -> usize {
        let mut rooms: Vec<u8> = self.seats.keys().map(|(room, _)| *room).collect();
        rooms.dedup();
        rooms.len()
    }

    /// The roles of those who are connected to a room.
    pub(super) fn roles(&self, room: u8) -> Vec<Role> {
        let there = |role: &Role| {
            let mut seats = self.seats.iter();
            seats.any(|((r, p), seat)| {
                *r == room && seat.role == *role && self.holder(room, *p).is_some()
            })
        };
        Role::ALL.into_iter().filter(there).collect()
    }

    /// Tells everybody in a room but one peer which roles are there, where others were.
    fn tell_roles(&mut self, room: u8, peer: u8, before: &[Role]) {
        let roles = self.roles(room);
        if roles == before {
            return;
        }
        for other in 0..=u8::MAX {
            if let Some(holder) = self.holder(room, other).filter(|_| other != peer) {
                self.tell(holder, Told::Room(roles.clone()));
            }
        }
    }

    /// The number that somebody gets who joins: the one that it has; or asks for, where that
    /// is free; or the smallest that is.
    fn number(&self, room: u8, peer: u8, role: Role, wish: u8) -> u8 {
        if let Some(seat) = self.seats.get(&(room, peer)).filter(|seat| seat.role == role) {
            return seat.number;
        }
        let is_free = |number: &u8| {
            let mut seats = self.seats.iter();
            !seats.any(|((r, _), seat)| *r == room && seat.role == role && seat.number == *number)
        };
        let mut all = (1..).take(most(role));
        let wish = all.clone().find(|number| *number == wish);
        wish.filter(is_free).or_else(|| all.find(is_free)).unwrap()
    }

    fn tell(&mut self, connection: usize, told: Told) {
        self.told[connection].push(told);
    }

    fn join(&mut self, room: u8, peer: u8, role: Role, page: u32, wish: u8) -> Outcome {
        let connection = self.connections.len();
        self.connections.push(None);
        self.told.push(Vec::new());
        let others = |seat: &(&(u8, u8), &ModelSeat)| {
            seat.0.0 == room && seat.0.1 != peer && seat.1.role == role
        };
        if self.seats.iter().filter(others).count() >= most(role) {
            return Outcome::NotSeated(match role {
                Role::Sender => JoinRefusal::SenderPresent,
                Role::Receiver | Role::Member => JoinRefusal::RoomFull,
            });
        }
        let is_new = !self.seats.keys().any(|(r, _)| *r == room);
        if is_new && self.rooms() >= LIMITS.rooms {
            let oldest = self.deserted.iter().min_by_key(|(_, since)| **since);
            let Some((&oldest, _)) = oldest else {
                return Outcome::NotSeated(JoinRefusal::TooManyRooms);
            };
            self.seats.retain(|(r, _), _| *r != oldest);
        }
        let old = self.seats.get(&(room, peer)).map(|seat| (seat.role, self.holder(room, peer)));
        if let Some((old_role, Some(old))) = old {
            self.tell(old, Told::Replaced);
            if old_role != role {
                for (_, other) in self.seeing(room, peer, old_role) {
                    self.tell(other, Told::Left(peer, LeaveReason::Lost));
                }
            }
        }
        let roles_before = self.roles(room);
        let number = self.number(room, peer, role, wish);
        let state = SeatState::Held { by: connection };
        self.seats.insert((room, peer), ModelSeat { role, page, number, state });
        let others = self.seeing(room, peer, role);
        let peers = others.iter().map(|(p, _)| {
            let seat = self.seats[&(room, *p)];
            (*p, seat.role, seat.page, seat.number)
        });
        let peers = peers.collect();
        let roles = self.roles(room);
        self.tell(connection, Told::Welcome { seat: number, roles, peers });
        for (_, other) in others {
            self.tell(other, Told::Joined((peer, role, page, number)));
        }
        self.tell_roles(room, peer, &roles_before);
        self.connections[connection] = Some((room, peer));
        Outcome::Done
    }

    fn go(&mut self, connection: usize, keep: bool) {
        let Some((room, peer)) = self.connections[connection] else { return };
        if self.holder(room, peer) != Some(connection) {
            return;
        }
        let role = self.seats[&(room, peer)].role;
        let roles_before = self.roles(room);
        if keep {
            let until = self.now + LIMITS.keep_seat.as_secs();
            let state = SeatState::Kept { since: self.steps, until };
            self.seats.entry((room, peer)).and_modify(|seat| seat.state = state);
            if self.kept().count() > LIMITS.kept_seats {
                let oldest = self.kept().min_by_key(|(_, since, _)| *since);
                self.seats.remove(&oldest.unwrap().0);
            }
        } else {
            self.seats.remove(&(room, peer));
        }
        let reason = if keep { LeaveReason::Lost } else { LeaveReason::Left };
        for (_, other) in self.seeing(room, peer, role) {
            self.tell(other, Told::Left(peer, reason));
        }
        self.tell_roles(room, peer, &roles_before);
    }

    fn route(&mut self, connection: usize, to: u8) -> Outcome {
        let (room, peer) = self.connections[connection].unwrap();
        if self.holder(room, peer) != Some(connection) {
            return Outcome::NotRouted(RouteRefusal::NoSeat);
        }
        let Some(holder) = self.holder(room, to).filter(|_| to != peer) else {
            return Outcome::NotRouted(RouteRefusal::NoSuchPeer);
        };
        if !sees(self.seats[&(room, peer)].role, self.seats[&(room, to)].role) {
            return Outcome::NotRouted(RouteRefusal::NotAllowed);
        }
        self.tell(holder, Told::Envelope { from: peer, number: self.steps });
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
            deserted: BTreeMap::new(),
            connections: Vec::new(),
            told: Vec::new(),
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
            | Step::Lose { connection }
            | Step::Route { connection, .. } => {
                state.connections.get(*connection).is_some_and(Option::is_some)
            }
            Step::Join { .. } | Step::Wait { .. } => true,
        }
    }

    fn apply(mut state: Self, step: &Step) -> Self {
        state.steps += 1;
        state.outcome = match *step {
            Step::Join { room, peer, role, page, wish } => state.join(room, peer, role, page, wish),
            Step::Route { connection, to } => state.route(connection, to),
            Step::Leave { connection } => {
                state.go(connection, false);
                Outcome::Done
            }
            Step::Lose { connection } => {
                state.go(connection, true);
                Outcome::Done
            }
            Step::Wait { seconds, .. } => {
                state.now += seconds;
                Outcome::Done
            }
        };
        let now = state.now;
        state.seats.retain(|_, seat| match seat.state {
            SeatState::Held { .. } => true,
            SeatState::Kept { until, .. } => until > now,
        });
        for room in 0..ROOMS {
            let mut seats = state.seats.iter().filter(|((r, _), _)| *r == room).peekable();
            let exists = seats.peek().is_some();
            if exists && seats.all(|(_, seat)| matches!(seat.state, SeatState::Kept { .. })) {
                state.deserted.entry(room).or_insert(state.steps);
            } else {
                state.deserted.remove(&room);
            }
        }
        state
    }
}
