//! One room: its seats, taken or kept, and who in it sees whom.

use sightline_protocol::{PeerId, PeerInfo, Role};

use super::{JoinRefusal, Left, Neighbour, RoomLimits};

/// Most rooms have two in them.
const USUAL_SEATS: usize = 2;

pub(super) struct Room<T> {
    /// One sender at most, and so few others that looking through them all is faster
    /// than a map, and smaller.
    pub(super) seats: Vec<Taken<T>>,
    /// Its ticket among the rooms in which nobody is.
    pub(super) deserted: Option<u64>,
}

/// A seat that is not free.
pub(super) struct Taken<T> {
    pub(super) info: PeerInfo,
    /// Names the connection that has the seat; a new one when that is gone.
    pub(super) ticket: u64,
    /// How to reach the peer. None where its seat is kept: it isn't there.
    pub(super) handle: Option<T>,
}

impl<T: Clone> Room<T> {
    pub(super) fn new() -> Self {
        Self { seats: Vec::with_capacity(USUAL_SEATS), deserted: None }
    }

    /// Whether there is a seat for this peer, whatever seat it has already. Kept seats
    /// are not free.
    pub(super) fn has_seat_for(
        &self,
        info: PeerInfo,
        limits: &RoomLimits,
    ) -> Result<(), JoinRefusal> {
        let other = |seat: &&Taken<T>| seat.info.role == info.role && seat.info.peer != info.peer;
        if self.seats.iter().filter(other).count() < limits.seats(info.role) {
            return Ok(());
        }
        Err(match info.role {
            Role::Sender => JoinRefusal::SenderPresent,
            Role::Receiver | Role::Member => JoinRefusal::RoomFull,
        })
    }

    /// The number for a peer that is about to get a seat here: the one that it asks for where
    /// there is such a seat and nobody has it, else the smallest that nobody has. Kept seats
    /// keep theirs.
    pub(super) fn free_number(&self, info: PeerInfo, limits: &RoomLimits) -> u8 {
        let highest = u8::try_from(limits.seats(info.role)).unwrap_or(u8::MAX);
        let is_free = |number: &u8| {
            self.seats.iter().all(|seat| seat.info.role != info.role || seat.info.seat != *number)
        };
        let wish = Some(info.seat).filter(|number| (1..=highest).contains(number));
        // With more seats than numbers, which no page's room has, some have none.
        wish.filter(is_free).or_else(|| (1..=highest).find(is_free)).unwrap_or(0)
    }

    /// The roles that somebody who is there has, in the order of [`Role::ALL`].
    pub(super) fn roles(&self) -> Vec<Role> {
        let mut roles = Role::ALL.to_vec();
        roles.retain(|role| {
            self.seats.iter().any(|seat| seat.info.role == *role && seat.handle.is_some())
        });
        roles
    }

    /// What the others are to be told when somebody in `role` isn't there any more.
    pub(super) fn without(&self, role: Role) -> Left<T> {
        let seen_by = self.neighbours(role).map(|other| other.handle).collect();
        let roles = self.roles();
        let is_last = !roles.contains(&role);
        let room_changed_for = if is_last { self.handles() } else { Vec::new() };
        Left { seen_by, roles, room_changed_for }
    }

    /// How to reach everybody who is there.
    pub(super) fn handles(&self) -> Vec<T> {
        self.seats.iter().filter_map(|seat| seat.handle.clone()).collect()
    }

    pub(super) fn remove(&mut self, which: impl Fn(&Taken<T>) -> bool) -> Option<Taken<T>> {
        let index = self.seats.iter().position(which)?;
        Some(self.seats.remove(index))
    }

    /// Those who are there and see somebody in `role`.
    pub(super) fn neighbours(&self, role: Role) -> impl Iterator<Item = Neighbour<T>> + use<'_, T> {
        self.seats.iter().filter(move |seat| role.sees(seat.info.role)).filter_map(|seat| {
            let handle = seat.handle.clone()?;
            Some(Neighbour { info: seat.info, handle })
        })
    }

    /// A peer that is there, and how to reach it.
    pub(super) fn find(&self, peer: PeerId) -> Option<(Role, &T)> {
        let seat = self.seats.iter().find(|seat| seat.info.peer == peer)?;
        Some((seat.info.role, seat.handle.as_ref()?))
    }

    /// Whether all who have a seat here are away.
    pub(super) fn is_deserted(&self) -> bool {
        self.seats.iter().all(|seat| seat.handle.is_none())
    }
}
