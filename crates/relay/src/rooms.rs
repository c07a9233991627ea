//! Who is in which room: a state machine without IO, clocks or locks.
//!
//! `T` is what the caller reaches a peer by. What happens to others is handed back
//! as values; the caller tells them. A room is made when the first peer joins and is
//! gone with the last.
//!
//! A sender sees its receivers; a receiver sees the sender and nobody else.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use sightline_protocol::{PeerId, PeerInfo, Role, RoomName};

#[cfg(test)]
mod tests;

/// All rooms of one relay.
pub(crate) struct Rooms<T> {
    rooms: HashMap<RoomName, Room<T>>,
    limits: RoomLimits,
    next_ticket: u64,
}

/// How much there may be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RoomLimits {
    pub(crate) rooms: usize,
    pub(crate) receivers: usize,
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
    pub(crate) seat: Seat,
    /// Whom the new peer sees, and who sees it.
    pub(crate) others: Vec<Neighbour<T>>,
    /// The connection that had the same peer's seat until now.
    pub(crate) replaced: Option<Replaced<T>>,
}

/// A connection that lost its seat to a newer one of the same peer.
#[derive(Debug)]
pub(crate) struct Replaced<T> {
    pub(crate) handle: T,
    /// Who saw it. Not always who sees the new one: a peer may come back in the
    /// other role.
    pub(crate) seen_by: Vec<T>,
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
    /// From a receiver to a receiver.
    NotAllowed,
}

struct Room<T> {
    /// One sender at most, and so few receivers that looking through them all is
    /// faster than a map, and smaller.
    members: Vec<Member<T>>,
}

struct Member<T> {
    info: PeerInfo,
    ticket: u64,
    handle: T,
}

fn sees(a: Role, b: Role) -> bool {
    a == Role::Sender || b == Role::Sender
}

impl<T: Clone> Rooms<T> {
    pub(crate) fn new(limits: RoomLimits) -> Self {
        Self { rooms: HashMap::new(), limits, next_ticket: 0 }
    }

    /// How many rooms there are.
    pub(crate) fn len(&self) -> usize {
        self.rooms.len()
    }

    /// Who would be told if this peer joined.
    pub(crate) fn who_would_see(
        &self,
        name: &RoomName,
        info: PeerInfo,
    ) -> impl Iterator<Item = &T> + use<'_, T> {
        let members = self.rooms.get(name).into_iter().flat_map(|room| &room.members);
        members
            .filter(move |m| m.info.peer != info.peer && sees(info.role, m.info.role))
            .map(|member| &member.handle)
    }

    /// Seats a peer. The same peer (the same id) may always join again: it takes its
    /// seat over from its old connection.
    pub(crate) fn join(
        &mut self,
        name: RoomName,
        info: PeerInfo,
        handle: T,
    ) -> Result<Joined<T>, JoinRefusal> {
        let full = self.rooms.len() >= self.limits.rooms;
        let room = match self.rooms.entry(name.clone()) {
            Entry::Occupied(room) => room.into_mut(),
            Entry::Vacant(_) if full => return Err(JoinRefusal::TooManyRooms),
            Entry::Vacant(_) if info.role == Role::Receiver && self.limits.receivers == 0 => {
                return Err(JoinRefusal::RoomFull);
            }
            Entry::Vacant(place) => place.insert(Room { members: Vec::new() }),
        };
        let same_role = |m: &&Member<T>| m.info.role == info.role && m.info.peer != info.peer;
        let others_in_role = room.members.iter().filter(same_role).count();
        match info.role {
            Role::Sender if others_in_role > 0 => return Err(JoinRefusal::SenderPresent),
            Role::Receiver if others_in_role >= self.limits.receivers => {
                return Err(JoinRefusal::RoomFull);
            }
            Role::Sender | Role::Receiver => {}
        }
        let replaced = room.remove(|member| member.info.peer == info.peer).map(|old| Replaced {
            seen_by: room.neighbours(old.info.role).map(|n| n.handle).collect(),
            handle: old.handle,
        });
        let others = room.neighbours(info.role).collect();
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        room.members.push(Member { info, ticket, handle });
        Ok(Joined { seat: Seat { room: name, info, ticket }, others, replaced })
    }

    /// Frees a seat and says who saw the peer. Nobody where a newer connection has
    /// the seat.
    pub(crate) fn leave(&mut self, seat: &Seat) -> Vec<T> {
        let Some(room) = self.rooms.get_mut(&seat.room) else { return Vec::new() };
        if room.remove(|member| member.ticket == seat.ticket).is_none() {
            return Vec::new();
        }
        let seen_by = room.neighbours(seat.info.role).map(|n| n.handle).collect();
        if room.members.is_empty() {
            self.rooms.remove(&seat.room);
        }
        seen_by
    }

    /// The peer `to`, as the holder of `seat` may reach it.
    pub(crate) fn route(&self, seat: &Seat, to: PeerId) -> Result<&T, RouteRefusal> {
        let room = self.rooms.get(&seat.room).ok_or(RouteRefusal::NoSeat)?;
        if !room.members.iter().any(|member| member.ticket == seat.ticket) {
            return Err(RouteRefusal::NoSeat);
        }
        let other = |member: &&Member<T>| member.info.peer == to && to != seat.info.peer;
        let member = room.members.iter().find(other).ok_or(RouteRefusal::NoSuchPeer)?;
        if sees(seat.info.role, member.info.role) {
            Ok(&member.handle)
        } else {
            Err(RouteRefusal::NotAllowed)
        }
    }
}

impl<T: Clone> Room<T> {
    fn remove(&mut self, which: impl Fn(&Member<T>) -> bool) -> Option<Member<T>> {
        let index = self.members.iter().position(which)?;
        Some(self.members.remove(index))
    }

    /// Who sees somebody in `role`.
    fn neighbours(&self, role: Role) -> impl Iterator<Item = Neighbour<T>> + use<'_, T> {
        self.members
            .iter()
            .filter(move |member| sees(role, member.info.role))
            .map(|member| Neighbour { info: member.info, handle: member.handle.clone() })
    }
}
