//! The kept seats and the vacant rooms, in the order in which they are given up.
//!
//! A room is vacant while all its seats are kept. Seats are kept for different times, so a
//! second index is sorted by expiry: checking its first entry is enough, and no seat needs a
//! timer.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use sightline_protocol::RoomName;

/// Kept seats and vacant rooms by ticket. Tickets only grow, so the oldest comes first.
#[derive(Default)]
pub(super) struct KeptSeats {
    seats: BTreeMap<u64, KeptSeat>,
    /// The expiry and the ticket of each seat.
    expiries: BTreeSet<(Duration, u64)>,
    vacant_rooms: BTreeMap<u64, RoomName>,
}

struct KeptSeat {
    room: RoomName,
    expires_at: Duration,
}

impl KeptSeats {
    /// The number of kept seats.
    pub(super) fn len(&self) -> usize {
        self.seats.len()
    }

    /// Adds a seat. It is kept before `expires_at`, and expired at that time.
    pub(super) fn insert(&mut self, ticket: u64, room: RoomName, expires_at: Duration) {
        self.seats.insert(ticket, KeptSeat { room, expires_at });
        self.expiries.insert((expires_at, ticket));
    }

    /// Removes a seat and returns its room.
    pub(super) fn remove(&mut self, ticket: u64) -> Option<RoomName> {
        let KeptSeat { room, expires_at } = self.seats.remove(&ticket)?;
        self.expiries.remove(&(expires_at, ticket));
        Some(room)
    }

    /// Removes and returns an expired seat.
    pub(super) fn pop_expired(&mut self, now: Duration) -> Option<(u64, RoomName)> {
        let &(_, ticket) = self.expiries.first().filter(|(expires_at, _)| *expires_at <= now)?;
        self.remove(ticket).map(|room| (ticket, room))
    }

    /// Removes and returns the oldest seat if there are more than `limit`.
    pub(super) fn pop_excess(&mut self, limit: usize) -> Option<(u64, RoomName)> {
        if self.seats.len() <= limit {
            return None;
        }
        let ticket = *self.seats.first_key_value()?.0;
        self.remove(ticket).map(|room| (ticket, room))
    }

    /// Adds a room that has become vacant.
    pub(super) fn insert_vacant_room(&mut self, ticket: u64, room: RoomName) {
        self.vacant_rooms.insert(ticket, room);
    }

    /// Removes a room that is no longer vacant, or no longer exists.
    pub(super) fn remove_vacant_room(&mut self, ticket: u64) {
        self.vacant_rooms.remove(&ticket);
    }

    /// Removes and returns the room that has been vacant for the longest time.
    pub(super) fn pop_longest_vacant(&mut self) -> Option<RoomName> {
        self.vacant_rooms.pop_first().map(|(_, room)| room)
    }
}
