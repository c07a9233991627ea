//! Who is in which room: a state machine without IO, clocks or locks.
//!
//! `T` is the handle by which the caller reaches a peer. Methods return whom to notify, and the
//! caller sends the messages. Time is an argument; it starts at any zero and never decreases. A
//! room is created by the first join and removed when no seat in it is taken or kept.
//!
//! A sender sees the receivers, and they see the sender; members of a call see each other
//! ([`Role::sees`](sightline_protocol::Role::sees)).
//!
//! When a peer's connection ends, its seat is kept for a while. Nobody sees the peer meanwhile.
//! A sender's kept seat isn't given to anybody else. In a full room a receiver or member who
//! joins gets the oldest kept seat of its role: connected peers take precedence over peers that
//! may come back.

use std::collections::HashMap;
use std::time::Duration;

use sightline_protocol::{LeaveReason, PeerId, PeerInfo, RoomName};

use kept_seats::KeptSeats;
use room::{Room, RoomSeat};

pub(crate) use limits::RoomLimits;
pub(crate) use outcome::{JoinRefusal, Joined, Left, Replaced, RouteRefusal, VisiblePeer};

mod kept_seats;
mod limits;
#[cfg(test)]
mod model;
mod outcome;
mod room;
#[cfg(test)]
mod tests;

/// All rooms of a relay.
pub(crate) struct Rooms<T> {
    rooms: HashMap<RoomName, Room<T>>,
    kept_seats: KeptSeats,
    limits: RoomLimits,
    next_ticket: u64,
}

/// A peer's seat in a room, owned by its connection. It becomes invalid when the same peer
/// joins again on another connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seat {
    pub(crate) room: RoomName,
    pub(crate) info: PeerInfo,
    ticket: u64,
}

impl<T: Clone> Rooms<T> {
    pub(crate) fn new(limits: RoomLimits) -> Self {
        Self { rooms: HashMap::new(), kept_seats: KeptSeats::default(), limits, next_ticket: 0 }
    }

    /// The number of rooms.
    pub(crate) fn len(&self) -> usize {
        self.rooms.len()
    }

    /// The number of kept seats.
    pub(crate) fn kept_seats(&self) -> usize {
        self.kept_seats.len()
    }

    /// The connected peers that would be notified of this join: those that the peer would see;
    /// those that saw it in its previous role; and everybody in the room if the set of roles
    /// would change.
    pub(crate) fn peers_to_notify(
        &self,
        name: &RoomName,
        info: PeerInfo,
    ) -> impl Iterator<Item = &T> + use<'_, T> {
        let seats = self.rooms.get(name).map_or(&[][..], |room| &room.seats);
        let others = move || seats.iter().filter(move |seat| seat.info.peer != info.peer);
        let is_present =
            move |role| others().any(|seat| seat.info.role == role && seat.handle.is_some());
        let old = seats.iter().find(|seat| seat.info.peer == info.peer && seat.handle.is_some());
        let old_role = old.map(|seat| seat.info.role);
        let adds_role = !is_present(info.role) && old_role != Some(info.role);
        let removes_role = old_role.is_some_and(|old| old != info.role && !is_present(old));
        others()
            .filter(move |seat| {
                let role = seat.info.role;
                adds_role
                    || removes_role
                    || info.role.sees(role)
                    || old_role.is_some_and(|old| old.sees(role))
            })
            .filter_map(|seat| seat.handle.as_ref())
    }

    /// Seats a peer. The same peer (the same id) may always join again: it takes over the seat
    /// of its old connection, or its kept seat. In another role it needs a free seat of that
    /// role, and its old seat becomes free. In a full room the oldest kept receiver or member
    /// seat is given to this peer.
    ///
    /// `info.seat` is the seat number that the peer asks for, or 0. If the peer already has a
    /// seat of this role, it keeps its number.
    pub(crate) fn join(
        &mut self,
        name: RoomName,
        mut info: PeerInfo,
        handle: T,
        now: Duration,
    ) -> Result<Joined<T>, JoinRefusal> {
        self.expire(now);
        let evicted = match self.rooms.get(&name) {
            Some(room) => room.find_seat_for(info, &self.limits)?,
            None => {
                let evicted = Room::<T>::new().find_seat_for(info, &self.limits)?;
                self.make_space_for_room()?;
                evicted
            }
        };
        let ticket = self.take_ticket();
        let room = self.rooms.entry(name.clone()).or_insert_with(Room::new);
        if let Some(ticket) = evicted {
            room.remove(|seat| seat.ticket == ticket);
            self.kept_seats.remove(ticket);
        }
        let roles_before = room.roles();
        let mut replaced = None;
        if let Some(old) = room.remove(|seat| seat.info.peer == info.peer) {
            if old.info.role == info.role {
                info.seat = old.info.seat;
            }
            if let Some(handle) = old.handle {
                let seen_by = room.visible_peers(old.info.role);
                let no_longer_seen_by = seen_by.filter(|other| !info.role.sees(other.info.role));
                let no_longer_seen_by = no_longer_seen_by.map(|other| other.handle).collect();
                replaced = Some(Replaced { handle, no_longer_seen_by });
            } else {
                self.kept_seats.remove(old.ticket);
            }
        }
        info.seat = room.assign_number(info, &self.limits);
        let others = room.visible_peers(info.role).collect();
        let everybody = room.handles();
        room.seats.push(RoomSeat { info, ticket, handle: Some(handle) });
        let roles = room.roles();
        let notify_of_roles = if roles == roles_before { Vec::new() } else { everybody };
        self.update_room(&name);
        let seat = Seat { room: name, info, ticket };
        Ok(Joined { seat, others, roles, notify_of_roles, replaced })
    }

    /// Frees a seat. Returns `None` if a newer connection has it.
    pub(crate) fn leave(&mut self, seat: &Seat) -> Option<Left<T>> {
        let room = self.rooms.get_mut(&seat.room)?;
        room.remove(|entry| entry.ticket == seat.ticket)?;
        let left = room.left(seat.info.role);
        self.update_room(&seat.room);
        Some(left)
    }

    /// Keeps the seat of a connection that ended. The reason determines for how long. Returns
    /// `None` if a newer connection has the seat.
    pub(crate) fn disconnect(
        &mut self,
        seat: &Seat,
        reason: LeaveReason,
        now: Duration,
    ) -> Option<Left<T>> {
        self.expire(now);
        let ticket = self.take_ticket();
        let room = self.rooms.get_mut(&seat.room)?;
        let entry = room.seats.iter_mut().find(|entry| entry.ticket == seat.ticket)?;
        entry.handle = None;
        entry.ticket = ticket;
        let left = room.left(seat.info.role);
        let keep_time = self.limits.keep_time(seat.info.role, reason);
        self.kept_seats.insert(ticket, seat.room.clone(), now.saturating_add(keep_time));
        self.update_room(&seat.room);
        while let Some((ticket, name)) = self.kept_seats.pop_excess(self.limits.kept_seats) {
            self.free_kept_seat(&name, ticket);
        }
        Some(left)
    }

    /// The handle of the peer `to`, if the owner of `seat` may write to it.
    pub(crate) fn route(&self, seat: &Seat, to: PeerId) -> Result<&T, RouteRefusal> {
        let room = self.rooms.get(&seat.room).ok_or(RouteRefusal::NoSeat)?;
        if !room.seats.iter().any(|entry| entry.ticket == seat.ticket) {
            return Err(RouteRefusal::NoSeat);
        }
        if to == seat.info.peer {
            return Err(RouteRefusal::NoSuchPeer);
        }
        let (role, handle) = room.find(to).ok_or(RouteRefusal::NoSuchPeer)?;
        if seat.info.role.sees(role) { Ok(handle) } else { Err(RouteRefusal::NotAllowed) }
    }

    /// Frees the kept seats that have expired. [`Rooms::join`] and [`Rooms::disconnect`] do this
    /// themselves.
    pub(crate) fn expire(&mut self, now: Duration) {
        while let Some((ticket, name)) = self.kept_seats.pop_expired(now) {
            self.free_kept_seat(&name, ticket);
        }
    }

    /// Frees a seat that was removed from `kept_seats`.
    fn free_kept_seat(&mut self, name: &RoomName, ticket: u64) {
        if let Some(room) = self.rooms.get_mut(name) {
            room.remove(|seat| seat.ticket == ticket);
            self.update_room(name);
        }
    }

    /// Makes sure that one more room can be created. At the limit, the room that has been vacant
    /// for the longest time is removed.
    fn make_space_for_room(&mut self) -> Result<(), JoinRefusal> {
        if self.rooms.len() < self.limits.rooms {
            return Ok(());
        }
        let name = self.kept_seats.pop_longest_vacant().ok_or(JoinRefusal::TooManyRooms)?;
        for seat in self.rooms.remove(&name).into_iter().flat_map(|room| room.seats) {
            self.kept_seats.remove(seat.ticket);
        }
        Ok(())
    }

    /// Called after a change of a room's seats. Removes an empty room, and updates whether the
    /// room is vacant.
    fn update_room(&mut self, name: &RoomName) {
        let ticket = self.next_ticket;
        let Some(room) = self.rooms.get_mut(name) else { return };
        let is_empty = room.seats.is_empty();
        if is_empty || !room.is_vacant() {
            if let Some(ticket) = room.vacant_ticket.take() {
                self.kept_seats.remove_vacant_room(ticket);
            }
        } else if room.vacant_ticket.is_none() {
            room.vacant_ticket = Some(ticket);
            self.kept_seats.insert_vacant_room(ticket, name.clone());
            self.next_ticket += 1;
        }
        if is_empty {
            self.rooms.remove(name);
        }
    }

    fn take_ticket(&mut self) -> u64 {
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        ticket
    }
}
