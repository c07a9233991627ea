//! Offer and answer between two peers, from either side at any time.
//!
//! This is the W3C's perfect negotiation (WebRTC 1.0, section 10.7). The flags of
//! its example are here as follows:
//!
//! - *Making offer* and *setting remote answer pending* exist there because events
//!   arrive while the browser still works. Here one operation runs at a time
//!   (`running`) and what arrives meanwhile waits in line (`inbox`), so that an
//!   offer that comes while an answer is being set finds the state stable, as it
//!   must, and one that comes while an offer is being made finds that offer made.
//! - *Ignore offer* is the rule for the impolite side in [`Negotiation::offer`].
//!
//! Messages arrive once and in order (that is the business of a stream between the two
//! pages). Beyond the example, rounds tell what is out of date even so, from a
//! peer that doesn't keep to the rules as well: a round is a Lamport clock, an offer's is higher
//! than every round that its side has used or agreed to. So two offers that cross have
//! the same round; an offer of a lower one was withdrawn, or taken already.
//!
//! The connection decides which peers and which attempt these are, and when to give up.

use std::collections::VecDeque;

use sightline_protocol::Candidate;
use sightline_protocol::limits::MAX_CANDIDATES;

use crate::event::{Description, DescriptionKind, SetFailed};

/// How many messages may wait for the browser: a generation's candidates, an offer
/// and an answer, and some to spare. More is a peer gone mad.
const MAX_INBOX: usize = MAX_CANDIDATES + 16;

/// The round of an attempt's first offer.
pub(crate) const FIRST_ROUND: u32 = 1;

/// What a negotiation wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// `setLocalDescription()`, then [`Negotiation::local_set`].
    SetLocal,
    /// `setRemoteDescription()`, then [`Negotiation::remote_set`].
    SetRemote(Description),
    /// `addIceCandidate()`.
    AddCandidate(Candidate),
    /// Send the description to the other side.
    Send {
        /// Which offer it is, or answers.
        round: u32,
        /// The description.
        description: Description,
    },
    /// The two can't agree: begin anew with a new peer connection.
    GiveUp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    MakeOffer,
    TakeOffer {
        round: u32,
    },
    MakeAnswer {
        round: u32,
    },
    TakeAnswer,
    /// Makes an offer that is answered here.
    Refresh,
}

#[derive(Clone, Debug)]
enum Inbound {
    Offer { round: u32, sdp: String },
    Answer { round: u32, sdp: String },
    Candidate(Candidate),
}

/// The negotiation of one peer connection.
#[derive(Debug)]
pub struct Negotiation {
    polite: bool,
    running: Option<Operation>,
    inbox: VecDeque<Inbound>,
    needed: bool,
    /// The round of our offer that has no answer yet (`have-local-offer`).
    pending: Option<u32>,
    /// The last offer that we made.
    round_out: u32,
    /// The last offer that we took.
    round_in: u32,
    /// What names the ICE generation of the last description that this side made.
    generation: Option<String>,
    /// The last description of the other side, where it was an answer.
    answer: Option<String>,
    /// A refresh is under way.
    refreshing: bool,
    /// A remote description is set: candidates can be added.
    has_remote: bool,
    /// Candidates that came before it.
    early: Vec<Candidate>,
    /// Candidates taken since the last description.
    candidates: usize,
    actions: VecDeque<Action>,
}

impl Negotiation {
    /// Of the two sides one is polite: where offers cross, its own gives way.
    #[must_use]
    pub fn new(polite: bool) -> Self {
        Self {
            polite,
            running: None,
            inbox: VecDeque::new(),
            needed: false,
            pending: None,
            round_out: 0,
            round_in: 0,
            generation: None,
            answer: None,
            refreshing: false,
            has_remote: false,
            early: Vec::new(),
            candidates: 0,
            actions: VecDeque::new(),
        }
    }

    /// The next thing to do, in order.
    pub fn poll(&mut self) -> Option<Action> {
        self.actions.pop_front()
    }

    /// `negotiationneeded` fired.
    pub fn needed(&mut self) {
        self.needed = true;
        self.advance();
    }

    /// Applies the last answer once more, as what this side makes of it has changed. It needs an offer,
    /// which the other side never hears of: it would say the same as before. Does nothing where
    /// something else is under way.
    pub fn refresh(&mut self) {
        let idle = self.running.is_none() && self.inbox.is_empty();
        if idle && !self.needed && self.pending.is_none() && self.answer.is_some() {
            self.refreshing = true;
            self.running = Some(Operation::Refresh);
            self.actions.push_back(Action::SetLocal);
        }
    }

    /// Whether a refresh is under way, or is what this failed by.
    #[must_use]
    pub const fn is_refreshing(&self) -> bool {
        self.refreshing
    }

    /// An offer came.
    pub fn offer(&mut self, round: u32, sdp: String) {
        self.receive(Inbound::Offer { round, sdp });
    }

    /// An answer came.
    pub fn answer(&mut self, round: u32, sdp: String) {
        self.receive(Inbound::Answer { round, sdp });
    }

    /// A candidate came. It waits until there is a description that it belongs to.
    pub fn candidate(&mut self, candidate: Candidate) {
        self.receive(Inbound::Candidate(candidate));
    }

    /// `setLocalDescription()` is done.
    pub fn local_set(&mut self, result: Result<Description, SetFailed>) {
        let generation = result.as_ref().ok().map(|it| ice_generation(&it.sdp));
        let before = generation.and_then(|it| self.generation.replace(it));
        match (self.running.take(), result) {
            (Some(Operation::Refresh), Ok(Description { kind: DescriptionKind::Offer, .. }))
                if before == self.generation =>
            {
                let sdp = self.answer.clone().unwrap_or_default();
                self.running = Some(Operation::TakeAnswer);
                let kind = DescriptionKind::Answer;
                self.actions.push_back(Action::SetRemote(Description { kind, sdp }));
            }
            (
                // ICE was restarted in the same moment: the other side has to know.
                Some(Operation::MakeOffer | Operation::Refresh),
                Ok(Description { kind: DescriptionKind::Offer, sdp }),
            ) => {
                if let Some(round) = self.round_out.max(self.round_in).checked_add(1) {
                    self.round_out = round;
                    self.pending = Some(round);
                    self.send(round, DescriptionKind::Offer, sdp);
                } else {
                    // No number is left that the other side would take for a new offer.
                    self.give_up();
                }
            }
            (
                Some(Operation::MakeAnswer { round }),
                Ok(Description { kind: DescriptionKind::Answer, sdp }),
            ) => {
                self.send(round, DescriptionKind::Answer, sdp);
            }
            _ => self.give_up(),
        }
        self.advance();
    }

    /// `setRemoteDescription()` is done.
    pub fn remote_set(&mut self, result: Result<(), SetFailed>) {
        match (self.running.take(), result) {
            (Some(Operation::TakeOffer { round }), Ok(())) => {
                // If an offer of ours was pending, the browser has rolled it back.
                self.pending = None;
                self.add_early();
                self.running = Some(Operation::MakeAnswer { round });
                self.actions.push_back(Action::SetLocal);
            }
            (Some(Operation::TakeAnswer), Ok(())) => {
                self.refreshing = false;
                self.pending = None;
                self.add_early();
            }
            _ => self.give_up(),
        }
        self.advance();
    }

    fn receive(&mut self, inbound: Inbound) {
        if self.inbox.len() < MAX_INBOX {
            self.inbox.push_back(inbound);
        } else if !matches!(inbound, Inbound::Candidate(_)) {
            // Without it the two would wait for each other.
            self.give_up();
        }
        self.advance();
    }

    /// Does whatever can be done now. What came from the other side goes first:
    /// answering an offer is better than crossing it with one of ours.
    fn advance(&mut self) {
        while self.running.is_none() {
            match self.inbox.pop_front() {
                Some(Inbound::Offer { round, sdp }) => self.take_offer(round, sdp),
                Some(Inbound::Answer { round, sdp }) => self.take_answer(round, sdp),
                Some(Inbound::Candidate(candidate)) => self.take_candidate(candidate),
                None if self.needed && self.pending.is_none() => {
                    self.needed = false;
                    self.running = Some(Operation::MakeOffer);
                    self.actions.push_back(Action::SetLocal);
                }
                None => break,
            }
        }
    }

    fn take_offer(&mut self, round: u32, sdp: String) {
        if round <= self.round_in {
            return;
        }
        let takes = match self.pending {
            // They cross. Ours gives way where we are polite; where not, theirs is
            // ignored for good: the polite side withdraws it when ours arrives.
            Some(ours) if ours == round => self.polite,
            // Lower: withdrawn. Higher: not from one that keeps to the rules.
            Some(_) => false,
            None => round > self.round_out,
        };
        if !takes {
            return;
        }
        self.round_in = round;
        self.candidates = 0;
        self.answer = None;
        self.running = Some(Operation::TakeOffer { round });
        self.actions
            .push_back(Action::SetRemote(Description { kind: DescriptionKind::Offer, sdp }));
    }

    fn take_answer(&mut self, round: u32, sdp: String) {
        if self.pending == Some(round) {
            self.candidates = 0;
            self.answer = Some(sdp.clone());
            self.running = Some(Operation::TakeAnswer);
            self.actions
                .push_back(Action::SetRemote(Description { kind: DescriptionKind::Answer, sdp }));
        }
    }

    fn take_candidate(&mut self, candidate: Candidate) {
        // More than any browser finds: not from one of our pages.
        if self.candidates >= MAX_CANDIDATES {
            return;
        }
        self.candidates += 1;
        if self.has_remote {
            self.actions.push_back(Action::AddCandidate(candidate));
        } else {
            self.early.push(candidate);
        }
    }

    fn add_early(&mut self) {
        self.has_remote = true;
        self.actions.extend(self.early.drain(..).map(Action::AddCandidate));
    }

    fn send(&mut self, round: u32, kind: DescriptionKind, sdp: String) {
        let description = Description { kind, sdp };
        self.actions.push_back(Action::Send { round, description });
    }

    fn give_up(&mut self) {
        self.inbox.clear();
        self.needed = false;
        self.actions.push_back(Action::GiveUp);
    }
}

/// What changes with each ICE restart (RFC 8839, section 5.4).
fn ice_generation(sdp: &str) -> String {
    let line = sdp.lines().find_map(|line| line.strip_prefix("a=ice-ufrag:"));
    line.unwrap_or_default().to_owned()
}

#[cfg(test)]
#[path = "negotiation_tests.rs"]
mod tests;
