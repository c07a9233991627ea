//! How many rooms, seats and kept seats there may be, and how long a seat is kept.

use std::time::Duration;

use sightline_protocol::{LeaveReason, Role};

/// How much there may be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RoomLimits {
    pub(crate) rooms: usize,
    pub(crate) receivers: usize,
    pub(crate) members: usize,
    /// Kept seats, in all rooms together.
    pub(crate) kept_seats: usize,
    /// How long a seat is kept.
    pub(crate) keep_seat: Duration,
    /// The same for a receiver or member whose page was closed, if that is less.
    pub(crate) keep_closed_seat: Duration,
}

impl RoomLimits {
    /// How many of a role a room takes.
    pub(super) const fn seats(&self, role: Role) -> usize {
        match role {
            Role::Sender => 1,
            Role::Receiver => self.receivers,
            Role::Member => self.members,
        }
    }

    /// How long the seat of a peer in this role is kept that went for this reason. A page
    /// that was closed may be one that is being loaded again, which takes seconds. The
    /// sender's has its full time: others wait for that one.
    pub(super) fn keep_time(&self, role: Role, reason: LeaveReason) -> Duration {
        match (role, reason) {
            (Role::Receiver | Role::Member, LeaveReason::Left) => {
                self.keep_closed_seat.min(self.keep_seat)
            }
            (Role::Sender, _) | (_, LeaveReason::Lost) => self.keep_seat,
        }
    }
}
