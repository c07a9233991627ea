//! One room: its seats, taken or kept, and which peers see each other.

use sightline_protocol::{PeerId, PeerInfo, Role};

use super::{JoinRefusal, Left, RoomLimits, VisiblePeer};

/// Most rooms have two peers.
const USUAL_SEATS: usize = 2;

pub(super) struct Room<T> {
    /// Seats that are taken or kept. There are so few that a linear search is faster than a
    /// map, and smaller.
    pub(super) seats: Vec<RoomSeat<T>>,
    /// The room's ticket among the vacant rooms. `None` while a peer is connected.
    pub(super) vacant_ticket: Option<u64>,
}

/// A seat that is taken or kept.
pub(super) struct RoomSeat<T> {
    pub(super) info: PeerInfo,
    /// Identifies the connection that has the seat. A kept seat gets a new ticket.
    pub(super) ticket: u64,
    /// The handle of the connected peer. `None` for a kept seat.
    pub(super) handle: Option<T>,
}

impl<T: Clone> Room<T> {
    pub(super) fn new() -> Self {
        Self { seats: Vec::with_capacity(USUAL_SEATS), vacant_ticket: None }
    }

    /// Checks whether there is a seat for this peer, not counting one that it already has. If
    /// all are taken, returns the ticket of the oldest kept receiver or member seat, which this
    /// peer gets.
    pub(super) fn find_seat_for(
        &self,
        info: PeerInfo,
        limits: &RoomLimits,
    ) -> Result<Option<u64>, JoinRefusal> {
        let of_others =
            || self.seats.iter().filter(|s| s.info.role == info.role && s.info.peer != info.peer);
        if of_others().count() < limits.seats(info.role) {
            return Ok(None);
        }
        if info.role == Role::Sender {
            return Err(JoinRefusal::SenderPresent);
        }
        // A seat gets a new ticket when its connection ends, and tickets only grow.
        let kept = of_others().filter(|seat| seat.handle.is_none());
        kept.map(|seat| seat.ticket).min().map(Some).ok_or(JoinRefusal::RoomFull)
    }

    /// The seat number for a peer that is about to be seated: the requested one if it exists
    /// and is free, else the smallest free one. Kept seats keep their numbers.
    pub(super) fn assign_number(&self, info: PeerInfo, limits: &RoomLimits) -> u8 {
        let highest = u8::try_from(limits.seats(info.role)).unwrap_or(u8::MAX);
        let is_free = |number: &u8| {
            self.seats.iter().all(|seat| seat.info.role != info.role || seat.info.seat != *number)
        };
        let requested = Some(info.seat).filter(|number| (1..=highest).contains(number));
        // 0 if all 255 numbers are taken, which no real limit allows.
        requested.filter(is_free).or_else(|| (1..=highest).find(is_free)).unwrap_or(0)
    }

    /// The roles of the connected peers, in the order of [`Role::ALL`].
    pub(super) fn roles(&self) -> Vec<Role> {
        let mut roles = Role::ALL.to_vec();
        roles.retain(|role| {
            self.seats.iter().any(|seat| seat.info.role == *role && seat.handle.is_some())
        });
        roles
    }

    /// Whom to notify after a peer in this role has left.
    pub(super) fn left(&self, role: Role) -> Left<T> {
        let seen_by = self.visible_peers(role).map(|other| other.handle).collect();
        let roles = self.roles();
        let was_last = !roles.contains(&role);
        let notify_of_roles = if was_last { self.handles() } else { Vec::new() };
        Left { seen_by, roles, notify_of_roles }
    }

    /// The handles of all connected peers.
    pub(super) fn handles(&self) -> Vec<T> {
        self.seats.iter().filter_map(|seat| seat.handle.clone()).collect()
    }

    pub(super) fn remove(&mut self, matches: impl Fn(&RoomSeat<T>) -> bool) -> Option<RoomSeat<T>> {
        let index = self.seats.iter().position(matches)?;
        Some(self.seats.remove(index))
    }

    /// The connected peers that a peer in this role sees, and that see it.
    pub(super) fn visible_peers(
        &self,
        role: Role,
    ) -> impl Iterator<Item = VisiblePeer<T>> + use<'_, T> {
        self.seats.iter().filter(move |seat| role.sees(seat.info.role)).filter_map(|seat| {
            let handle = seat.handle.clone()?;
            Some(VisiblePeer { info: seat.info, handle })
        })
    }

    /// The role and the handle of a connected peer.
    pub(super) fn find(&self, peer: PeerId) -> Option<(Role, &T)> {
        let seat = self.seats.iter().find(|seat| seat.info.peer == peer)?;
        Some((seat.info.role, seat.handle.as_ref()?))
    }

    /// Whether all seats are kept, and nobody is connected.
    pub(super) fn is_vacant(&self) -> bool {
        self.seats.iter().all(|seat| seat.handle.is_none())
    }
}
