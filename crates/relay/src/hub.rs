//! Where connections meet: the rooms behind a lock, and the messages that follow from
//! what happens in them.
//!
//! Messages are queued while the lock is held, so that everybody hears of events in
//! the order in which they happened. Nothing waits under the lock.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::value::RawValue;
use sightline_protocol::{
    ErrorCode, IceServer, LeaveReason, PeerId, PeerInfo, RelayMessage, Role, RoomName,
};
use tokio::time::Instant;

use crate::config::{Config, HEARTBEAT};
use crate::outbox::{Busy, Outbox, OutboxLimits};
use crate::rooms::{JoinRefusal, RoomLimits, Rooms, RouteRefusal, Seat};
use crate::wire;

/// The rooms, and the way to their peers.
pub(crate) struct Hub {
    rooms: Mutex<Rooms<Arc<Outbox>>>,
    /// What the rooms' time is counted from.
    started: Instant,
    outbox_limits: OutboxLimits,
    /// How long a sender waits for a peer that takes nothing, and a receiver.
    hold_time: Duration,
    write_timeout: Duration,
    ice_servers: Vec<IceServer>,
}

/// Why something could not be done.
pub(crate) enum Undone {
    Refused(ErrorCode),
    /// Not now: who is concerned has enough waiting. To be tried again.
    Busy(Busy),
}

impl Hub {
    pub(crate) fn new(config: &Config) -> Self {
        let limits = &config.limits;
        let stun = |url: &String| IceServer { urls: vec![url.clone()] };
        Self {
            rooms: Mutex::new(Rooms::new(RoomLimits {
                rooms: limits.rooms,
                receivers: limits.receivers,
                members: limits.members,
                kept_seats: limits.kept_seats,
                keep_seat: limits.keep_seat,
            })),
            started: Instant::now(),
            outbox_limits: OutboxLimits {
                messages: limits.queue_messages,
                bytes: limits.queue_bytes,
            },
            hold_time: limits.hold_time,
            write_timeout: limits.write_timeout,
            ice_servers: config.stun.iter().map(stun).collect(),
        }
    }

    /// How many rooms there are, and how many kept seats in them.
    pub(crate) fn rooms_and_kept_seats(&self) -> (usize, usize) {
        let mut rooms = self.lock();
        rooms.expire(self.started.elapsed());
        (rooms.len(), rooms.kept())
    }

    /// Gives up the kept seats whose time is over.
    pub(crate) fn sweep(&self) {
        self.lock().expire(self.started.elapsed());
    }

    /// Queues a message for a connection.
    pub(crate) fn push(&self, outbox: &Outbox, message: tokio_tungstenite::tungstenite::Utf8Bytes) {
        outbox.push(message, self.outbox_limits);
    }

    /// Seats a peer, welcomes it and tells those who see it.
    ///
    /// A peer that takes its seat over from an older connection has never been away for
    /// those who see it: they are told that it joined, again. By its page they know
    /// whether what they agreed on still holds.
    ///
    /// Joining waits, as envelopes do, for those who would be told of it: who comes and
    /// goes a thousand times a second throws nobody out either. Each join is followed by
    /// one leave at most, which can't wait: there is room for those: each queues
    /// two messages at most for one peer (`peerJoined` or `peerLeft`, and `room`), and a room
    /// has 13 seats. With half of the queue taken that makes 32 + 2 + 13 * 2 of 64.
    pub(crate) fn join(
        &self,
        room: RoomName,
        info: PeerInfo,
        outbox: &Arc<Outbox>,
    ) -> Result<Seat, Undone> {
        let mut rooms = self.lock();
        for other in rooms.who_would_be_told(&room, info) {
            other.has_room(self.outbox_limits, self.hold_time).map_err(Undone::Busy)?;
        }
        let joined = rooms.join(room, info, Arc::clone(outbox), self.started.elapsed());
        let joined = joined.map_err(|refusal| {
            Undone::Refused(match refusal {
                JoinRefusal::SenderPresent => ErrorCode::SenderPresent,
                JoinRefusal::RoomFull => ErrorCode::RoomFull,
                JoinRefusal::TooManyRooms => ErrorCode::RelayFull,
            })
        })?;
        if let Some(replaced) = joined.replaced {
            replaced.handle.end(ErrorCode::Replaced);
            self.tell_left(&replaced.unseen_by, info.peer, LeaveReason::Lost);
        }
        // With the seat number that it was given.
        let info = joined.seat.info;
        let welcome = RelayMessage::Welcome {
            peer: info.peer,
            seat: info.seat,
            peers: joined.others.iter().map(|other| other.info).collect(),
            roles: joined.roles.clone(),
            ice_servers: self.ice_servers.clone(),
            heartbeat: HEARTBEAT,
        };
        self.push(outbox, wire::write(&welcome));
        if !joined.others.is_empty() {
            let news = wire::write(&RelayMessage::PeerJoined { peer: info });
            for other in &joined.others {
                self.push(&other.handle, news.clone());
            }
        }
        self.tell_roles(&joined.room_changed_for, joined.roles);
        Ok(joined.seat)
    }

    /// Frees a seat, or keeps it for a while, and tells those who saw the peer.
    pub(crate) fn leave(&self, seat: &Seat, reason: LeaveReason, keep_seat: bool) {
        let mut rooms = self.lock();
        let left =
            if keep_seat { rooms.lose(seat, self.started.elapsed()) } else { rooms.leave(seat) };
        if let Some(left) = left {
            self.tell_left(&left.seen_by, seat.info.peer, reason);
            self.tell_roles(&left.room_changed_for, left.roles);
        }
    }

    /// Passes an envelope on.
    pub(crate) fn route(&self, seat: &Seat, to: PeerId, payload: &RawValue) -> Result<(), Undone> {
        // Written before the lock is taken: it is the part that takes time.
        let message = wire::write(&RelayMessage::Signal { from: seat.info.peer, payload });
        let patience = match seat.info.role {
            Role::Sender | Role::Member => self.hold_time,
            Role::Receiver => self.write_timeout,
        };
        let rooms = self.lock();
        let outbox = rooms.route(seat, to).map_err(|refusal| {
            Undone::Refused(match refusal {
                RouteRefusal::NoSeat => ErrorCode::Replaced,
                RouteRefusal::NoSuchPeer => ErrorCode::NoSuchPeer,
                RouteRefusal::NotAllowed => ErrorCode::NotAllowed,
            })
        })?;
        outbox.offer(message, self.outbox_limits, patience).map_err(Undone::Busy)
    }

    fn tell_left(&self, seen_by: &[Arc<Outbox>], peer: PeerId, reason: LeaveReason) {
        if seen_by.is_empty() {
            return;
        }
        let news = wire::write(&RelayMessage::PeerLeft { peer, reason });
        for outbox in seen_by {
            self.push(outbox, news.clone());
        }
    }

    fn tell_roles(&self, room: &[Arc<Outbox>], roles: Vec<Role>) {
        if room.is_empty() {
            return;
        }
        let news = wire::write(&RelayMessage::Room { roles });
        for outbox in room {
            self.push(outbox, news.clone());
        }
    }

    fn lock(&self) -> MutexGuard<'_, Rooms<Arc<Outbox>>> {
        // A panic under the lock would be a defect of `rooms`; one room's defect is no
        // reason to end all calls.
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
