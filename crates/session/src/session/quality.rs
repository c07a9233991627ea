//! What the quality of a connection's video has to do with the rest of the session.

use sightline_protocol::{PeerId, Role, TrackState};

use super::Session;
use crate::event::{PairId, ProbeMessage};
use crate::pair::Pair;
use crate::sampling::{Incoming, interval};

impl Session {
    /// Sees to how video is sent to a peer, and how often statistics are taken.
    pub(super) fn tend_quality(&mut self, id: PeerId) {
        let (now, live) = (self.now, self.has_media());
        let (save_data, refreshes) = (self.save_data, self.refreshes);
        let sends_video = self.live && self.picture == TrackState::On;
        let receives = self.config.role != Role::Sender;
        let connected = self.pairs().filter(|pair| pair.is_connected()).count();
        let sharing = u32::try_from(connected).unwrap_or(u32::MAX);
        let Some(peer) = self.peers.get_mut(id) else { return };
        let Some(pair) = &mut peer.pair else { return };
        pair.tend_quality(now, live, save_data, refreshes, sharing, &mut self.commands);
        let incoming = receives.then(|| Incoming {
            picture: peer.picture,
            sound: peer.sound,
            said_at: peer.said_at,
            since: pair.connected_since(),
            health: &pair.health,
        });
        let often = interval(now, pair.was_connected(), incoming, sends_video);
        pair.sample_every(often, &mut self.commands);
    }

    /// Something came over the channel of a probe.
    pub(super) fn probed(&mut self, id: PairId, message: ProbeMessage) {
        let now = self.now;
        let named = |pair: &&mut Pair| pair.id == id;
        let mut pairs = self.peers.iter_mut().filter_map(|(_, peer)| peer.pair.as_mut());
        if let Some(pair) = pairs.find(named) {
            pair.quality.probed(now, id, message, &mut self.commands);
        }
    }
}
