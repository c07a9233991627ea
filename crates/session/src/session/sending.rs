//! Getting a message to another page: over the data channel of the connection to it, or
//! by the relay.

use sightline_protocol::{ClientMessage, Payload, PeerId, Signal, TrackState};

use super::peers::Peer;
use super::status::{QUIETLY, WORD_SETTLES};
use super::{Session, is_there};
use crate::Time;
use crate::connection::Connection;
use crate::event::Command;

impl Session {
    /// Sends a message, now or when there is a way. False where so much waits for the
    /// other page that this attempt has no sense any more.
    pub(super) fn send(&mut self, to: PeerId, signal: Signal) -> bool {
        let now = self.now;
        let Some(peer) = self.peers.get_mut(to) else { return true };
        match peer.channel.send(now, signal) {
            Ok(payload) => {
                self.transmit(to, payload, false);
                true
            }
            Err(_) => false,
        }
    }

    /// Puts a payload on its way: on the best, or on all that there are.
    fn transmit(&mut self, to: PeerId, payload: Payload, all: bool) {
        let Some(peer) = self.peers.get(to) else { return };
        let channel = peer.connection.as_ref().filter(|connection| connection.has_data_channel());
        let relay = self.link.is_joined() && peer.present;
        let direct =
            channel.filter(|connection| all || !relay || connection.prefers_data_channel(self.now));
        let relay = relay && (all || direct.is_none());
        if let Some(connection) = direct {
            self.commands.push_back(Command::SendDirect(connection.id, payload.clone()));
        }
        if relay {
            self.commands.push_back(Command::Send(ClientMessage::Signal { to, payload }));
        }
    }

    /// Whether a message to this peer would arrive, for all we know.
    pub(super) fn reaches(&self, peer: &Peer) -> bool {
        // Frames may be missing where messages get through.
        let channel = peer
            .connection
            .as_ref()
            .is_some_and(|connection| connection.has_data_channel() && connection.is_connected());
        channel || (self.link.is_joined() && peer.present)
    }

    /// Where there is a way to a peer again, sends all that it may not have. To be called
    /// before anything new is sent.
    pub(super) fn resume_sending(&mut self, id: PeerId) {
        let now = self.now;
        let Some(peer) = self.peers.get(id) else { return };
        let reach = self.reaches(peer);
        let Some(peer) = self.peers.get_mut(id) else { return };
        if !reach {
            peer.in_reach = None;
            peer.channel.rest();
        } else if peer.in_reach.is_none() {
            peer.in_reach = Some(now);
            let payloads = peer.channel.resume_sending(now);
            payloads.into_iter().for_each(|payload| self.transmit(id, payload, false));
        }
    }

    /// Says goodbye to everybody directly: the relay may be away. It goes after all that the
    /// other page may not have, or it would not be its turn there.
    pub(super) fn say_goodbye(&mut self) {
        let now = self.now;
        for (_, peer) in self.peers.iter_mut() {
            let Some(connection) =
                peer.connection.as_ref().filter(|connection| connection.has_data_channel())
            else {
                continue;
            };
            if peer.channel.send(now, Signal::Leave).is_ok() {
                let payloads = peer.channel.resend(now).into_iter();
                self.commands.extend(payloads.map(|it| Command::SendDirect(connection.id, it)));
            }
        }
    }

    /// Sends what time makes due: acknowledgements, and what was not acknowledged. That
    /// takes all ways, as one of them has failed.
    pub(super) fn tend_stream(&mut self, id: PeerId) {
        let now = self.now;
        let Some(peer) = self.peers.get(id) else { return };
        if !self.reaches(peer) {
            return;
        }
        let Some(peer) = self.peers.get_mut(id) else { return };
        let again = peer.channel.must_resend(now);
        let payloads = if again { peer.channel.resend(now) } else { Vec::new() };
        let ack = peer.channel.ack(now);
        payloads.into_iter().for_each(|payload| self.transmit(id, payload, true));
        ack.into_iter().for_each(|payload| self.transmit(id, payload, false));
    }

    /// Gives what there is to share to everybody, and says what that is.
    pub(super) fn publish(&mut self) {
        if !self.live {
            return;
        }
        let commands = self
            .connections()
            .map(|connection| Command::Publish(connection.id))
            .collect::<Vec<_>>();
        self.commands.extend(commands);
        self.peers.ids().into_iter().for_each(|peer| self.tell_media(peer));
    }

    /// Whether a new connection has something to be given.
    pub(super) const fn has_media(&self) -> bool {
        self.live && (is_there(self.video) || is_there(self.audio))
    }

    /// Tells a peer what we send, unless it knows.
    pub(super) fn tell_media(&mut self, id: PeerId) {
        let media =
            if self.live { (self.video, self.audio) } else { (TrackState::Off, TrackState::Off) };
        let Some(peer) = self.peers.get_mut(id) else { return };
        if peer.told != media {
            let (video, audio) = media;
            if self.send(id, Signal::Media { video, audio })
                && let Some(peer) = self.peers.get_mut(id)
            {
                peer.told = media;
            }
        }
    }

    pub(super) fn next_timeout_of(&self, peer: &Peer) -> Option<Time> {
        let reach = self.reaches(peer);
        let since = peer.in_reach.filter(|_| reach);
        let connection = peer
            .connection
            .as_ref()
            .and_then(|connection| connection.next_timeout(self.now, since));
        let stream = peer.channel.next_timeout().filter(|_| reach);
        let said = Some(peer.announced_at + WORD_SETTLES).filter(|at| *at > self.now);
        let said = said.filter(|_| peer.is_connected());
        let quiet =
            Some(peer.begun + QUIETLY).filter(|at| *at > self.now && peer.connection.is_some());
        [connection, peer.retry_at, stream, said, quiet, self.forget_at(peer)]
            .into_iter()
            .flatten()
            .min()
    }

    /// The connection of this name, and who is at its other end.
    pub(super) fn connection_mut(
        &mut self,
        id: crate::ConnectionId,
    ) -> Option<(PeerId, &mut Connection)> {
        self.peers.iter_mut().find_map(|(peer, known)| {
            known
                .connection
                .as_mut()
                .filter(|connection| connection.id == id)
                .map(|connection| (peer, connection))
        })
    }
}
