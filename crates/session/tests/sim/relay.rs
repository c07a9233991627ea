//! The relay as pages see it: one room, seats by peer id that are kept for a while,
//! envelopes between those who see each other.

use std::time::Duration;

use sightline_protocol::limits::MAX_MEMBERS;
use sightline_protocol::{
    ClientMessage, CloseCode, ErrorCode, Heartbeat, LeaveReason, PeerId, PeerInfo, PeerSecret,
    RelayMessage, Role,
};
use sightline_session::Time;

/// How long a seat is kept, and how long that of a receiver or member whose page was closed.
const KEEP: Duration = Duration::from_secs(60);
const KEEP_CLOSED: Duration = Duration::from_secs(10);

/// What the relay does in answer to something.
#[derive(Debug)]
pub(crate) enum Deed {
    Tell(usize, RelayMessage),
    Close(usize, CloseCode),
}

#[derive(Debug, Default)]
pub(crate) struct Relay {
    /// Who sits where, by connection.
    pub(crate) seats: Vec<(usize, PeerInfo)>,
    /// Seats of those whose connection broke, and until when they are kept.
    kept: Vec<(PeerInfo, Time)>,
    pub(crate) down: bool,
}

/// The relay hashes; any function that tells secrets apart will do.
pub(crate) fn id_of(secret: &PeerSecret) -> PeerId {
    PeerId::from_bytes(secret.as_bytes().map(|byte| byte ^ 0x5a))
}

impl Relay {
    pub(crate) fn die(&mut self) {
        *self = Self { down: true, ..Self::default() };
    }

    pub(crate) fn message(&mut self, now: Time, conn: usize, message: ClientMessage) -> Vec<Deed> {
        let seat = self.seats.iter().find(|(at, _)| *at == conn).map(|(_, info)| *info);
        match (message, seat) {
            (ClientMessage::Join { role, secret, instance, seat, .. }, None) => {
                let (peer, seat) = (id_of(&secret), seat.unwrap_or_default());
                self.join(now, conn, PeerInfo { peer, role, instance, seat })
            }
            (ClientMessage::Ping, _) => vec![Deed::Tell(conn, RelayMessage::Pong)],
            (ClientMessage::Leave { keep_seat }, Some(_)) => {
                self.gone(now, conn, LeaveReason::Left, keep_seat)
            }
            (ClientMessage::Signal { to, payload }, Some(from)) => {
                let other = self.seats.iter().find(|(_, info)| info.peer == to);
                match other {
                    Some((other, info)) if info.role.sees(from.role) => {
                        vec![Deed::Tell(*other, RelayMessage::Signal { from: from.peer, payload })]
                    }
                    Some(_) => vec![error(conn, ErrorCode::NotAllowed)],
                    None => vec![error(conn, ErrorCode::NoSuchPeer)],
                }
            }
            _ => vec![error(conn, ErrorCode::NotJoined)],
        }
    }

    fn join(&mut self, now: Time, conn: usize, mut info: PeerInfo) -> Vec<Deed> {
        self.kept.retain(|(_, until)| *until > now);
        let kept = self.kept.iter().map(|(info, _)| info);
        let mut own = self.seats.iter().map(|(_, info)| info).chain(kept);
        let own = own.find(|it| it.peer == info.peer && it.role == info.role).map(|it| it.seat);
        self.kept.retain(|(kept, _)| kept.peer != info.peer);
        let kept = self.kept.iter().map(|(info, _)| info);
        let mut others = self.seats.iter().map(|(_, info)| info).chain(kept);
        let rival = |other: &PeerInfo| other.role == Role::Sender && other.peer != info.peer;
        if info.role == Role::Sender && others.any(rival) {
            let close = ErrorCode::SenderPresent.close_code().expect("it closes");
            return vec![error(conn, ErrorCode::SenderPresent), Deed::Close(conn, close)];
        }
        let here = self.seats.iter().filter(|(_, other)| other.peer != info.peer).count();
        if here + self.kept.len() >= MAX_MEMBERS
            && let Some(oldest) = self.kept.iter().position(|(it, _)| it.role != Role::Sender)
        {
            // Whoever is there comes before whoever may come back.
            self.kept.remove(oldest);
        }
        if here + self.kept.len() >= MAX_MEMBERS {
            let close = ErrorCode::RoomFull.close_code().expect("it closes");
            return vec![error(conn, ErrorCode::RoomFull), Deed::Close(conn, close)];
        }
        let mut deeds = Vec::new();
        let roles_before = self.roles();
        let old = self.seats.iter().position(|(_, other)| other.peer == info.peer);
        if let Some(old) = old {
            let (old, _) = self.seats.remove(old);
            let close = ErrorCode::Replaced.close_code().expect("it closes");
            deeds.extend([error(old, ErrorCode::Replaced), Deed::Close(old, close)]);
        }
        info.seat = own.unwrap_or_else(|| self.free_number(info));
        let peers = self.neighbours(info.role).map(|(_, info)| info).collect();
        let heartbeat = Heartbeat { ping_after_ms: 5_000, dead_after_ms: 12_000 };
        let PeerInfo { peer, seat, .. } = info;
        let joined = RelayMessage::PeerJoined { peer: info };
        let tell = self.neighbours(info.role).map(|(at, _)| Deed::Tell(at, joined.clone()));
        let tell: Vec<Deed> = tell.collect();
        self.seats.push((conn, info));
        let (roles, ice_servers) = (self.roles(), Vec::new());
        let welcome = RelayMessage::Welcome { peer, seat, peers, roles, ice_servers, heartbeat };
        deeds.push(Deed::Tell(conn, welcome));
        deeds.extend(tell);
        deeds.extend(self.tell_roles(conn, &roles_before));
        assert!(self.seats.iter().filter(|(_, info)| info.role == Role::Sender).count() < 2);
        deeds
    }

    /// A connection is over.
    pub(crate) fn gone(
        &mut self,
        now: Time,
        conn: usize,
        reason: LeaveReason,
        keep: bool,
    ) -> Vec<Deed> {
        let Some(seat) = self.seats.iter().position(|(at, _)| *at == conn) else {
            return Vec::new();
        };
        let roles_before = self.roles();
        let (_, info) = self.seats.remove(seat);
        if keep {
            let is_short = reason == LeaveReason::Left && info.role != Role::Sender;
            self.kept.push((info, now + if is_short { KEEP_CLOSED } else { KEEP }));
        }
        let left = RelayMessage::PeerLeft { peer: info.peer, reason };
        let left = self.neighbours(info.role).map(|(at, _)| Deed::Tell(at, left.clone()));
        left.chain(self.tell_roles(conn, &roles_before)).collect()
    }

    /// The number for a new seat: the one that its peer asks for, or the smallest.
    fn free_number(&self, info: PeerInfo) -> u8 {
        let kept = self.kept.iter().map(|(info, _)| *info);
        let taken: Vec<PeerInfo> = self.seats.iter().map(|(_, info)| *info).chain(kept).collect();
        let is_free = |number: &u8| {
            *number > 0 && taken.iter().all(|it| it.role != info.role || it.seat != *number)
        };
        Some(info.seat).filter(is_free).or_else(|| (1..).find(is_free)).expect("a free number")
    }

    fn roles(&self) -> Vec<Role> {
        let mut roles = Role::ALL.to_vec();
        roles.retain(|role| self.seats.iter().any(|(_, info)| info.role == *role));
        roles
    }

    /// Which roles are present, to all but one, where others were before.
    fn tell_roles(&self, conn: usize, before: &[Role]) -> Vec<Deed> {
        let roles = self.roles();
        let others = self.seats.iter().map(|(at, _)| *at);
        let others = others.filter(|at| *at != conn && roles != before);
        others.map(|at| Deed::Tell(at, RelayMessage::Room { roles: roles.clone() })).collect()
    }

    fn neighbours(&self, role: Role) -> impl Iterator<Item = (usize, PeerInfo)> + '_ {
        self.seats.iter().filter(move |(_, info)| info.role.sees(role)).copied()
    }
}

fn error(conn: usize, code: ErrorCode) -> Deed {
    let (message, retry_after_ms) = (String::new(), None);
    Deed::Tell(conn, RelayMessage::Error { code, message, retry_after_ms })
}
