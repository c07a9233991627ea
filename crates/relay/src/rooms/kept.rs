//! Which seats are kept for peers whose connection broke, and which rooms have nobody
//! in them for that reason: in the order in which they are given up.
//!
//! All seats are kept equally long, so the one that was kept first runs out first, and
//! one look at it tells whether there is anything to do. No seat needs a timer.

use std::collections::BTreeMap;
use std::time::Duration;

use sightline_protocol::RoomName;

/// Seats and rooms by tickets, which only grow: the oldest comes first.
#[derive(Default)]
pub(super) struct Kept {
    seats: BTreeMap<u64, KeptSeat>,
    deserted: BTreeMap<u64, RoomName>,
}

struct KeptSeat {
    room: RoomName,
    until: Duration,
}

impl Kept {
    /// How many seats are kept.
    pub(super) fn len(&self) -> usize {
        self.seats.len()
    }

    /// Notes that a seat is kept, up to but not including the moment `until`.
    pub(super) fn keep(&mut self, ticket: u64, room: RoomName, until: Duration) {
        self.seats.insert(ticket, KeptSeat { room, until });
    }

    /// Forgets a seat: its peer is back, or the whole room goes.
    pub(super) fn forget(&mut self, ticket: u64) {
        self.seats.remove(&ticket);
    }

    /// Takes a seat whose time is over.
    pub(super) fn run_out(&mut self, now: Duration) -> Option<(u64, RoomName)> {
        let oldest = self.seats.first_entry()?;
        if oldest.get().until > now {
            return None;
        }
        let (ticket, seat) = oldest.remove_entry();
        Some((ticket, seat.room))
    }

    /// Takes the oldest where there are more than `most`.
    pub(super) fn beyond(&mut self, most: usize) -> Option<(u64, RoomName)> {
        if self.seats.len() <= most {
            return None;
        }
        let (ticket, seat) = self.seats.pop_first()?;
        Some((ticket, seat.room))
    }

    /// Notes a room in which seats are kept and nobody is.
    pub(super) fn desert(&mut self, ticket: u64, room: RoomName) {
        self.deserted.insert(ticket, room);
    }

    /// Forgets it: somebody is there again, or the room is gone.
    pub(super) fn populate(&mut self, ticket: u64) {
        self.deserted.remove(&ticket);
    }

    /// Takes the room that nobody has been in for the longest time.
    pub(super) fn longest_deserted(&mut self) -> Option<RoomName> {
        self.deserted.pop_first().map(|(_, room)| room)
    }
}
