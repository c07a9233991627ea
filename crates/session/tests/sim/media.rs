//! What the browsers do by themselves: work off their chains, find candidates,
//! connect, and decode frames.

use std::time::Duration;

use sightline_protocol::Candidate;
use sightline_session::{ConnectionEvent, ConnectionState, Description, Event, Sample};

use super::browser::{Op, Outcome};
use super::{Happening, World};

/// ICE calls a path gone when nothing has come for so long.
const CONSENT: Duration = Duration::from_secs(5);

impl World {
    pub(crate) fn connection_event(&mut self, pc: usize, event: ConnectionEvent) {
        let (page, connection) = (self.pcs[pc].page, self.pcs[pc].connection);
        if self.pcs[pc].open {
            // What happens while a page sleeps it hears of in its sleep: nobody can tell the
            // difference, as nothing that it says gets through.
            self.feed(page, Event::Connection(connection, event));
        }
    }

    pub(crate) fn add_track(&mut self, pc: usize) {
        self.next_track += 1;
        self.pcs[pc].tracks.push(self.next_track);
        if self.pcs[pc].update_negotiation_needed() {
            self.after(Duration::ZERO, Happening::NegotiationTask(pc));
        }
    }

    pub(crate) fn restart_ice(&mut self, pc: usize) {
        self.tally.count("ICE restarted");
        self.pcs[pc].restart = true;
        if self.pcs[pc].update_negotiation_needed() {
            self.after(Duration::ZERO, Happening::NegotiationTask(pc));
        }
    }

    pub(crate) fn negotiation_task(&mut self, pc: usize) {
        if self.pcs[pc].open && self.pcs[pc].negotiation_task() {
            self.note(|world| format!("page {}: negotiationneeded", world.pcs[pc].page));
            self.connection_event(pc, ConnectionEvent::NegotiationNeeded);
        }
    }

    pub(crate) fn chain(&mut self, pc: usize, op: Op) {
        self.pcs[pc].ops.push_back(op);
        if self.pcs[pc].ops.len() == 1 {
            self.begin_op(pc);
        }
    }

    fn begin_op(&mut self, pc: usize) {
        let slowest = if self.dice.percent(5) { 600 } else { 30 };
        let delay = self.dice.millis(0, slowest);
        self.after(delay, Happening::OpDone(pc));
    }

    pub(crate) fn op_done(&mut self, pc: usize) {
        if !self.pcs[pc].open {
            return;
        }
        let refuse = !self.is_calm() && self.dice.percent(self.plan.refuse);
        let gave_way = self.pcs[pc].pending_local.is_some();
        let offer = |op: Option<&Op>| match op {
            Some(Op::SetRemote(id)) => self.descs[*id].answers.is_none(),
            _ => false,
        };
        let glare = gave_way && offer(self.pcs[pc].ops.front());
        let had_none = self.pcs[pc].current.is_none();
        let outcome = self.pcs[pc].finish(pc, &mut self.descs, refuse);
        if refuse && !matches!(outcome, Outcome::Nothing) {
            self.tally.count("description refused");
        } else if glare {
            self.tally.count("glare");
        }
        if !self.pcs[pc].ops.is_empty() {
            self.begin_op(pc);
        } else if self.pcs[pc].chain_emptied() {
            self.after(Duration::ZERO, Happening::NegotiationTask(pc));
        }
        if had_none && self.pcs[pc].current.is_some() {
            self.begin_checks(pc);
        }
        self.review_path(pc);
        match outcome {
            Outcome::Local(result) => {
                if result.is_ok() {
                    self.gather(pc);
                }
                let description =
                    result.map(|id| Description { kind: self.descs[id].kind, sdp: id.to_string() });
                self.connection_event(pc, ConnectionEvent::LocalDescription(description));
            }
            Outcome::Remote(result) => {
                self.connection_event(pc, ConnectionEvent::RemoteDescription(result))
            }
            Outcome::Nothing => {}
        }
    }

    fn gather(&mut self, pc: usize) {
        if std::mem::replace(&mut self.pcs[pc].gathered, true) {
            return;
        }
        let ufrag = self.pcs[pc].ufrag;
        let mut delay = Duration::ZERO;
        for _ in 0..=self.dice.below(3) {
            delay += self.dice.millis(0, 120);
            self.after(delay, Happening::CandidateFound { pc, ufrag, last: false });
        }
        self.after(delay, Happening::CandidateFound { pc, ufrag, last: true });
    }

    pub(crate) fn candidate_found(&mut self, pc: usize, ufrag: u32, last: bool) {
        if self.pcs[pc].ufrag == ufrag && self.pcs[pc].open {
            let (net, number) = (self.pages[self.pcs[pc].page].net, self.pcs[pc].found.len());
            let line = format!("{pc}.{ufrag}.{net}.{number}{}", if last { ".end" } else { "" });
            self.pcs[pc].found.push(line.clone());
            let candidate = Candidate {
                candidate: line,
                sdp_mid: Some("0".to_owned()),
                sdp_m_line_index: Some(0),
                username_fragment: None,
            };
            self.connection_event(pc, ConnectionEvent::CandidateFound(candidate));
        }
    }

    /// The other end, where the descriptions of both say so.
    pub(crate) fn other_end(&self, pc: usize) -> Option<usize> {
        let remote_of = |pc: usize| {
            let (_, remote) = self.pcs[pc].current?;
            Some(self.descs[remote].pc)
        };
        let other = remote_of(pc)?;
        (remote_of(other) == Some(pc)).then_some(other)
    }

    fn begin_checks(&mut self, pc: usize) {
        let token = self.pcs[pc].token;
        let state = ConnectionState::Connecting;
        self.after(Duration::ZERO, Happening::Ice { pc, token, state });
        let delay = self.dice.millis(15_000, 30_000);
        self.after(delay, Happening::Ice { pc, token, state: ConnectionState::Failed });
    }

    /// Looks whether packets go through, now that something has changed.
    pub(crate) fn review_path(&mut self, pc: usize) {
        let Some(other) = self.other_end(pc) else { return };
        let both = [&self.pcs[pc], &self.pcs[other]];
        let awake = both.iter().all(|pc| !self.pages[pc.page].asleep);
        let path = self.paths_cut == 0
            && awake
            && !both.iter().any(|pc| self.plan.blocked == Some(pc.page));
        let reaches = |from: usize, to: usize| {
            self.pcs[from].open
                && self.pcs[from].remote_net == Some(self.pages[self.pcs[to].page].net)
        };
        let up = path && reaches(pc, other) && reaches(other, pc);
        for pc in [pc, other] {
            if self.pcs[pc].open && self.pcs[pc].up != up {
                self.pcs[pc].up = up;
                self.pcs[pc].token += 1;
                let token = self.pcs[pc].token;
                let (state, delay) = if up {
                    self.open_channel(pc);
                    self.flush_channel(pc);
                    (ConnectionState::Connected, self.dice.millis(20, 300))
                } else {
                    let delay = CONSENT + self.dice.millis(15_000, 25_000);
                    let state = ConnectionState::Failed;
                    self.after(delay, Happening::Ice { pc, token, state });
                    (ConnectionState::Disconnected, CONSENT)
                };
                self.after(delay, Happening::Ice { pc, token, state });
            }
        }
    }

    pub(crate) fn review_paths(&mut self) {
        (0..self.pcs.len())
            .filter(|pc| self.pcs[*pc].open)
            .collect::<Vec<_>>()
            .into_iter()
            .for_each(|pc| self.review_path(pc));
    }

    pub(crate) fn close_pc(&mut self, pc: usize) {
        self.pcs[pc].open = false;
        self.review_path(pc);
    }

    pub(crate) fn ice(&mut self, pc: usize, token: u32, state: ConnectionState) {
        if self.pcs[pc].open && self.pcs[pc].token == token && self.pcs[pc].state != state {
            self.pcs[pc].state = state;
            self.note(|world| format!("page {}: {state:?}", world.pcs[pc].page));
            self.connection_event(pc, ConnectionEvent::ConnectionState(state));
        }
    }

    /// Statistics are read twice a second.
    pub(crate) fn frames(&mut self, pc: usize) {
        if !self.pcs[pc].open {
            return;
        }
        self.after(Duration::from_millis(500), Happening::Frames(pc));
        let page = self.pcs[pc].page;
        let shown = self.other_end(pc).is_some_and(|other| {
            let other = &self.pcs[other];
            other.published && self.pages[other.page].gives_picture()
        });
        let at = &mut self.pcs[pc];
        let stuck = at.stuck.is_some_and(|ufrag| ufrag == at.ufrag);
        if at.up && shown && !stuck && at.state == ConnectionState::Connected {
            at.frames += 15;
        }
        if at.state == ConnectionState::Connected && !self.pages[page].asleep {
            let (frames, packets) = (at.frames, at.frames * 4);
            self.connection_event(
                pc,
                ConnectionEvent::Sample(Sample { frames, packets, level: 0 }),
            );
        }
    }
}
