//! The others of a room, by id. They are a handful, so that a list does what a tree
//! would, in a tenth of the code that a page downloads.

use sightline_protocol::{AttemptId, IceReport, PeerId, TrackState};

use super::dormant::Memory;
use crate::Time;
use crate::budget::Budget;
use crate::connection::Connection;
use crate::reliable_channel::ReliableChannel;

/// After so many failed attempts the person is told. A lost message or a browser's
/// hiccup is mended by the second; a firewall by none.
pub(super) const MAX_ATTEMPTS: u32 = 3;

/// Another peer of the room.
#[derive(Debug)]
pub(super) struct Peer {
    /// The messages to and from its page.
    pub(super) channel: ReliableChannel,
    /// Its number, as the relay says.
    pub(super) seat: u8,
    /// The relay says that it is in the room.
    pub(super) present: bool,
    /// Until when it is waited for though the relay says that it isn't.
    pub(super) awaited: Time,
    pub(super) connection: Option<Connection>,
    /// When the last attempt was begun.
    pub(super) begun: Time,
    /// Offering side: the last attempt, where it has ended and the other side has not said so.
    pub(super) ended: Option<AttemptId>,
    /// For attempts of the two, whoever begins them.
    pub(super) budget: Budget,
    /// Answering side: the last attempt that the other side began.
    pub(super) last: Option<AttemptId>,
    /// When it was first heard of.
    pub(super) came: Time,
    /// When the two were last connected.
    pub(super) connected: Option<Time>,
    /// Attempts since the last stable connection.
    pub(super) attempts: u32,
    /// Offering side: when to try again. Answering side: until when to wait for
    /// the other to do so. None where there is a connection.
    pub(super) retry_at: Option<Time>,
    /// So many attempts failed that its person should know. Until one connects.
    pub(super) gave_up: bool,
    /// Since when messages can be sent to it, where they can.
    pub(super) in_reach: Option<Time>,
    /// A picture of it has come, over this connection or one before.
    pub(super) seen: bool,
    /// Its picture stopped and was looked for on a new connection: should it be missing there,
    /// too, that is its camera's fault.
    pub(super) video_missing_after_reconnect: bool,
    /// Its person is told why it takes so long. Until the two are connected.
    pub(super) failure_shown: bool,
    /// What it says that it sends.
    pub(super) video: TrackState,
    pub(super) audio: TrackState,
    /// When what it says of its picture last changed.
    pub(super) announced_at: Time,
    /// What it was told that we send.
    pub(super) told: (TrackState, TrackState),
    /// What was known when the last attempt failed: our side, and theirs.
    pub(super) ice_reports: Option<(IceReport, Option<IceReport>)>,
}

impl Peer {
    pub(super) fn new(came: Time, memory: Memory) -> Self {
        let Memory { channel, last, heard: (video, audio), told, budget } = memory;
        Self {
            channel,
            seat: 0,
            present: false,
            awaited: Time::ZERO,
            connection: None,
            begun: Time::ZERO,
            ended: None,
            budget,
            last,
            came,
            connected: None,
            attempts: 0,
            retry_at: None,
            gave_up: false,
            in_reach: None,
            seen: false,
            failure_shown: false,
            announced_at: Time::ZERO,
            video_missing_after_reconnect: false,
            video,
            audio,
            told,
            ice_reports: None,
        }
    }

    /// Counts a failed attempt. True where there were so many that its person is told.
    pub(super) const fn count_failure(&mut self) -> bool {
        self.attempts = self.attempts.saturating_add(1);
        let exhausted = self.attempts >= MAX_ATTEMPTS;
        self.gave_up |= exhausted;
        exhausted
    }

    pub(super) fn is_connected(&self) -> bool {
        self.connection.as_ref().is_some_and(Connection::is_connected)
    }
}

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
    pub(super) fn add(&mut self, id: PeerId, peer: Peer) {
        self.0.push((id, peer));
    }

    pub(super) fn remove(&mut self, id: PeerId) -> Option<Peer> {
        let index = self.0.iter().position(|(known, _)| *known == id)?;
        Some(self.0.remove(index).1)
    }
}
