//! The types of the reference model: limits, seats, messages and results.

use std::time::Duration;

use sightline_protocol::{LeaveReason, Role};

use crate::rooms::{JoinRefusal, RoomLimits, RouteRefusal};

/// Small limits, so that each of them is reached now and then.
pub(super) const LIMITS: RoomLimits = RoomLimits {
    rooms: 3,
    receivers: 2,
    members: 3,
    kept_seats: 4,
    keep_seat: Duration::from_secs(60),
    keep_closed_seat: Duration::from_secs(10),
};

/// A peer as others see it: its id, role, page and seat number.
pub(super) type Peer = (u8, Role, u32, u8);

/// A message that a connection receives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Message {
    Welcome { seat: u8, roles: Vec<Role>, peers: Vec<Peer> },
    Joined(Peer),
    Left(u8, LeaveReason),
    Room(Vec<Role>),
    Replaced,
    Envelope { from: u8, number: u64 },
}

/// The result of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Done,
    NotSeated(JoinRefusal),
    NotRouted(RouteRefusal),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct ModelSeat {
    pub(super) role: Role,
    pub(super) instance: u32,
    pub(super) number: u8,
    pub(super) state: SeatState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SeatState {
    Taken { connection: usize },
    Kept { since: u64, expires_at: u64 },
}

/// The number of seats of a role in a room.
pub(super) fn capacity(role: Role) -> usize {
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
