//! A peer connection as browsers have it: the signalling state machine, the chain of
//! operations and the negotiation-needed flag of WebRTC 1.0 (sections 4.4 and 4.7.3),
//! and as much of ICE as a session can see.
//!
//! A description is an index into the world's list of them: `sdp` is that number.

use std::collections::VecDeque;

use sightline_protocol::Payload;
use sightline_session::{ConnectionId, ConnectionState, DescriptionKind, SetFailed, Time};

/// The W3C's `RTCSignalingState`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signalling {
    Stable,
    HaveLocalOffer,
    HaveRemoteOffer,
}

/// What a description says.
#[derive(Clone, Debug)]
pub(crate) struct Desc {
    pub(crate) kind: DescriptionKind,
    /// Whose it is: names the certificate.
    pub(crate) pc: usize,
    pub(crate) ufrag: u32,
    /// The offer that it answers.
    pub(crate) answers: Option<usize>,
    /// The media lines, by track.
    pub(crate) lines: Vec<u32>,
}

#[derive(Clone, Debug)]
pub(crate) enum Op {
    SetLocal,
    SetRemote(usize),
    AddCandidate(String),
}

/// What a finished operation tells its page.
#[derive(Debug)]
pub(crate) enum Outcome {
    Local(Result<usize, SetFailed>),
    Remote(Result<(), SetFailed>),
    Nothing,
}

#[derive(Debug)]
pub(crate) struct Pc {
    pub(crate) page: usize,
    pub(crate) connection: ConnectionId,
    pub(crate) open: bool,
    pub(crate) signalling: Signalling,
    /// The first is under way.
    pub(crate) ops: VecDeque<Op>,
    /// This side's tracks, negotiated or not.
    pub(crate) tracks: Vec<u32>,
    /// What both sides agreed on, in order.
    pub(crate) lines: Vec<u32>,
    pub(crate) pending_local: Option<usize>,
    pub(crate) pending_remote: Option<usize>,
    /// The local and the remote description.
    pub(crate) current: Option<(usize, usize)>,
    negotiation_needed: bool,
    update_on_empty_chain: bool,
    pub(crate) ufrag: u32,
    pub(crate) gathered: bool,
    /// `restartIce()` was called, and nothing agreed on since.
    pub(crate) restart: bool,
    /// The network in which the other side was when it found what it may be reached by.
    pub(crate) remote_net: Option<u32>,
    /// Candidates in the order in which they were found here, and added here.
    pub(crate) found: Vec<String>,
    pub(crate) added: Vec<String>,
    pub(crate) polite: bool,
    /// Packets go through.
    pub(crate) up: bool,
    /// Makes what was foreseen for an earlier state of the path void.
    pub(crate) token: u32,
    pub(crate) state: ConnectionState,
    pub(crate) published: bool,
    pub(crate) frames: u64,
    /// The generation in which media get stuck, though checks go through.
    pub(crate) stuck: Option<u32>,
    pub(crate) channel: Channel,
}

/// The data channel: reliable and in order, for as long as the connection lasts.
#[derive(Debug, Default)]
pub(crate) struct Channel {
    pub(crate) open: bool,
    /// Waits for the path.
    pub(crate) waiting: VecDeque<Payload>,
    pub(crate) last: Time,
}

impl Pc {
    pub(crate) fn new(page: usize, connection: ConnectionId, polite: bool) -> Self {
        Self {
            page,
            connection,
            open: true,
            signalling: Signalling::Stable,
            ops: VecDeque::new(),
            tracks: Vec::new(),
            lines: Vec::new(),
            pending_local: None,
            pending_remote: None,
            current: None,
            negotiation_needed: false,
            update_on_empty_chain: false,
            ufrag: 0,
            gathered: false,
            restart: false,
            remote_net: None,
            found: Vec::new(),
            added: Vec::new(),
            polite,
            up: false,
            token: 0,
            state: ConnectionState::New,
            published: false,
            frames: 0,
            stuck: None,
            channel: Channel::default(),
        }
    }

    /// Whether a track is not agreed on yet.
    pub(crate) fn needs_negotiation(&self) -> bool {
        self.restart || self.tracks.iter().any(|track| !self.lines.contains(track))
    }

    /// Whether nothing is under way.
    pub(crate) fn is_settled(&self) -> bool {
        self.ops.is_empty() && self.signalling == Signalling::Stable && !self.needs_negotiation()
    }

    /// "Update the negotiation-needed flag", first half: whether to queue the task.
    pub(crate) fn update_negotiation_needed(&mut self) -> bool {
        self.update_on_empty_chain = !self.ops.is_empty();
        self.ops.is_empty()
    }

    /// The second half, the task itself: whether `negotiationneeded` fires.
    pub(crate) fn negotiation_task(&mut self) -> bool {
        if !self.ops.is_empty() {
            self.update_on_empty_chain = true;
            return false;
        }
        if self.signalling != Signalling::Stable {
            return false;
        }
        let fires = self.needs_negotiation() && !self.negotiation_needed;
        self.negotiation_needed = self.needs_negotiation();
        fires
    }

    /// The chain has become empty: whether to queue the task after all.
    pub(crate) fn chain_emptied(&mut self) -> bool {
        self.ops.is_empty() && std::mem::take(&mut self.update_on_empty_chain)
    }

    /// Finishes the operation at the head of the chain. `refuse`: the browser does
    /// not want to.
    ///
    /// # Panics
    /// Where a session asks for what it must never ask for.
    pub(crate) fn finish(&mut self, me: usize, descs: &mut Vec<Desc>, refuse: bool) -> Outcome {
        match self.ops.pop_front() {
            None => Outcome::Nothing,
            Some(Op::SetLocal) => Outcome::Local(self.set_local(me, descs, refuse)),
            Some(Op::SetRemote(id)) => Outcome::Remote(self.set_remote(id, descs, refuse)),
            Some(Op::AddCandidate(candidate)) => {
                let remote = self.pending_remote.or(self.current.map(|(_, remote)| remote));
                let remote = remote.expect("a candidate was added before a remote description");
                let desc = &descs[remote];
                // `<pc>.<ufrag>.<net>.<number>`; nothing for the end of them.
                let parts: Vec<u32> = candidate.split('.').filter_map(|p| p.parse().ok()).collect();
                if let [pc, ufrag, net, _] = parts[..]
                    && (pc as usize, ufrag) == (desc.pc, desc.ufrag)
                {
                    self.remote_net = Some(net);
                }
                assert!(!self.added.contains(&candidate), "{candidate} is added twice");
                self.added.push(candidate);
                Outcome::Nothing
            }
        }
    }

    fn set_local(
        &mut self,
        me: usize,
        descs: &mut Vec<Desc>,
        refuse: bool,
    ) -> Result<usize, SetFailed> {
        assert_ne!(self.signalling, Signalling::HaveLocalOffer, "a second offer before an answer");
        if refuse {
            return Err(SetFailed);
        }
        let id = descs.len();
        if self.must_restart(descs) {
            self.ufrag += 1;
            self.gathered = false;
        }
        let ufrag = self.ufrag;
        if let Some(offer) = self.pending_remote.take() {
            let lines = descs[offer].lines.clone();
            let kind = DescriptionKind::Answer;
            descs.push(Desc { kind, pc: me, ufrag, answers: Some(offer), lines: lines.clone() });
            let before = self.current.map(|(local, _)| descs[local].ufrag);
            self.restart &= before.is_some_and(|before| before == ufrag);
            self.agree(lines, id, offer);
        } else {
            let mut lines = self.lines.clone();
            let new = self.tracks.iter().filter(|track| !self.lines.contains(track));
            lines.extend(new);
            descs.push(Desc { kind: DescriptionKind::Offer, pc: me, ufrag, answers: None, lines });
            self.pending_local = Some(id);
            self.signalling = Signalling::HaveLocalOffer;
        }
        Ok(id)
    }

    /// Whether the next description begins another ICE generation: an answer does where
    /// the offer did.
    fn must_restart(&self, descs: &[Desc]) -> bool {
        match (self.pending_remote, self.current) {
            (Some(offer), Some((_, remote))) => descs[offer].ufrag != descs[remote].ufrag,
            (Some(_), None) => false,
            (None, current) => self.restart && current.is_some(),
        }
    }

    fn set_remote(&mut self, id: usize, descs: &[Desc], refuse: bool) -> Result<(), SetFailed> {
        let desc = &descs[id];
        if desc.kind == DescriptionKind::Answer {
            assert_eq!(self.signalling, Signalling::HaveLocalOffer, "an answer in the wrong state");
            assert_eq!(desc.answers, self.pending_local, "an answer to another offer");
        } else if self.signalling == Signalling::HaveLocalOffer {
            assert!(self.polite, "the impolite side gave way");
        }
        assert!(
            self.pending_remote != Some(id) && self.current.is_none_or(|(_, remote)| remote != id),
            "a description is set twice"
        );
        let same_peer = self.current.is_none_or(|(_, remote)| descs[remote].pc == desc.pc);
        if refuse || !same_peer || !desc.lines.starts_with(&self.lines) {
            return Err(SetFailed);
        }
        match (desc.kind, self.pending_local.take()) {
            (DescriptionKind::Answer, Some(offer)) => {
                self.restart &=
                    self.current.is_some_and(|(local, _)| descs[offer].ufrag == descs[local].ufrag);
                self.agree(desc.lines.clone(), offer, id);
            }
            (_, withdrawn) => {
                if withdrawn.is_some() && self.current.is_none() {
                    // Rolled back to nothing: the next generation is another one.
                    self.ufrag += 1;
                    self.gathered = false;
                }
                self.pending_remote = Some(id);
                self.signalling = Signalling::HaveRemoteOffer;
            }
        }
        Ok(())
    }

    fn agree(&mut self, lines: Vec<u32>, local: usize, remote: usize) {
        self.lines = lines;
        self.current = Some((local, remote));
        self.signalling = Signalling::Stable;
        self.negotiation_needed = false;
        self.update_on_empty_chain = true;
    }
}
