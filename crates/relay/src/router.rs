//! Routes messages between peers: the rooms behind a lock, and the messages that follow from
//! what happens in them.
//!
//! Messages are queued while the lock is held, so that all peers receive events in the order in
//! which they happened. Nothing waits under the lock.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::value::RawValue;
use sightline_protocol::{
    ErrorCode, IceServer, LeaveReason, PeerId, PeerInfo, RelayMessage, Role, RoomName,
};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use crate::codec;
use crate::config::{Config, HEARTBEAT};
use crate::rooms::{JoinRefusal, RoomLimits, Rooms, RouteRefusal, Seat};
use crate::send_queue::{QueueFull, QueueLimits, SendQueue};

/// The rooms, and the send queues of the peers in them.
pub(crate) struct Router {
    rooms: Mutex<Rooms<Arc<SendQueue>>>,
    /// The zero of the rooms' clock.
    started_at: Instant,
    queue_limits: QueueLimits,
    /// How long a sender or member waits for a peer that reads nothing.
    backpressure_timeout: Duration,
    /// How long a receiver waits for a sender that reads nothing.
    write_timeout: Duration,
    ice_servers: Vec<IceServer>,
}

/// Why a join or an envelope failed.
pub(crate) enum RouteError {
    Refused(ErrorCode),
    /// A recipient's send queue is full. Retry later.
    QueueFull(QueueFull),
}

impl Router {
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
                keep_closed_seat: limits.keep_closed_seat,
            })),
            started_at: Instant::now(),
            queue_limits: QueueLimits {
                messages: limits.queue_messages,
                bytes: limits.queue_bytes,
            },
            backpressure_timeout: limits.backpressure_timeout,
            write_timeout: limits.write_timeout,
            ice_servers: config.stun.iter().map(stun).collect(),
        }
    }

    /// The number of rooms, and the number of kept seats in them.
    pub(crate) fn count_rooms_and_kept_seats(&self) -> (usize, usize) {
        let mut rooms = self.lock();
        rooms.expire(self.started_at.elapsed());
        (rooms.len(), rooms.kept_seats())
    }

    /// Frees the kept seats that have expired.
    pub(crate) fn expire_kept_seats(&self) {
        self.lock().expire(self.started_at.elapsed());
    }

    /// Queues a message for a connection.
    pub(crate) fn push(&self, queue: &SendQueue, message: Utf8Bytes) {
        queue.push(message, self.queue_limits);
    }

    /// Seats a peer, sends it `welcome` and notifies the peers that see it.
    ///
    /// If a peer takes its seat over from an older connection, the others never saw it leave.
    /// They receive `peerJoined` again, and know from `page` whether what they agreed on is
    /// still valid.
    ///
    /// A join waits for full send queues, as envelopes do, so that nobody can disconnect others
    /// by joining and leaving a thousand times a second. Each join is followed by one leave at
    /// most, which can't wait, so the queue needs space for those. A leave queues two messages
    /// at most for one peer (`peerJoined` or `peerLeft`, and `room`), and a room has 13 seats.
    /// With half of the queue used that makes 32 + 2 + 13 * 2 of 64 messages.
    pub(crate) fn join(
        &self,
        room: RoomName,
        info: PeerInfo,
        queue: &Arc<SendQueue>,
    ) -> Result<Seat, RouteError> {
        let mut rooms = self.lock();
        for other in rooms.peers_to_notify(&room, info) {
            other
                .check_space(self.queue_limits, self.backpressure_timeout)
                .map_err(RouteError::QueueFull)?;
        }
        let joined = rooms.join(room, info, Arc::clone(queue), self.started_at.elapsed());
        let joined = joined.map_err(|refusal| {
            RouteError::Refused(match refusal {
                JoinRefusal::SenderPresent => ErrorCode::SenderPresent,
                JoinRefusal::RoomFull => ErrorCode::RoomFull,
                JoinRefusal::TooManyRooms => ErrorCode::RelayFull,
            })
        })?;
        if let Some(replaced) = joined.replaced {
            replaced.handle.request_close(ErrorCode::Replaced);
            self.send_peer_left(&replaced.no_longer_seen_by, info.peer, LeaveReason::Lost);
        }
        // Includes the assigned seat number.
        let info = joined.seat.info;
        let welcome = RelayMessage::Welcome {
            peer: info.peer,
            seat: info.seat,
            peers: joined.others.iter().map(|other| other.info).collect(),
            roles: joined.roles.clone(),
            ice_servers: self.ice_servers.clone(),
            heartbeat: HEARTBEAT,
        };
        self.push(queue, codec::encode(&welcome));
        if !joined.others.is_empty() {
            let message = codec::encode(&RelayMessage::PeerJoined { peer: info });
            for other in &joined.others {
                self.push(&other.handle, message.clone());
            }
        }
        self.send_roles(&joined.notify_of_roles, joined.roles);
        Ok(joined.seat)
    }

    /// Frees a seat, or keeps it for a while, and notifies the peers that saw the peer.
    pub(crate) fn leave(&self, seat: &Seat, reason: LeaveReason, keep_seat: bool) {
        let mut rooms = self.lock();
        let left = if keep_seat {
            rooms.disconnect(seat, reason, self.started_at.elapsed())
        } else {
            rooms.leave(seat)
        };
        if let Some(left) = left {
            self.send_peer_left(&left.seen_by, seat.info.peer, reason);
            self.send_roles(&left.notify_of_roles, left.roles);
        }
    }

    /// Routes an envelope to its recipient.
    pub(crate) fn route(
        &self,
        seat: &Seat,
        to: PeerId,
        payload: &RawValue,
    ) -> Result<(), RouteError> {
        // Encoded before the lock is taken, because encoding is the slow part.
        let message = codec::encode(&RelayMessage::Signal { from: seat.info.peer, payload });
        let max_stall = match seat.info.role {
            Role::Sender | Role::Member => self.backpressure_timeout,
            Role::Receiver => self.write_timeout,
        };
        let rooms = self.lock();
        let queue = rooms.route(seat, to).map_err(|refusal| {
            RouteError::Refused(match refusal {
                RouteRefusal::NoSeat => ErrorCode::Replaced,
                RouteRefusal::NoSuchPeer => ErrorCode::NoSuchPeer,
                RouteRefusal::NotAllowed => ErrorCode::NotAllowed,
            })
        })?;
        queue.try_push(message, self.queue_limits, max_stall).map_err(RouteError::QueueFull)
    }

    fn send_peer_left(&self, queues: &[Arc<SendQueue>], peer: PeerId, reason: LeaveReason) {
        if queues.is_empty() {
            return;
        }
        let message = codec::encode(&RelayMessage::PeerLeft { peer, reason });
        for queue in queues {
            self.push(queue, message.clone());
        }
    }

    fn send_roles(&self, queues: &[Arc<SendQueue>], roles: Vec<Role>) {
        if queues.is_empty() {
            return;
        }
        let message = codec::encode(&RelayMessage::Room { roles });
        for queue in queues {
            self.push(queue, message.clone());
        }
    }

    fn lock(&self) -> MutexGuard<'_, Rooms<Arc<SendQueue>>> {
        // A panic under the lock is a bug in `rooms`. It may affect one room, and should not
        // end all calls.
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
