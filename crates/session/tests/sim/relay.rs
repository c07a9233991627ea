//! The relay as pages see it: one room, seats by peer id, envelopes between the
//! sender and its receivers.

use sightline_protocol::{
    ClientMessage, CloseCode, ErrorCode, Heartbeat, LeaveReason, PeerId, PeerInfo, PeerSecret,
    RelayMessage, Role,
};

use super::dice::Dice;

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
    pub(crate) down: bool,
}

/// The relay hashes; any function that tells secrets apart will do.
pub(crate) fn id_of(secret: &PeerSecret) -> PeerId {
    PeerId::from_bytes(secret.as_bytes().map(|byte| byte ^ 0x5a))
}

impl Relay {
    pub(crate) fn message(
        &mut self,
        conn: usize,
        message: ClientMessage,
        dice: &mut Dice,
    ) -> Vec<Deed> {
        let seat = self.seats.iter().find(|(at, _)| *at == conn).map(|(_, info)| *info);
        match (message, seat) {
            (ClientMessage::Join { role, secret, .. }, None) => {
                self.join(conn, PeerInfo { peer: id_of(&secret), role }, dice)
            }
            (ClientMessage::Ping, _) => vec![Deed::Tell(conn, RelayMessage::Pong)],
            (ClientMessage::Leave, Some(_)) => self.gone(conn, LeaveReason::Left),
            (ClientMessage::Signal { to, payload }, Some(from)) => {
                let other = self.seats.iter().find(|(_, info)| info.peer == to);
                match other {
                    Some((other, info)) if info.role != from.role => {
                        vec![Deed::Tell(*other, RelayMessage::Signal { from: from.peer, payload })]
                    }
                    Some(_) => vec![error(conn, ErrorCode::NotAllowed)],
                    None => vec![error(conn, ErrorCode::NoSuchPeer)],
                }
            }
            _ => vec![error(conn, ErrorCode::NotJoined)],
        }
    }

    fn join(&mut self, conn: usize, info: PeerInfo, dice: &mut Dice) -> Vec<Deed> {
        let same_role = |(_, other): &&(usize, PeerInfo)| {
            other.role == info.role && other.peer != info.peer && info.role == Role::Sender
        };
        if self.seats.iter().any(|seat| same_role(&seat)) {
            let close = ErrorCode::SenderPresent.close_code().expect("it closes");
            return vec![error(conn, ErrorCode::SenderPresent), Deed::Close(conn, close)];
        }
        let mut deeds = Vec::new();
        let old = self.seats.iter().position(|(_, other)| other.peer == info.peer);
        if let Some(old) = old {
            let (old, _) = self.seats.remove(old);
            let close = ErrorCode::Replaced.close_code().expect("it closes");
            deeds.extend([error(old, ErrorCode::Replaced), Deed::Close(old, close)]);
            // A relay may tell others of the change, or leave it at "joined".
            if dice.percent(50) {
                let reason = LeaveReason::Lost;
                let left = RelayMessage::PeerLeft { peer: info.peer, reason };
                deeds
                    .extend(self.neighbours(info.role).map(|(at, _)| Deed::Tell(at, left.clone())));
            }
        }
        let peers = self.neighbours(info.role).map(|(_, info)| info).collect();
        let heartbeat = Heartbeat { ping_after_ms: 5_000, dead_after_ms: 12_000 };
        let (peer, ice_servers) = (info.peer, Vec::new());
        deeds.push(Deed::Tell(conn, RelayMessage::Welcome { peer, peers, ice_servers, heartbeat }));
        let joined = RelayMessage::PeerJoined { peer: info };
        deeds.extend(self.neighbours(info.role).map(|(at, _)| Deed::Tell(at, joined.clone())));
        self.seats.push((conn, info));
        deeds
    }

    /// A connection is over.
    pub(crate) fn gone(&mut self, conn: usize, reason: LeaveReason) -> Vec<Deed> {
        let Some(seat) = self.seats.iter().position(|(at, _)| *at == conn) else {
            return Vec::new();
        };
        let (_, info) = self.seats.remove(seat);
        let left = RelayMessage::PeerLeft { peer: info.peer, reason };
        self.neighbours(info.role).map(|(at, _)| Deed::Tell(at, left.clone())).collect()
    }

    fn neighbours(&self, role: Role) -> impl Iterator<Item = (usize, PeerInfo)> + '_ {
        self.seats.iter().filter(move |(_, info)| info.role != role).copied()
    }
}

fn error(conn: usize, code: ErrorCode) -> Deed {
    Deed::Tell(conn, RelayMessage::Error { code, message: String::new() })
}
