//! One attempt of this peer and another to connect: a peer connection here, one
//! there, and how long they may take.

use std::collections::VecDeque;
use std::time::Duration;

use sightline_protocol::limits::{MAX_CANDIDATE_BYTES, MAX_CANDIDATES, MAX_SDP_BYTES};
use sightline_protocol::{Candidate, ConnectionId, Signal};

use crate::Time;
use crate::event::{Command, ConnectionState, Description, DescriptionKind, PairEvent, PairId};
use crate::negotiation::{Action, Negotiation};

/// The time for an attempt to connect: ICE has about 15 s of checks in it before a
/// browser calls it failed.
const CONNECT_TIME: Duration = Duration::from_secs(20);

/// The time for a broken connection to mend by itself before a new one is made.
const MEND_TIME: Duration = Duration::from_secs(10);

/// The time until an offer that has no answer is sent again.
const REPEAT_TIME: Duration = Duration::from_secs(2);

/// Frames that have come within this time are flowing. A camera in the dark may
/// give five a second; statistics are read once a second.
const FLOWING: Duration = Duration::from_secs(3);

/// A connection that lasted so long makes the next failure a first one.
const STABLE: Duration = Duration::from_secs(5);

/// Whether a message is no larger than what browsers make: what is, is not from one
/// of our pages.
pub(crate) fn fits(signal: &Signal) -> bool {
    match signal {
        Signal::CreateOffer { sdp, .. } | Signal::CreateAnswer { sdp, .. } => {
            sdp.len() <= MAX_SDP_BYTES
        }
        Signal::IceCandidate { candidate, .. } => {
            let Candidate { candidate, sdp_mid, username_fragment, .. } = candidate;
            [Some(candidate), sdp_mid.as_ref(), username_fragment.as_ref()]
                .into_iter()
                .flatten()
                .all(|text| text.len() <= MAX_CANDIDATE_BYTES)
        }
    }
}

#[derive(Debug)]
pub(crate) struct Pair {
    pub(crate) id: PairId,
    pub(crate) connection: ConnectionId,
    negotiation: Negotiation,
    state: ConnectionState,
    since: Time,
    /// It was connected for [`STABLE`] once.
    stable: bool,
    repeat_at: Option<Time>,
    candidates_in: usize,
    frames: u64,
    frames_at: Option<Time>,
}

impl Pair {
    pub(crate) fn new(id: PairId, connection: ConnectionId, polite: bool, now: Time) -> Self {
        Self {
            id,
            connection,
            negotiation: Negotiation::new(polite),
            state: ConnectionState::New,
            since: now,
            stable: false,
            repeat_at: None,
            candidates_in: 0,
            frames: 0,
            frames_at: None,
        }
    }

    /// Is connected, or was and may mend by itself.
    pub(crate) fn was_connected(&self) -> bool {
        matches!(self.state, ConnectionState::Connected | ConnectionState::Disconnected)
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.state == ConnectionState::Connected
    }

    /// Whether it has been connected for long enough that a failure now is a new one.
    pub(crate) fn was_stable(&self, now: Time) -> bool {
        self.stable || (self.is_connected() && now.saturating_sub(self.since) >= STABLE)
    }

    /// Whether a frame was ever decoded.
    pub(crate) const fn had_frames(&self) -> bool {
        self.frames_at.is_some()
    }

    /// Whether frames are being decoded.
    pub(crate) fn has_frames(&self, now: Time) -> bool {
        self.frames_at.is_some_and(|at| now.saturating_sub(at) < FLOWING)
    }

    /// A message of this attempt from the other side. It [`fits`].
    pub(crate) fn receive(&mut self, signal: Signal) {
        match signal {
            Signal::CreateOffer { round, sdp, .. } => self.negotiation.offer(round, sdp),
            Signal::CreateAnswer { round, sdp, .. } => self.negotiation.answer(round, sdp),
            Signal::IceCandidate { candidate, .. } => {
                // More than any browser finds: not from one of our pages.
                if self.candidates_in < MAX_CANDIDATES {
                    self.candidates_in += 1;
                    self.negotiation.candidate(candidate);
                }
            }
        }
    }

    /// Something happened to the peer connection.
    pub(crate) fn handle(&mut self, now: Time, event: PairEvent) -> Option<Signal> {
        match event {
            PairEvent::NegotiationNeeded => self.negotiation.needed(),
            PairEvent::LocalDescription(result) => self.negotiation.local_set(result),
            PairEvent::RemoteDescription(result) => self.negotiation.remote_set(result),
            PairEvent::CandidateFound(candidate) => return Some(self.found(candidate)),
            PairEvent::ConnectionState(state) if state != self.state => {
                self.stable = self.was_stable(now);
                self.state = state;
                self.since = now;
            }
            PairEvent::ConnectionState(_) => {}
            PairEvent::FramesDecoded(frames) => {
                if frames > self.frames {
                    self.frames_at = Some(now);
                }
                self.frames = frames;
            }
        }
        None
    }

    /// Takes what the negotiation wants done. False: this attempt has failed.
    pub(crate) fn drain(
        &mut self,
        now: Time,
        commands: &mut VecDeque<Command>,
        signals: &mut Vec<Signal>,
    ) -> bool {
        while let Some(action) = self.negotiation.poll() {
            match action {
                Action::SetLocal => commands.push_back(Command::SetLocalDescription(self.id)),
                Action::SetRemote(description) => {
                    commands.push_back(Command::SetRemoteDescription(self.id, description));
                }
                Action::AddCandidate(candidate) => {
                    commands.push_back(Command::AddCandidate(self.id, candidate));
                }
                Action::Send { round, description } => {
                    signals.push(self.signal(round, description))
                }
                Action::GiveUp => return false,
            }
        }
        if !self.negotiation.awaits_answer() {
            self.repeat_at = None;
        } else if self.repeat_at.is_none() {
            self.repeat_at = Some(now + REPEAT_TIME);
        }
        true
    }

    /// When [`Pair::expired`] or [`Pair::repeat`] should be asked again.
    pub(crate) fn next_timeout(&self, now: Time) -> Option<Time> {
        let flow_ends = self.frames_at.map(|at| at + FLOWING).filter(|ends| *ends > now);
        [self.deadline(), self.repeat_at, flow_ends].into_iter().flatten().min()
    }

    /// Whether this attempt has failed, or taken too long.
    pub(crate) fn expired(&self, now: Time) -> bool {
        matches!(self.state, ConnectionState::Failed | ConnectionState::Closed)
            || self.deadline().is_some_and(|deadline| now >= deadline)
    }

    /// Sends an offer that has had no answer again.
    pub(crate) fn repeat(&mut self, now: Time) {
        if self.repeat_at.is_some_and(|at| now >= at) {
            self.repeat_at = None;
            self.negotiation.repeat();
        }
    }

    fn deadline(&self) -> Option<Time> {
        match self.state {
            // Counted from the beginning of the attempt for `New`, from the first
            // check for `Connecting`.
            ConnectionState::New | ConnectionState::Connecting => Some(self.since + CONNECT_TIME),
            ConnectionState::Disconnected => Some(self.since + MEND_TIME),
            ConnectionState::Connected | ConnectionState::Failed | ConnectionState::Closed => None,
        }
    }

    fn found(&self, candidate: Candidate) -> Signal {
        Signal::IceCandidate { connection: self.connection, candidate }
    }

    fn signal(&self, round: u32, Description { kind, sdp }: Description) -> Signal {
        let connection = self.connection;
        match kind {
            DescriptionKind::Offer => Signal::CreateOffer { connection, round, sdp },
            DescriptionKind::Answer => Signal::CreateAnswer { connection, round, sdp },
        }
    }
}
