//! The others of a room, by id. They are a handful, so that a list does what a tree
//! would, in a tenth of the code that a page downloads.

use sightline_protocol::PeerId;

use super::roster::Peer;

/// Every peer once, in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct Peers(Vec<(PeerId, Peer)>);

impl Peers {
    pub(super) const fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn ids(&self) -> Vec<PeerId> {
        self.0.iter().map(|(id, _)| *id).collect()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (PeerId, &Peer)> + Clone {
        self.0.iter().map(|(id, peer)| (*id, peer))
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (PeerId, &mut Peer)> {
        self.0.iter_mut().map(|(id, peer)| (*id, peer))
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &Peer> + Clone {
        self.0.iter().map(|(_, peer)| peer)
    }

    pub(super) fn get(&self, id: PeerId) -> Option<&Peer> {
        self.iter().find(|(known, _)| *known == id).map(|(_, peer)| peer)
    }

    pub(super) fn get_mut(&mut self, id: PeerId) -> Option<&mut Peer> {
        self.iter_mut().find(|(known, _)| *known == id).map(|(_, peer)| peer)
    }

    /// Adds one that is not there yet.
    pub(super) fn add(&mut self, id: PeerId) {
        if self.get(id).is_none() {
            self.0.push((id, Peer::default()));
        }
    }

    /// Whether it was there.
    pub(super) fn remove(&mut self, id: PeerId) -> bool {
        let before = self.0.len();
        self.0.retain(|(known, _)| *known != id);
        self.0.len() < before
    }
}
