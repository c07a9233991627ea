//! Which seats are kept for peers whose connection ended, and which rooms have nobody
//! in them for that reason: in the order in which they are given up.
//!
//! Seats are kept for different times, so their ends are in an order of their own: one look
//! at the first tells whether there is anything to do. No seat needs a timer.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use sightline_protocol::RoomName;

/// Seats and rooms by tickets, which only grow: the oldest comes first.
#[derive(Default)]
pub(super) struct Kept {
    seats: BTreeMap<u64, KeptSeat>,
    /// When each of them runs out, and its ticket.
    ends: BTreeSet<(Duration, u64)>,
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
        self.ends.insert((until, ticket));
    }

    /// Forgets a seat: its peer is back, somebody else has it, or the whole room goes. Says
    /// which room it was in.
    pub(super) fn forget(&mut self, ticket: u64) -> Option<RoomName> {
        let KeptSeat { room, until } = self.seats.remove(&ticket)?;
        self.ends.remove(&(until, ticket));
        Some(room)
    }

    /// Takes a seat whose time is over.
    pub(super) fn run_out(&mut self, now: Duration) -> Option<(u64, RoomName)> {
        let &(_, ticket) = self.ends.first().filter(|(until, _)| *until <= now)?;
        self.forget(ticket).map(|room| (ticket, room))
    }

    /// Takes the one that has been kept for the longest time where there are more than `most`.
    pub(super) fn beyond(&mut self, most: usize) -> Option<(u64, RoomName)> {
        if self.seats.len() <= most {
            return None;
        }
        let ticket = *self.seats.first_key_value()?.0;
        self.forget(ticket).map(|room| (ticket, room))
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
