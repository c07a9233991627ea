//! A relay inside the page: every socket that a page opens ends here. A test says what
//! it says, or lets it introduce peers to each other as the real one does.

use std::cell::{Cell, RefCell};

use sightline_protocol::{
    ClientMessage, ErrorCode, Heartbeat, InstanceId, LeaveReason, Payload, PeerId, PeerInfo,
    RelayMessage, Role, Signal,
};

use crate::page::close_what_is_left;
use crate::support::{Sockets, State, until};

/// Sockets are numbered from 0 in the order in which pages open them.
pub(crate) struct Relay {
    pub(crate) sockets: Sockets,
    /// By socket, who is in the room. There is one room.
    seats: RefCell<Vec<Option<PeerInfo>>>,
    /// By socket, which load of the page it is of.
    pages: RefCell<Vec<(u32, InstanceId)>>,
    /// What peers that the test plays have said, and taken: socket, peer, and two counts.
    talks: RefCell<Vec<(u32, PeerId, u32, u32)>>,
    /// The first page sees the others, who see nobody but the first: two pages of one document
    /// that show the same peer would do so in the same element.
    apart: Cell<bool>,
}

/// The id of whoever has this number.
pub(crate) fn peer(n: u32) -> PeerId {
    PeerId::from_bytes([n.to_be_bytes(); 4].concat().try_into().unwrap())
}

/// Whoever has this number, as others see them: it is their seat number, too.
pub(crate) fn info(n: u32, role: Role) -> PeerInfo {
    PeerInfo {
        peer: peer(n),
        role,
        instance: InstanceId(n),
        seat: u8::try_from(n).unwrap_or_default(),
    }
}

fn welcome(peer: PeerId, seat: u8, roles: Vec<Role>, peers: Vec<PeerInfo>) -> RelayMessage {
    let heartbeat = Heartbeat { ping_after_ms: 60_000, dead_after_ms: 120_000 };
    let ice_servers = Vec::new();
    RelayMessage::Welcome { peer, seat, peers, roles, ice_servers, heartbeat }
}

impl Relay {
    /// The first thing of a test: a page that another one has left would go on with this one.
    pub(crate) fn new() -> Self {
        close_what_is_left();
        Self {
            sockets: Sockets::new(),
            seats: RefCell::default(),
            pages: RefCell::default(),
            talks: RefCell::default(),
            apart: Cell::default(),
        }
    }

    /// Lets nobody but the first page see more than one other.
    pub(crate) fn keep_apart(&self) {
        self.apart.set(true);
    }

    /// Waits until a page opens its socket number `n`.
    pub(crate) async fn asked(&self, n: u32) {
        until(&format!("socket {n} is opened"), || self.sockets.made() > n).await;
    }

    /// Opens it and takes its `join`.
    pub(crate) async fn joins(&self, n: u32) -> ClientMessage {
        self.asked(n).await;
        self.sockets.open(n);
        self.says(n, |message| matches!(message, ClientMessage::Join { .. })).await
    }

    /// Lets it join a room in which these are.
    pub(crate) async fn welcomes(&self, n: u32, others: &[(u32, Role)]) {
        self.joins(n).await;
        self.welcome(n, others);
    }

    pub(crate) fn welcome(&self, n: u32, others: &[(u32, Role)]) {
        let others = others.iter().map(|&(n, role)| info(n, role));
        let others: Vec<PeerInfo> = others.collect();
        let roles = others.iter().map(|other| other.role).collect();
        self.say(n, &welcome(peer(n), 1, roles, others));
    }

    /// Says something to the page.
    pub(crate) fn say(&self, n: u32, message: &RelayMessage) {
        self.sockets.say(n, &serde_json::to_string(message).unwrap());
    }

    /// Says something as another peer's page: numbered, and acknowledging what it was told.
    pub(crate) fn tell(&self, n: u32, from: u32, signal: Signal) {
        let mut talks = self.talks.borrow_mut();
        let found = talks.iter_mut().find(|talk| (talk.0, talk.1) == (n, peer(from)));
        let (said, taken) = match found {
            Some(talk) => {
                talk.2 += 1;
                (talk.2, talk.3)
            }
            None => {
                talks.push((n, peer(from), 1, 0));
                (1, 0)
            }
        };
        drop(talks);
        let page = self.pages.borrow().iter().rev().find(|(socket, _)| *socket == n).unwrap().1;
        let payload = Payload {
            instance: InstanceId(from),
            to_instance: page,
            ack: taken,
            seq: Some(said),
            signal: Some(signal),
            unread: None,
        };
        self.say(n, &RelayMessage::Signal { from: peer(from), payload });
    }

    /// Refuses, as the real one does: a reason, then the close code that goes with it.
    pub(crate) fn refuse(&self, n: u32, code: ErrorCode) {
        self.say(n, &RelayMessage::Error { code, message: String::new(), retry_after_ms: None });
        if let Some(close) = code.close_code() {
            self.sockets.end(n, close.0);
        }
    }

    /// Waits for a message of the page.
    pub(crate) async fn says(
        &self,
        n: u32,
        wanted: impl Fn(&ClientMessage) -> bool,
    ) -> ClientMessage {
        let mut found = None;
        until("the page says what it has to", || {
            found = found.take().or_else(|| self.take(n).into_iter().find(&wanted));
            found.is_some()
        })
        .await;
        found.unwrap()
    }

    fn take(&self, n: u32) -> Vec<ClientMessage> {
        let texts = self.sockets.take_sent(n).into_iter();
        let messages: Vec<ClientMessage> =
            texts.map(|text| serde_json::from_str(&text).unwrap()).collect();
        for message in &messages {
            match message {
                ClientMessage::Join { instance, .. } => {
                    self.pages.borrow_mut().push((n, *instance))
                }
                ClientMessage::Signal { to, payload } => self.heard(n, *to, payload.seq),
                _ => {}
            }
        }
        messages
    }

    fn heard(&self, n: u32, to: PeerId, seq: Option<u32>) {
        let seq = seq.unwrap_or_default();
        let mut talks = self.talks.borrow_mut();
        match talks.iter_mut().find(|talk| (talk.0, talk.1) == (n, to)) {
            Some(talk) => talk.3 = talk.3.max(seq),
            None => talks.push((n, to, 0, seq)),
        }
    }

    /// Does what the real relay would, for every socket, until something holds.
    pub(crate) async fn carry_until(&self, what: &str, mut holds: impl FnMut() -> bool) {
        until(what, || {
            self.carry();
            holds()
        })
        .await;
    }

    fn carry(&self) {
        for n in 0..self.sockets.made() {
            let index = n as usize;
            if self.seats.borrow().len() <= index {
                self.seats.borrow_mut().push(None);
                self.sockets.open(n);
            }
            for message in self.take(n) {
                self.answer(n, message);
            }
            if self.sockets.state(n) != State::Open {
                self.gone(n, LeaveReason::Lost);
            }
        }
    }

    fn answer(&self, n: u32, message: ClientMessage) {
        match message {
            ClientMessage::Join { role, secret, instance, seat, .. } => {
                // The same secret, the same peer.
                let peer = PeerId::from_bytes(*secret.as_bytes());
                let seat = self.free_number(role, seat);
                let info = PeerInfo { peer, role, instance, seat };
                let roles_before = self.roles();
                self.seats.borrow_mut()[n as usize] = Some(info);
                let others = self.others(n);
                let infos = others.iter().map(|one| one.1).collect();
                self.say(n, &welcome(peer, seat, self.roles(), infos));
                for (other, _) in others {
                    self.say(other, &RelayMessage::PeerJoined { peer: info });
                }
                self.tell_roles(n, &roles_before);
            }
            ClientMessage::Signal { to, payload } => {
                let Some(PeerInfo { peer: from, .. }) = self.seats.borrow()[n as usize] else {
                    return;
                };
                if let Some((other, _)) = self.others(n).into_iter().find(|one| one.1.peer == to) {
                    self.say(other, &RelayMessage::Signal { from, payload });
                }
            }
            ClientMessage::Leave { keep_seat: false } => self.gone(n, LeaveReason::Left),
            ClientMessage::Leave { keep_seat: true } => self.gone(n, LeaveReason::Lost),
            ClientMessage::Ping => self.say(n, &RelayMessage::Pong),
        }
    }

    fn others(&self, n: u32) -> Vec<(u32, PeerInfo)> {
        let seats = self.seats.borrow();
        let own = seats.get(n as usize).copied().flatten();
        let taken = (0u32..).zip(seats.iter()).filter_map(|(at, seat)| Some((at, (*seat)?)));
        taken
            .filter(|(at, other)| *at != n && own.is_none_or(|own| own.role.sees(other.role)))
            .filter(|(at, _)| !self.apart.get() || *at == 0 || n == 0)
            .collect()
    }

    fn gone(&self, n: u32, reason: LeaveReason) {
        let roles_before = self.roles();
        let others = self.others(n);
        let seat = self.seats.borrow_mut()[n as usize].take();
        if let Some(seat) = seat {
            for (other, _) in others {
                self.say(other, &RelayMessage::PeerLeft { peer: seat.peer, reason });
            }
            self.tell_roles(n, &roles_before);
        }
    }

    /// The seat number that is asked for, where it is free, or the smallest that is.
    fn free_number(&self, role: Role, wish: Option<u8>) -> u8 {
        let seats = self.seats.borrow();
        let is_free =
            |number: &u8| seats.iter().flatten().all(|it| it.role != role || it.seat != *number);
        wish.filter(is_free).or_else(|| (1..=u8::MAX).find(is_free)).unwrap()
    }

    /// Which roles are present.
    fn roles(&self) -> Vec<Role> {
        let mut roles = Role::ALL.to_vec();
        roles.retain(|role| self.seats.borrow().iter().flatten().any(|it| it.role == *role));
        roles
    }

    /// Tells everybody but `n` which roles are present, where others were before.
    fn tell_roles(&self, n: u32, before: &[Role]) {
        let roles = self.roles();
        if roles == before {
            return;
        }
        let seats = self.seats.borrow().clone();
        for (other, _) in (0..).zip(&seats).filter(|(at, seat)| *at != n && seat.is_some()) {
            self.say(other, &RelayMessage::Room { roles: roles.clone() });
        }
    }
}
