//! Who is in which room: a state machine without IO, clocks or locks.
//!
//! `T` is what the caller reaches a peer by. What happens to others is handed back
//! as values; the caller tells them. Time comes in as an argument, counted from any
//! moment, and never goes back. A room is made when the first peer joins and is gone
//! when no seat in it is taken or kept.
//!
//! A sender sees its receivers and is seen by them; members of a call see each other
//! ([`Role::sees`](sightline_protocol::Role::sees)).
//!
//! A peer whose connection broke has its seat kept for a while: nobody else gets it,
//! and nobody sees the peer.

use std::collections::HashMap;
use std::time::Duration;

use sightline_protocol::{PeerId, PeerInfo, Role, RoomName};

use kept::Kept;
use room::{Room, Taken};

mod kept;
#[cfg(test)]
mod model;
mod room;
#[cfg(test)]
mod tests;

/// All rooms of one relay.
pub(crate) struct Rooms<T> {
    rooms: HashMap<RoomName, Room<T>>,
    kept: Kept,
    limits: RoomLimits,
    next_ticket: u64,
}

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
}

impl RoomLimits {
    /// How many of a role a room takes.
    const fn seats(&self, role: Role) -> usize {
        match role {
            Role::Sender => 1,
            Role::Receiver => self.receivers,
            Role::Member => self.members,
        }
    }
}

/// A peer's place in a room, held by its connection. It stops being valid when the
/// same peer joins again on another connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seat {
    pub(crate) room: RoomName,
    pub(crate) info: PeerInfo,
    ticket: u64,
}

/// A peer that was seated.
#[derive(Debug)]
pub(crate) struct Joined<T> {
    /// With the number that the peer was given.
    pub(crate) seat: Seat,
    /// Whom the new peer sees, and who sees it.
    pub(crate) others: Vec<Neighbour<T>>,
    /// The roles that are present in the room, the new peer's among them.
    pub(crate) roles: Vec<Role>,
    /// All others in the room, where the roles are not those that they know.
    pub(crate) room_changed_for: Vec<T>,
    /// The connection that had the same peer's seat until now.
    pub(crate) replaced: Option<Replaced<T>>,
}

/// A connection that lost its seat to a newer one of the same peer.
#[derive(Debug)]
pub(crate) struct Replaced<T> {
    pub(crate) handle: T,
    /// Who saw it and doesn't see the new one: the peer came back in another role.
    pub(crate) unseen_by: Vec<T>,
}

/// A peer that has left, as far as others are concerned.
#[derive(Debug)]
pub(crate) struct Left<T> {
    /// Who saw it.
    pub(crate) seen_by: Vec<T>,
    /// The roles that are still present in the room.
    pub(crate) roles: Vec<Role>,
    /// All who are still in the room, where the roles are not those that they know.
    pub(crate) room_changed_for: Vec<T>,
}

/// Somebody who sees a peer.
#[derive(Debug)]
pub(crate) struct Neighbour<T> {
    pub(crate) info: PeerInfo,
    pub(crate) handle: T,
}

/// Why a peer was not seated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JoinRefusal {
    SenderPresent,
    RoomFull,
    TooManyRooms,
}

/// Why an envelope has nowhere to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RouteRefusal {
    /// The connection's seat was taken by a newer connection of the same peer.
    NoSeat,
    NoSuchPeer,
    /// To somebody whom the peer doesn't see.
    NotAllowed,
}

impl<T: Clone> Rooms<T> {
    pub(crate) fn new(limits: RoomLimits) -> Self {
        Self { rooms: HashMap::new(), kept: Kept::default(), limits, next_ticket: 0 }
    }

    /// How many rooms there are.
    pub(crate) fn len(&self) -> usize {
        self.rooms.len()
    }

    /// How many seats are kept.
    pub(crate) fn kept(&self) -> usize {
        self.kept.len()
    }

    /// Who would be told something if this peer joined: those whom it would see; those who
    /// saw it in another role that it has now; and everybody in the room where its role is
    /// new there or the one that it gives up was the last of its kind.
    pub(crate) fn who_would_be_told(
        &self,
        name: &RoomName,
        info: PeerInfo,
    ) -> impl Iterator<Item = &T> + use<'_, T> {
        let seats = self.rooms.get(name).map_or(&[][..], |room| &room.seats);
        let others = move || seats.iter().filter(move |seat| seat.info.peer != info.peer);
        let present =
            move |role| others().any(|seat| seat.info.role == role && seat.handle.is_some());
        let old = seats.iter().find(|seat| seat.info.peer == info.peer && seat.handle.is_some());
        let old = old.map(|seat| seat.info.role);
        let arrives = !present(info.role) && old != Some(info.role);
        let vanishes = old.is_some_and(|old| old != info.role && !present(old));
        others()
            .filter(move |seat| {
                let role = seat.info.role;
                arrives || vanishes || info.role.sees(role) || old.is_some_and(|old| old.sees(role))
            })
            .filter_map(|seat| seat.handle.as_ref())
    }

    /// Seats a peer. The same peer (the same id) may always join again: it takes its
    /// seat over from its old connection, or back where it was kept. In another role it
    /// needs a seat of that role, and its old one is free.
    ///
    /// `info.seat` is the number that it asks for, 0 where it doesn't mind. A seat that it has
    /// already keeps its number.
    pub(crate) fn join(
        &mut self,
        name: RoomName,
        mut info: PeerInfo,
        handle: T,
        now: Duration,
    ) -> Result<Joined<T>, JoinRefusal> {
        self.expire(now);
        match self.rooms.get(&name) {
            Some(room) => room.has_seat_for(info, &self.limits)?,
            None => {
                Room::<T>::new().has_seat_for(info, &self.limits)?;
                self.make_place_for_a_room()?;
            }
        }
        let ticket = self.ticket();
        let room = self.rooms.entry(name.clone()).or_insert_with(Room::new);
        let roles_before = room.roles();
        let mut replaced = None;
        if let Some(old) = room.remove(|seat| seat.info.peer == info.peer) {
            if old.info.role == info.role {
                info.seat = old.info.seat;
            }
            if let Some(handle) = old.handle {
                let seen_by = room.neighbours(old.info.role);
                let unseen_by = seen_by.filter(|other| !info.role.sees(other.info.role));
                let unseen_by = unseen_by.map(|other| other.handle).collect();
                replaced = Some(Replaced { handle, unseen_by });
            } else {
                self.kept.forget(old.ticket);
            }
        }
        info.seat = room.free_number(info, &self.limits);
        let others = room.neighbours(info.role).collect();
        let everybody = room.handles();
        room.seats.push(Taken { info, ticket, handle: Some(handle) });
        let roles = room.roles();
        let room_changed_for = if roles == roles_before { Vec::new() } else { everybody };
        self.settle(&name);
        let seat = Seat { room: name, info, ticket };
        Ok(Joined { seat, others, roles, room_changed_for, replaced })
    }

    /// Frees a seat. None where a newer connection has it.
    pub(crate) fn leave(&mut self, seat: &Seat) -> Option<Left<T>> {
        let room = self.rooms.get_mut(&seat.room)?;
        room.remove(|taken| taken.ticket == seat.ticket)?;
        let left = room.without(seat.info.role);
        self.settle(&seat.room);
        Some(left)
    }

    /// Keeps a seat whose connection is gone. None where a newer connection has it.
    pub(crate) fn lose(&mut self, seat: &Seat, now: Duration) -> Option<Left<T>> {
        self.expire(now);
        let ticket = self.ticket();
        let room = self.rooms.get_mut(&seat.room)?;
        let taken = room.seats.iter_mut().find(|taken| taken.ticket == seat.ticket)?;
        taken.handle = None;
        taken.ticket = ticket;
        let left = room.without(seat.info.role);
        self.kept.keep(ticket, seat.room.clone(), now.saturating_add(self.limits.keep_seat));
        self.settle(&seat.room);
        while let Some((ticket, name)) = self.kept.beyond(self.limits.kept_seats) {
            self.give_up(&name, ticket);
        }
        Some(left)
    }

    /// The peer `to`, as the holder of `seat` may reach it.
    pub(crate) fn route(&self, seat: &Seat, to: PeerId) -> Result<&T, RouteRefusal> {
        let room = self.rooms.get(&seat.room).ok_or(RouteRefusal::NoSeat)?;
        if !room.seats.iter().any(|taken| taken.ticket == seat.ticket) {
            return Err(RouteRefusal::NoSeat);
        }
        if to == seat.info.peer {
            return Err(RouteRefusal::NoSuchPeer);
        }
        let (role, handle) = room.find(to).ok_or(RouteRefusal::NoSuchPeer)?;
        if seat.info.role.sees(role) { Ok(handle) } else { Err(RouteRefusal::NotAllowed) }
    }

    /// Gives up the seats whose time is over. Joining and losing do so themselves; this
    /// is for when nothing of the kind happens.
    pub(crate) fn expire(&mut self, now: Duration) {
        while let Some((ticket, name)) = self.kept.run_out(now) {
            self.give_up(&name, ticket);
        }
    }

    /// Frees a kept seat that `kept` has forgotten.
    fn give_up(&mut self, name: &RoomName, ticket: u64) {
        if let Some(room) = self.rooms.get_mut(name) {
            room.remove(|seat| seat.ticket == ticket);
            self.settle(name);
        }
    }

    /// Sees to it that there may be one room more: where there are as many as may be,
    /// one that exists by kept seats alone gives way to people who are there.
    fn make_place_for_a_room(&mut self) -> Result<(), JoinRefusal> {
        if self.rooms.len() < self.limits.rooms {
            return Ok(());
        }
        let name = self.kept.longest_deserted().ok_or(JoinRefusal::TooManyRooms)?;
        for seat in self.rooms.remove(&name).into_iter().flat_map(|room| room.seats) {
            self.kept.forget(seat.ticket);
        }
        Ok(())
    }

    /// After a change of a room's seats: it vanishes with the last, and it is known
    /// whether anybody is there.
    fn settle(&mut self, name: &RoomName) {
        let ticket = self.next_ticket;
        let Some(room) = self.rooms.get_mut(name) else { return };
        let vanishes = room.seats.is_empty();
        if vanishes || !room.is_deserted() {
            if let Some(ticket) = room.deserted.take() {
                self.kept.populate(ticket);
            }
        } else if room.deserted.is_none() {
            room.deserted = Some(ticket);
            self.kept.desert(ticket, name.clone());
            self.next_ticket += 1;
        }
        if vanishes {
            self.rooms.remove(name);
        }
    }

    fn ticket(&mut self) -> u64 {
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        ticket
    }
}
