//! One connection to a peer, which is one attempt: how long it may take to connect, and how it
//! recovers.
//!
//! Recovery has two steps. A path that has been broken for 2.5 s gets an ICE restart, from whichever
//! side sees it first. A connection that hasn't recovered [`RECOVERY_TIME`] after its path broke, or
//! that the browser calls failed, is replaced by a new attempt.

mod phase;
mod quality;

use std::collections::VecDeque;
use std::time::Duration;

use sightline_protocol::limits::{MAX_CANDIDATE_BYTES, MAX_SDP_BYTES};
use sightline_protocol::{AttemptId, Candidate, IceReport, IceServer, Paths, Signal};

use self::phase::{Outage, Phase};
use crate::Time;
use crate::budget::Budget;
use crate::event::{
    Command, ConnectionEvent, ConnectionId, ConnectionState, Description, DescriptionKind,
};
use crate::health::Health;
use crate::negotiation::{Action, Negotiation};
use crate::quality::Quality;

/// The time for an attempt to connect: ICE has about 15 s of checks in it before a
/// browser calls it failed.
const CONNECT_TIME: Duration = Duration::from_secs(20);

/// The polite side sees it as late again: two restarts that cross would be one in vain.
const POLITE_DELAY: Duration = Duration::from_millis(400);

/// A restart that changed nothing is tried again after so long: a new network may not
/// have had its address yet.
const RESTART_AGAIN: Duration = Duration::from_secs(4);

/// A network that comes and goes in a broken path makes no more restarts than this.
const ONLINE_AGAIN: Duration = Duration::from_millis(500);

/// How often a connection without a picture is restarted, where a new one had none either.
const RESTART_WITHOUT_VIDEO: Duration = Duration::from_secs(20);

/// The time for a broken connection to recover before it is replaced.
const RECOVERY_TIME: Duration = Duration::from_secs(10);

/// A connection that lasted so long makes the next failure a first one.
const STABLE: Duration = Duration::from_secs(5);

/// When to look at the candidate pairs of an attempt that has not connected: once when
/// most would have, and once more shortly before the person is told.
const INSPECT_AT: [Duration; 2] = [Duration::from_secs(4), Duration::from_secs(7)];

/// After so long without a connection a person wants to know why.
const TELL_AFTER: Duration = Duration::from_secs(8);

/// How many codes of `icecandidateerror` are remembered.
const MAX_ERRORS: usize = 8;

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
        Signal::IceReport { report, .. } => report.errors.len() <= MAX_ERRORS,
        Signal::ConnectionFailed { .. } | Signal::Media { .. } | Signal::Leave => true,
    }
}

#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) id: ConnectionId,
    pub(crate) attempt: AttemptId,
    polite: bool,
    negotiation: Negotiation,
    phase: Phase,
    /// It was connected for [`STABLE`] once.
    stable: bool,
    restarted_at: Option<Time>,
    channel: bool,
    /// For offers that the other side makes within the attempt.
    budget: Budget,
    pub(crate) health: Health,
    ice_report: IceReport,
    theirs: Option<IceReport>,
    inspections: usize,
    pub(crate) quality: Quality,
    /// How often statistics are taken.
    sampled: Option<Duration>,
}

impl Connection {
    pub(crate) fn new(
        id: ConnectionId,
        attempt: AttemptId,
        polite: bool,
        sends: bool,
        servers: &[IceServer],
        now: Time,
    ) -> Self {
        let has = |scheme: &str| {
            servers.iter().flat_map(|server| &server.urls).any(|url| url.starts_with(scheme))
        };
        Self {
            id,
            attempt,
            polite,
            negotiation: Negotiation::new(polite),
            phase: Phase::Connecting { since: now },
            stable: false,
            restarted_at: None,
            channel: false,
            budget: Budget::of_one(),
            health: Health::default(),
            ice_report: IceReport { stun: has("stun"), turn: has("turn"), ..IceReport::default() },
            theirs: None,
            inspections: 0,
            quality: Quality::new(sends),
            sampled: None,
        }
    }

    pub(crate) const fn is_connected(&self) -> bool {
        self.phase.connected_since().is_some()
    }

    /// Connected, for all that a person sees.
    pub(crate) fn seems_connected(&self, now: Time) -> bool {
        matches!(self.phase, Phase::Checking { shown_at, .. } if now < shown_at)
            || self.is_connected()
    }

    /// Connected, and nothing is wrong with it.
    pub(crate) const fn is_healthy(&self) -> bool {
        matches!(self.phase, Phase::Healthy { .. })
    }

    /// Whether it has been connected for long enough that a failure now is a new one.
    pub(crate) fn was_stable(&self, now: Time) -> bool {
        self.stable
            || matches!(self.phase, Phase::Healthy { since } if now.saturating_sub(since) >= STABLE)
    }

    /// Since when it is connected.
    pub(crate) const fn connected_since(&self) -> Option<Time> {
        self.phase.connected_since()
    }

    /// Whether it was connected once.
    pub(crate) const fn was_connected(&self) -> bool {
        self.phase.was_connected()
    }

    /// Whether messages can go over the data channel, if perhaps in vain.
    pub(crate) const fn has_data_channel(&self) -> bool {
        self.channel
    }

    /// Whether the data channel is the best way: nothing hints that its path is broken.
    pub(crate) fn prefers_data_channel(&self, now: Time) -> bool {
        self.channel && self.is_healthy() && !self.restarted_lately(now)
    }

    fn restarted_lately(&self, now: Time) -> bool {
        self.restarted_at.is_some_and(|at| now.saturating_sub(at) < RESTART_AGAIN)
    }

    /// What both sides know of why this does not connect, where that takes long enough to
    /// be told.
    pub(crate) fn ice_reports(&self) -> (&IceReport, Option<&IceReport>) {
        (&self.ice_report, self.theirs.as_ref())
    }

    /// Whether it takes so long that the person should be told why.
    pub(crate) fn takes_long(&self, now: Time) -> bool {
        matches!(self.phase, Phase::Connecting { since } if now >= since + TELL_AFTER)
    }

    /// Frames that should come don't, though the browser calls it connected.
    pub(crate) const fn is_stalled(&self) -> bool {
        matches!(self.phase, Phase::Stalled { .. })
    }

    /// A message of this attempt from the other side. It [`fits`].
    /// False where there were too many offers for the attempt to go on.
    #[must_use]
    pub(crate) fn receive(&mut self, now: Time, signal: Signal) -> bool {
        match signal {
            Signal::CreateOffer { round, sdp, .. } => {
                if self.budget.take(now).is_err() {
                    return false;
                }
                self.negotiation.offer(round, sdp);
            }
            Signal::CreateAnswer { round, sdp, .. } => {
                self.negotiation.answer(round, sdp);
            }
            Signal::IceCandidate { candidate, .. } => {
                count(&mut self.ice_report.received);
                self.negotiation.candidate(candidate);
            }
            Signal::IceReport { report, .. } => self.theirs = Some(report),
            Signal::ConnectionFailed { .. } | Signal::Media { .. } | Signal::Leave => {}
        }
        true
    }

    /// Something happened to the peer connection. What comes back is for the other side.
    pub(crate) fn handle(&mut self, now: Time, event: ConnectionEvent) -> Option<Signal> {
        match event {
            ConnectionEvent::NegotiationNeeded => self.negotiation.needed(),
            ConnectionEvent::LocalDescription(result) => {
                if let Ok(description) = &result {
                    self.quality.described(&description.sdp);
                }
                self.negotiation.local_set(result);
            }
            ConnectionEvent::RemoteDescription(result) => self.negotiation.remote_set(result),
            ConnectionEvent::CandidateFound(candidate) => return Some(self.found(candidate)),
            ConnectionEvent::GatheringDone => self.ice_report.gathered = true,
            ConnectionEvent::CandidateError(code) => {
                let errors = &mut self.ice_report.errors;
                if errors.len() < MAX_ERRORS && !errors.contains(&code) {
                    errors.push(code);
                }
            }
            ConnectionEvent::ConnectionState(state) => self.became(now, state),
            ConnectionEvent::ChannelOpened => self.channel = true,
            ConnectionEvent::ChannelClosed => self.channel = false,
            // The session's business.
            ConnectionEvent::ChannelMessage(_) | ConnectionEvent::Probe(_) => {}
            ConnectionEvent::ProbeOpened => self.quality.channel_opened(),
            ConnectionEvent::Outbound(sample) => self.quality.sample(now, &sample),
            ConnectionEvent::Sample(sample) => self.health.sample(now, sample),
            ConnectionEvent::Inspected(paths) => return self.inspected(paths),
        }
        None
    }

    fn became(&mut self, now: Time, state: ConnectionState) {
        self.stable = self.was_stable(now);
        let delay = if self.polite { POLITE_DELAY } else { Duration::ZERO };
        let before = self.phase;
        self.phase = before.after_state(now, state, delay);
        if self.phase == before {
            return;
        }
        if self.is_connected() {
            self.theirs = None;
        }
        // A path that goes on where it was has lost nothing.
        if matches!(before, Phase::Connecting { .. } | Phase::Disconnected { .. })
            && self.is_healthy()
        {
            self.health.begin_anew(now);
        }
    }

    /// Frames that should come don't, or do again.
    ///
    /// `blind`: they didn't come over another connection either. Most likely that is the
    /// other's camera, and the sound is worth more than one more attempt: a restart now
    /// and then is all that is tried.
    pub(crate) fn watch(
        &mut self,
        now: Time,
        expected: bool,
        blind: bool,
        commands: &mut VecDeque<Command>,
    ) {
        let missing = expected && self.health.is_stalled(now);
        let stalled = missing && !blind;
        let since = self.phase.connected_since().unwrap_or_else(|| self.phase.since());
        let last = self.restarted_at.map_or(since, |at| at.max(since));
        if missing && blind && now >= last + RESTART_WITHOUT_VIDEO {
            self.restart(now, commands);
        }
        // The other way round than for a path that broke: the polite side is the one that sees it first.
        let delay = if self.polite { Duration::ZERO } else { POLITE_DELAY };
        self.phase = self.phase.after_frames(now, stalled, delay);
    }

    /// The network changed, or came back.
    pub(crate) fn online(&mut self, now: Time, commands: &mut VecDeque<Command>) {
        // One that was made without a network, or in the old one, found nothing.
        let pause = if self.phase.outage().is_some() { ONLINE_AGAIN } else { RESTART_AGAIN };
        let recent = self.restarted_at.is_some_and(|at| now.saturating_sub(at) < pause);
        if self.was_connected() && !recent {
            self.restart(now, commands);
        }
    }

    fn restart(&mut self, now: Time, commands: &mut VecDeque<Command>) {
        self.restarted_at = Some(now);
        self.ice_report.gathered = false;
        self.phase = self.phase.after_restart(now + RESTART_AGAIN);
        commands.push_back(Command::RestartIce(self.id));
    }

    /// Takes what the negotiation wants done. False: this attempt has failed.
    pub(crate) fn drain(
        &mut self,
        commands: &mut VecDeque<Command>,
        signals: &mut Vec<Signal>,
    ) -> bool {
        while let Some(action) = self.negotiation.poll() {
            match action {
                Action::SetLocal => commands.push_back(Command::SetLocalDescription(self.id)),
                Action::SetRemote(Description { kind, sdp }) => {
                    let description = Description { kind, sdp: self.quality.prepare(sdp) };
                    commands.push_back(Command::SetRemoteDescription(self.id, description));
                }
                Action::AddCandidate(candidate) => {
                    commands.push_back(Command::AddCandidate(self.id, candidate));
                }
                Action::Send { round, description } => {
                    signals.push(self.signal(round, description));
                }
                Action::GiveUp => return false,
            }
        }
        true
    }

    /// Does what time makes due. `heard`: since when the other side can be told anything, if
    /// it can.
    pub(crate) fn advance(
        &mut self,
        now: Time,
        heard: Option<Time>,
        commands: &mut VecDeque<Command>,
    ) {
        if heard.is_some() && self.phase.outage().is_some_and(|outage| now >= outage.restart_at) {
            self.restart(now, commands);
        }
        let before = self.inspections;
        while self.inspect_at().is_some_and(|at| now >= at) {
            self.inspections += 1;
        }
        if self.inspections > before {
            commands.push_back(Command::Inspect(self.id));
        }
    }

    fn inspect_at(&self) -> Option<Time> {
        let Phase::Connecting { since } = self.phase else { return None };
        INSPECT_AT.get(self.inspections).map(|wait| since + *wait)
    }

    /// When [`Connection::advance`] or [`Connection::expired`] has something to do, or what is shown
    /// changes.
    pub(crate) fn next_timeout(&self, now: Time, heard: Option<Time>) -> Option<Time> {
        let restart =
            self.phase.outage().filter(|_| heard.is_some()).map(|outage| outage.restart_at);
        // When what a person sees, or what a failure would mean, changes by itself.
        let changes = match self.phase {
            Phase::Connecting { since } => Some(since + TELL_AFTER),
            Phase::Healthy { since } => Some(since + STABLE),
            Phase::Checking { shown_at, .. } => Some(shown_at),
            Phase::Disconnected { .. } | Phase::Stalled { .. } | Phase::Failed { .. } => None,
        };
        let changes = changes.filter(|at| *at > now);
        let flow = self.health.next_timeout(now).filter(|_| self.was_connected());
        let probe = self.quality.next_timeout();
        [self.deadline(heard), restart, self.inspect_at(), changes, flow, probe]
            .into_iter()
            .flatten()
            .min()
    }

    /// Whether this attempt has failed, or taken too long.
    pub(crate) fn expired(&self, now: Time, heard: Option<Time>) -> bool {
        matches!(self.phase, Phase::Failed { .. })
            || self.deadline(heard).is_some_and(|deadline| now >= deadline)
    }

    /// While the other side can't be told of a new attempt, the old one may as well mend; when
    /// it can again, an ICE restart has its time first.
    fn deadline(&self, heard: Option<Time>) -> Option<Time> {
        match (self.phase.outage(), self.phase) {
            (Some(Outage { since, .. }), _) => {
                heard.map(|heard| (since + RECOVERY_TIME).max(heard + RESTART_AGAIN))
            }
            (None, Phase::Connecting { since }) => Some(since + CONNECT_TIME),
            (None, _) => None,
        }
    }

    /// For how long it has been in its state, in milliseconds.
    pub(crate) fn age(&self, now: Time) -> u128 {
        now.saturating_sub(self.phase.since()).as_millis()
    }

    fn inspected(&mut self, paths: Paths) -> Option<Signal> {
        self.ice_report.paths = paths;
        // What a server has not said by the last look it won't say in time. A browser goes on
        // asking for half a minute.
        self.ice_report.gathered |= self.inspections >= INSPECT_AT.len();
        let (attempt, report) = (self.attempt, self.ice_report.clone());
        (!self.is_connected()).then_some(Signal::IceReport { attempt, report })
    }

    fn found(&mut self, candidate: Candidate) -> Signal {
        // `… typ host …` (RFC 8839, section 5.1).
        let mut words = candidate.candidate.split_ascii_whitespace();
        let kind = words.find(|word| *word == "typ").and_then(|_| words.next());
        match kind {
            Some("host") => count(&mut self.ice_report.host),
            Some("srflx" | "prflx") => count(&mut self.ice_report.reflexive),
            Some("relay") => count(&mut self.ice_report.relayed),
            _ => {}
        }
        Signal::IceCandidate { attempt: self.attempt, candidate }
    }

    fn signal(&self, round: u32, Description { kind, sdp }: Description) -> Signal {
        let attempt = self.attempt;
        match kind {
            DescriptionKind::Offer => Signal::CreateOffer { attempt, round, sdp },
            DescriptionKind::Answer => Signal::CreateAnswer { attempt, round, sdp },
        }
    }
}

const fn count(counter: &mut u16) {
    *counter = counter.saturating_add(1);
}
