//! What the quality of a connection's video has to do with the rest of the session.

use sightline_protocol::{PeerId, Role, TrackState};

use super::Session;
use crate::connection::Connection;
use crate::event::{ConnectionId, ProbeMessage};
use crate::sampling::{Incoming, interval};

impl Session {
    /// Sees to how video is sent to a peer, and how often statistics are taken.
    pub(super) fn poll_quality(&mut self, id: PeerId) {
        let (now, live) = (self.now, self.has_media());
        let (save_data, refreshes) = (self.save_data, self.refreshes);
        let sends_video = self.live && self.video == TrackState::On;
        let receives = self.config.role != Role::Sender;
        let connected = self.connections().filter(|connection| connection.is_connected()).count();
        let sharing = u32::try_from(connected).unwrap_or(u32::MAX);
        let Some(peer) = self.peers.get_mut(id) else { return };
        let Some(connection) = &mut peer.connection else { return };
        connection.poll_quality(now, live, save_data, refreshes, sharing, &mut self.commands);
        let incoming = receives.then(|| Incoming {
            video: peer.video,
            audio: peer.audio,
            announced_at: peer.announced_at,
            since: connection.connected_since(),
            health: &connection.health,
        });
        let often = interval(now, connection.was_connected(), incoming, sends_video);
        connection.sample_every(often, &mut self.commands);
    }

    /// Something came over the channel of a probe.
    pub(super) fn probed(&mut self, id: ConnectionId, message: ProbeMessage) {
        let now = self.now;
        let named = |connection: &&mut Connection| connection.id == id;
        let mut connections =
            self.peers.iter_mut().filter_map(|(_, peer)| peer.connection.as_mut());
        if let Some(connection) = connections.find(named) {
            connection.quality.probed(now, id, message, &mut self.commands);
        }
    }
}
