//! One room: its seats, taken or kept, and who in it sees whom.

use sightline_protocol::{PeerId, PeerInfo, Role};

use super::{JoinRefusal, Neighbour, RoomLimits};

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
        let (most, refusal) = match info.role {
            Role::Sender => (1, JoinRefusal::SenderPresent),
            Role::Receiver => (limits.receivers, JoinRefusal::RoomFull),
            Role::Member => (limits.members, JoinRefusal::RoomFull),
        };
        let other = |seat: &&Taken<T>| seat.info.role == info.role && seat.info.peer != info.peer;
        if self.seats.iter().filter(other).count() < most { Ok(()) } else { Err(refusal) }
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
