//! The results of joining, leaving and routing: whom to notify, or why it was refused.

use sightline_protocol::{PeerInfo, Role};

use super::Seat;

/// The result of a join.
#[derive(Debug)]
pub(crate) struct Joined<T> {
    /// Includes the assigned seat number.
    pub(crate) seat: Seat,
    /// The connected peers that the new peer sees, and that see it.
    pub(crate) others: Vec<VisiblePeer<T>>,
    /// The roles that are present in the room, including the new peer's.
    pub(crate) roles: Vec<Role>,
    /// All other connected peers in the room, if `roles` has changed.
    pub(crate) notify_of_roles: Vec<T>,
    /// The connection that had the same peer's seat before.
    pub(crate) replaced: Option<Replaced<T>>,
}

/// A connection that lost its seat to a newer connection of the same peer.
#[derive(Debug)]
pub(crate) struct Replaced<T> {
    pub(crate) handle: T,
    /// Peers that saw the old connection and don't see the new one, because its role changed.
    pub(crate) no_longer_seen_by: Vec<T>,
}

/// The result of a leave or a disconnect.
#[derive(Debug)]
pub(crate) struct Left<T> {
    /// The connected peers that saw the peer.
    pub(crate) seen_by: Vec<T>,
    /// The roles that are still present in the room.
    pub(crate) roles: Vec<Role>,
    /// All connected peers in the room, if `roles` has changed.
    pub(crate) notify_of_roles: Vec<T>,
}

/// A connected peer that another peer sees.
#[derive(Debug)]
pub(crate) struct VisiblePeer<T> {
    pub(crate) info: PeerInfo,
    pub(crate) handle: T,
}

/// Why a join was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JoinRefusal {
    SenderPresent,
    RoomFull,
    TooManyRooms,
}

/// Why an envelope was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RouteRefusal {
    /// A newer connection of the same peer has taken the seat.
    NoSeat,
    NoSuchPeer,
    /// The peer doesn't see the recipient.
    NotAllowed,
}
