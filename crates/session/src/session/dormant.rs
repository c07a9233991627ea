//! What is remembered of pages that were forgotten.
//!
//! One may sleep for longer than it is waited for, and come back as the same page: it
//! numbers its messages on from where it was, and so must this side.

use std::collections::VecDeque;

use sightline_protocol::{AttemptId, PeerId, TrackState};

use crate::budget::Budget;
use crate::reliable_channel::ReliableChannel;

/// More than fit into a room several times over. Who is beyond it has to load its page
/// again.
const MAX_DORMANT: usize = 64;

/// What is remembered of one: what its page believes that we know.
#[derive(Debug)]
pub(super) struct Memory {
    pub(super) channel: ReliableChannel,
    /// The last attempt that the other side began.
    pub(super) last: Option<AttemptId>,
    /// What it said that it sends, picture and sound, and what it was told that we do.
    pub(super) heard: (TrackState, TrackState),
    pub(super) told: (TrackState, TrackState),
    /// How many attempts it may have: loading its page again doesn't give it more.
    pub(super) budget: Budget,
}

impl Memory {
    /// Of a page that nothing is known of.
    pub(super) const fn new(channel: ReliableChannel, budget: Budget) -> Self {
        let off = (TrackState::Off, TrackState::Off);
        Self { channel, last: None, heard: off, told: off, budget }
    }
}

/// The pages that may come back, the longest gone first.
#[derive(Debug, Default)]
pub(super) struct Dormant(VecDeque<(PeerId, Memory)>);

impl Dormant {
    pub(super) fn keep(&mut self, peer: PeerId, memory: Memory) {
        self.0.retain(|(known, _)| *known != peer);
        if self.0.len() >= MAX_DORMANT {
            self.0.pop_front();
        }
        self.0.push_back((peer, memory));
    }

    /// Makes this one the first to be given up.
    pub(super) fn least(&mut self, peer: PeerId) {
        if let Some(memory) = self.wake(peer) {
            self.0.push_front((peer, memory));
        }
    }

    pub(super) fn wake(&mut self, peer: PeerId) -> Option<Memory> {
        let index = self.0.iter().position(|(known, _)| *known == peer)?;
        self.0.remove(index).map(|(_, memory)| memory)
    }
}
