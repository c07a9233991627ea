//! One attempt of this peer and another to connect: a peer connection here, one
//! there, how long they may take, and how a path that broke is mended.
//!
//! The recovery ladder: a path that is broken for [`RESTART_AFTER`] gets an ICE restart,
//! from whichever side sees it; one that isn't mended [`MEND_TIME`] after it broke, or
//! that the browser calls failed, gets a new attempt.

mod quality;

use std::collections::VecDeque;
use std::time::Duration;

use sightline_protocol::limits::{MAX_CANDIDATE_BYTES, MAX_SDP_BYTES};
use sightline_protocol::{Candidate, ConnectionId, Findings, IceServer, Paths, Signal};

use crate::Time;
use crate::budget::Budget;
use crate::event::{Command, ConnectionState, Description, DescriptionKind, PairEvent, PairId};
use crate::health::Health;
use crate::negotiation::{Action, Negotiation};
use crate::quality::Quality;

/// The time for an attempt to connect: ICE has about 15 s of checks in it before a
/// browser calls it failed.
const CONNECT_TIME: Duration = Duration::from_secs(20);

/// A connection that is `disconnected` often comes back by itself within a second or two.
const RESTART_AFTER: Duration = Duration::from_millis(2_500);

/// The polite side sees it as late again: two restarts that cross would be one in vain.
const POLITE_DELAY: Duration = Duration::from_millis(400);

/// A restart that changed nothing is tried again after so long: a new network may not
/// have had its address yet.
const RESTART_AGAIN: Duration = Duration::from_secs(4);

/// A network that comes and goes in a broken path makes no more restarts than this.
const ONLINE_AGAIN: Duration = Duration::from_millis(500);

/// How often a connection without a picture is restarted, where a new one had none either.
const BLIND_RESTART: Duration = Duration::from_secs(20);

/// The time for a broken connection to mend before a new one is made.
const MEND_TIME: Duration = Duration::from_secs(10);

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
        Signal::Findings { findings, .. } => findings.errors.len() <= MAX_ERRORS,
        Signal::ConnectionFailed { .. } | Signal::Media { .. } | Signal::Leave => true,
    }
}

#[derive(Debug)]
pub(crate) struct Pair {
    pub(crate) id: PairId,
    pub(crate) connection: ConnectionId,
    polite: bool,
    negotiation: Negotiation,
    state: ConnectionState,
    since: Time,
    /// It was connected once.
    ever: bool,
    /// It was connected for [`STABLE`] once.
    stable: bool,
    trouble: Option<Trouble>,
    restarted_at: Option<Time>,
    channel: bool,
    /// For offers that the other side makes within the attempt.
    budget: Budget,
    pub(crate) health: Health,
    findings: Findings,
    theirs: Option<Findings>,
    inspections: usize,
    pub(crate) quality: Quality,
    /// How often statistics are taken.
    sampled: Option<Duration>,
}

/// A connection that was well and is not.
#[derive(Clone, Copy, Debug)]
struct Trouble {
    since: Time,
    restart_at: Time,
    /// The browser calls it connected, but no frames come.
    stalled: bool,
    /// A restart, as Firefox shows one: it looks for a path while it uses the one that it has.
    /// From when on that is worth a word. None where the path broke.
    seen_at: Option<Time>,
}

impl Pair {
    pub(crate) fn new(
        id: PairId,
        connection: ConnectionId,
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
            connection,
            polite,
            negotiation: Negotiation::new(polite),
            state: ConnectionState::New,
            since: now,
            ever: false,
            stable: false,
            trouble: None,
            restarted_at: None,
            channel: false,
            budget: Budget::of_one(),
            health: Health::default(),
            findings: Findings { stun: has("stun"), turn: has("turn"), ..Findings::default() },
            theirs: None,
            inspections: 0,
            quality: Quality::new(sends),
            sampled: None,
        }
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.state == ConnectionState::Connected
    }

    /// Connected, for all that a person sees.
    pub(crate) fn seems_connected(&self, now: Time) -> bool {
        let looks = |trouble: Trouble| trouble.seen_at.is_some_and(|at| now < at);
        self.is_connected() || self.trouble.is_some_and(looks)
    }

    /// Connected, and nothing is wrong with it.
    pub(crate) fn is_well(&self) -> bool {
        self.is_connected() && self.trouble.is_none()
    }

    /// Whether it has been connected for long enough that a failure now is a new one.
    pub(crate) fn was_stable(&self, now: Time) -> bool {
        self.stable || (self.is_well() && now.saturating_sub(self.since) >= STABLE)
    }

    /// Since when it is connected.
    pub(crate) fn connected_since(&self) -> Option<Time> {
        self.is_connected().then_some(self.since)
    }

    /// Whether it was connected once.
    pub(crate) const fn was_connected(&self) -> bool {
        self.ever
    }

    /// Whether messages can go over the data channel, if perhaps in vain.
    pub(crate) const fn has_channel(&self) -> bool {
        self.channel
    }

    /// Whether the data channel is the best way: nothing hints that its path is broken.
    pub(crate) fn prefers_channel(&self, now: Time) -> bool {
        self.channel && self.is_well() && !self.restarted_lately(now)
    }

    fn restarted_lately(&self, now: Time) -> bool {
        self.restarted_at.is_some_and(|at| now.saturating_sub(at) < RESTART_AGAIN)
    }

    /// What both sides know of why this does not connect, where that takes long enough to
    /// be told.
    pub(crate) fn findings(&self) -> (&Findings, Option<&Findings>) {
        (&self.findings, self.theirs.as_ref())
    }

    /// Whether it takes so long that the person should be told why.
    pub(crate) fn takes_long(&self, now: Time) -> bool {
        !self.ever && now >= self.since + TELL_AFTER
    }

    /// Frames that should come don't, though the browser calls it connected.
    pub(crate) fn is_stalled(&self) -> bool {
        self.trouble.is_some_and(|trouble| trouble.stalled)
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
                count(&mut self.findings.received);
                self.negotiation.candidate(candidate);
            }
            Signal::Findings { findings, .. } => self.theirs = Some(findings),
            Signal::ConnectionFailed { .. } | Signal::Media { .. } | Signal::Leave => {}
        }
        true
    }

    /// Something happened to the peer connection. What comes back is for the other side.
    pub(crate) fn handle(&mut self, now: Time, event: PairEvent) -> Option<Signal> {
        match event {
            PairEvent::NegotiationNeeded => self.negotiation.needed(),
            PairEvent::LocalDescription(result) => {
                if let Ok(description) = &result {
                    self.quality.described(&description.sdp);
                }
                self.negotiation.local_set(result);
            }
            PairEvent::RemoteDescription(result) => self.negotiation.remote_set(result),
            PairEvent::CandidateFound(candidate) => return Some(self.found(candidate)),
            PairEvent::GatheringDone => self.findings.gathered = true,
            PairEvent::CandidateError(code) => {
                let errors = &mut self.findings.errors;
                if errors.len() < MAX_ERRORS && !errors.contains(&code) {
                    errors.push(code);
                }
            }
            PairEvent::ConnectionState(state) => self.became(now, state),
            PairEvent::ChannelOpened => self.channel = true,
            PairEvent::ChannelClosed => self.channel = false,
            // The session's business.
            PairEvent::ChannelMessage(_) | PairEvent::Probe(_) => {}
            PairEvent::ProbeOpened => self.quality.channel_opened(),
            PairEvent::Outbound(sample) => self.quality.sample(now, &sample),
            PairEvent::Sample(sample) => self.health.sample(now, sample),
            PairEvent::Inspected(paths) => return self.inspected(paths),
        }
        None
    }

    fn became(&mut self, now: Time, state: ConnectionState) {
        if state == self.state {
            return;
        }
        self.stable = self.was_stable(now);
        // While it is not connected the first time, the clock goes on: `checking` and back.
        if self.ever || state == ConnectionState::Connected {
            self.since = now;
        }
        self.state = state;
        match state {
            ConnectionState::Connected => {
                if !self.ever {
                    self.health.begin_anew(now);
                }
                self.ever = true;
                self.theirs = None;
                if let Some(Trouble { seen_at, .. }) = self.trouble.take_if(|it| !it.stalled)
                    && seen_at.is_none()
                {
                    self.health.begin_anew(now);
                }
            }
            _ if self.ever && self.trouble.is_none() => {
                let delay = if self.polite { POLITE_DELAY } else { Duration::ZERO };
                let restart_at = now + RESTART_AFTER + delay;
                let looks = state == ConnectionState::Connecting;
                let seen_at = looks.then_some(now + RESTART_AFTER);
                self.trouble = Some(Trouble { since: now, restart_at, stalled: false, seen_at });
            }
            ConnectionState::Connecting => {}
            _ => {
                if let Some(trouble) = &mut self.trouble {
                    trouble.seen_at = None;
                }
            }
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
        let last = self.restarted_at.map_or(self.since, |at| at.max(self.since));
        if missing && blind && now >= last + BLIND_RESTART {
            self.restart(now, commands);
        }
        match self.trouble {
            None if stalled && self.is_connected() => {
                let delay = if self.polite { Duration::ZERO } else { POLITE_DELAY };
                let restart_at = now + delay;
                let trouble = Trouble { since: now, restart_at, stalled: true, seen_at: None };
                self.trouble = Some(trouble);
            }
            Some(trouble) if trouble.stalled && !stalled => {
                // What is left, if anything, is a path that broke meanwhile.
                let broken = Trouble { stalled: false, ..trouble };
                self.trouble = (!self.is_connected()).then_some(broken);
            }
            _ => {}
        }
    }

    /// The network changed, or came back.
    pub(crate) fn online(&mut self, now: Time, commands: &mut VecDeque<Command>) {
        // One that was made without a network, or in the old one, found nothing.
        let pause = if self.trouble.is_some() { ONLINE_AGAIN } else { RESTART_AGAIN };
        let recent = self.restarted_at.is_some_and(|at| now.saturating_sub(at) < pause);
        if self.ever && !recent {
            self.restart(now, commands);
        }
    }

    fn restart(&mut self, now: Time, commands: &mut VecDeque<Command>) {
        self.restarted_at = Some(now);
        self.findings.gathered = false;
        if let Some(trouble) = &mut self.trouble {
            trouble.restart_at = now + RESTART_AGAIN;
        }
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
        if heard.is_some() && self.trouble.is_some_and(|trouble| now >= trouble.restart_at) {
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
        if self.ever || self.state == ConnectionState::Failed {
            return None;
        }
        INSPECT_AT.get(self.inspections).map(|wait| self.since + *wait)
    }

    /// When [`Pair::advance`] or [`Pair::expired`] has something to do, or what is shown
    /// changes.
    pub(crate) fn next_timeout(&self, now: Time, heard: Option<Time>) -> Option<Time> {
        let restart = self.trouble.filter(|_| heard.is_some()).map(|trouble| trouble.restart_at);
        let tell = Some(self.since + TELL_AFTER).filter(|at| !self.ever && *at > now);
        let flow = self.health.next_timeout(now).filter(|_| self.ever);
        let soft = self.trouble.and_then(|trouble| trouble.seen_at).filter(|at| *at > now);
        let stable = Some(self.since + STABLE).filter(|at| self.is_well() && *at > now);
        let probe = self.quality.next_timeout();
        [self.deadline(heard), restart, self.inspect_at(), tell, flow, soft, stable, probe]
            .into_iter()
            .flatten()
            .min()
    }

    /// Whether this attempt has failed, or taken too long.
    pub(crate) fn expired(&self, now: Time, heard: Option<Time>) -> bool {
        matches!(self.state, ConnectionState::Failed | ConnectionState::Closed)
            || self.deadline(heard).is_some_and(|deadline| now >= deadline)
    }

    /// While the other side can't be told of a new attempt, the old one may as well mend; when
    /// it can again, an ICE restart has its time first.
    fn deadline(&self, heard: Option<Time>) -> Option<Time> {
        if let Some(trouble) = self.trouble {
            return heard.map(|since| (trouble.since + MEND_TIME).max(since + RESTART_AGAIN));
        }
        (!self.ever).then_some(self.since + CONNECT_TIME)
    }

    /// For how long it has been in its state, in milliseconds.
    pub(crate) fn age(&self, now: Time) -> u128 {
        now.saturating_sub(self.since).as_millis()
    }

    fn inspected(&mut self, paths: Paths) -> Option<Signal> {
        self.findings.paths = paths;
        // What a server has not said by the last look it won't say in time. A browser goes on
        // asking for half a minute.
        self.findings.gathered |= self.inspections >= INSPECT_AT.len();
        let (connection, findings) = (self.connection, self.findings.clone());
        (!self.is_connected()).then_some(Signal::Findings { connection, findings })
    }

    fn found(&mut self, candidate: Candidate) -> Signal {
        // `… typ host …` (RFC 8839, section 5.1).
        let mut words = candidate.candidate.split_ascii_whitespace();
        let kind = words.find(|word| *word == "typ").and_then(|_| words.next());
        match kind {
            Some("host") => count(&mut self.findings.host),
            Some("srflx" | "prflx") => count(&mut self.findings.reflexive),
            Some("relay") => count(&mut self.findings.relayed),
            _ => {}
        }
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

const fn count(counter: &mut u16) {
    *counter = counter.saturating_add(1);
}
