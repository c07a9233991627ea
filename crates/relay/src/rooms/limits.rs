//! Limits on rooms and seats, and how long a seat is kept.

use std::time::Duration;

use sightline_protocol::{LeaveReason, Role};

/// The limits of all rooms of a relay.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RoomLimits {
    pub(crate) rooms: usize,
    pub(crate) receivers: usize,
    pub(crate) members: usize,
    /// Kept seats in all rooms together.
    pub(crate) kept_seats: usize,
    /// How long a seat is kept.
    pub(crate) keep_seat: Duration,
    /// How long the seat of a receiver or member whose page was closed is kept, if that is less.
    pub(crate) keep_closed_seat: Duration,
}

impl RoomLimits {
    /// The number of seats of a role in one room.
    pub(super) const fn seats(&self, role: Role) -> usize {
        match role {
            Role::Sender => 1,
            Role::Receiver => self.receivers,
            Role::Member => self.members,
        }
    }

    /// How long a peer's seat is kept. A page that was closed may be reloading, which takes
    /// seconds. A sender's seat is kept for the full time, because others wait for the sender.
    pub(super) fn keep_time(&self, role: Role, reason: LeaveReason) -> Duration {
        match (role, reason) {
            (Role::Receiver | Role::Member, LeaveReason::Left) => {
                self.keep_closed_seat.min(self.keep_seat)
            }
            (Role::Sender, _) | (_, LeaveReason::Lost) => self.keep_seat,
        }
    }
}
