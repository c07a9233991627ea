//! The other pages: their numbers, and what they have taken.

use std::collections::BTreeSet;

use sightline_protocol::{AttemptId, InstanceId, Payload, RelayMessage, Signal};
use sightline_session::{ConnectionEvent, ConnectionId, Event};

use super::{Rig, peer};

/// How a payload goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Relay,
    /// The data channel of that connection of the session.
    Direct(u32),
}

/// What a page does with what it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heeds {
    /// It takes it and says so at once.
    All,
    /// It takes it and says nothing.
    Silently,
    /// It is lost on its way.
    Nothing,
}

#[derive(Debug)]
pub struct Other {
    pub instance: InstanceId,
    /// The session's page that the rest is about.
    of: InstanceId,
    /// Of the last message of its own that the session has taken.
    said: u32,
    /// Of the last message of the session's that it has taken.
    pub taken: u32,
    /// All that it took, as words.
    pub took: Vec<String>,
    /// What was ever sent to it.
    seen: BTreeSet<u32>,
    /// The way that its acknowledgement takes, where one is due.
    owes: Option<Way>,
    pub heeds: Heeds,
    /// The last attempt that the session named to it.
    pub attempt: u32,
    /// What the session knows to be acknowledged.
    told: u32,
}

impl Other {
    pub fn new(instance: InstanceId, of: InstanceId) -> Self {
        Self {
            instance,
            of,
            said: 0,
            taken: 0,
            took: Vec::new(),
            seen: BTreeSet::new(),
            owes: None,
            heeds: Heeds::All,
            attempt: 0,
            told: 0,
        }
    }
}

/// A message in an envelope.
pub fn signal(from: u8, payload: Payload) -> RelayMessage {
    RelayMessage::Signal { from: peer(from), payload }
}

impl Rig {
    pub fn other(&mut self, number: u8) -> &mut Other {
        let of = self.instance;
        let first = InstanceId(100 * u32::from(number));
        let other = self.others.entry(number).or_insert_with(|| Other::new(first, of));
        if other.of != of {
            // The session's page was loaded again: the numbers begin anew.
            *other = Other::new(other.instance, of);
        }
        other
    }

    /// The session joined with this page.
    pub(super) fn loads(&mut self, instance: InstanceId) {
        self.instance = instance;
    }

    /// The other page is loaded again.
    pub fn reload(&mut self, number: u8) -> InstanceId {
        let of = self.instance;
        let instance = InstanceId(self.other(number).instance.0 + 1);
        self.others.insert(number, Other::new(instance, of));
        instance
    }

    /// What another page says, in an event. A page that is not heard says it again later,
    /// with the same number.
    pub fn said(&mut self, from: u8, way: Way, signal: Signal) -> Event {
        let heard = match way {
            Way::Relay => self.hears(from),
            Way::Direct(connection) => self.connections.get(&connection) == Some(&from),
        };
        let other = self.other(from);
        let seq = other.said + 1;
        if heard {
            other.said = seq;
        }
        if other.heeds == Heeds::All {
            other.owes = None;
            other.told = other.taken;
        }
        let payload = Payload {
            instance: other.instance,
            to_instance: other.of,
            ack: other.told,
            seq: Some(seq),
            signal: Some(signal),
            unread: None,
        };
        deliver(from, way, payload)
    }

    /// The acknowledgement that another page owes.
    pub(super) fn acknowledgement(&mut self, number: u8) -> Option<Event> {
        let other = self.others.get_mut(&number)?;
        let way = other.owes.take()?;
        other.told = other.taken;
        let Other { instance, of, taken, .. } = *other;
        let payload = Payload {
            instance,
            to_instance: of,
            ack: taken,
            seq: None,
            signal: None,
            unread: None,
        };
        match way {
            // The channel was closed by what came after.
            Way::Direct(connection) if !self.connections.contains_key(&connection) => None,
            way => Some(deliver(number, way, payload)),
        }
    }

    /// Another page acknowledges what it has taken, by the relay.
    pub fn acknowledges(&mut self, number: u8) -> Event {
        self.other(number).owes = Some(Way::Relay);
        self.acknowledgement(number).expect("it owes one")
    }

    /// Something came to another page. Its word: nothing for an acknowledgement alone.
    pub(super) fn arrives(&mut self, to: u8, way: Way, payload: Payload) -> Option<String> {
        let of = self.instance;
        assert_eq!(payload.instance, of, "from another instance than the one that joined");
        let other = self.other(to);
        if payload.to_instance != other.instance {
            // The session does not know yet that it was loaded again.
            return payload.signal.is_some().then(|| format!("send in vain to {to}"));
        }
        assert!(payload.ack <= other.said, "acknowledges what was never said: {payload:?}");
        let Some(seq) = payload.seq else {
            assert_eq!(payload.signal, None);
            let by = match way {
                Way::Relay => String::new(),
                Way::Direct(connection) => format!(" direct {connection}"),
            };
            self.acks.push(format!("{to}: {}{by}", payload.ack));
            return None;
        };
        let early = (1..seq).any(|before| !other.seen.contains(&before));
        let again = !other.seen.insert(seq);
        let said = payload.signal.as_ref().map_or_else(|| "nothing".to_owned(), said);
        if other.heeds != Heeds::Nothing {
            if seq == other.taken + 1 {
                other.taken = seq;
                other.took.push(said.clone());
            }
            if other.heeds == Heeds::All && other.taken > other.told {
                other.owes = Some(way);
            }
        }
        if let Some(AttemptId(attempt)) = payload.signal.as_ref().and_then(Signal::attempt) {
            other.attempt = attempt;
            self.attempt = attempt;
        }
        let how = match (again, early) {
            (true, _) => "again ",
            (false, true) => "early ",
            (false, false) => "",
        };
        let to = if to == 1 { String::new() } else { format!(" to {to}") };
        Some(match way {
            Way::Relay => format!("{how}send {said}{to}"),
            Way::Direct(connection) => format!("{how}direct {connection} {said}{to}"),
        })
    }
}

fn deliver(from: u8, way: Way, payload: Payload) -> Event {
    match way {
        Way::Relay => Event::SocketMessage(signal(from, payload)),
        Way::Direct(connection) => {
            Event::Connection(ConnectionId(connection), ConnectionEvent::ChannelMessage(payload))
        }
    }
}

/// A message as a word.
fn said(signal: &Signal) -> String {
    match signal {
        Signal::CreateOffer { round, .. } => format!("offer {round}"),
        Signal::CreateAnswer { round, .. } => format!("answer {round}"),
        Signal::IceCandidate { .. } => "candidate".to_owned(),
        Signal::ConnectionFailed { .. } => "failed".to_owned(),
        Signal::Media { video, audio } => format!("media {video:?} {audio:?}").to_lowercase(),
        Signal::IceReport { .. } => "report".to_owned(),
        Signal::Leave => "leave".to_owned(),
    }
}
