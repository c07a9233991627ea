//! Two peer connections of one page, wired to each other by hand.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use sightline_protocol::{Candidate, IceServer, Payload};
use sightline_web::{
    Description, Direction, PeerConnection, PeerEvent, PeerState, ProbeMessage, RemoteTrack,
    Sample, ScriptError,
};

use crate::support::{PATIENCE, sleep, told, until};

/// One end, and what it has reported.
pub(crate) struct Side {
    pub(crate) connection: PeerConnection,
    inbox: Rc<RefCell<Vec<PeerEvent>>>,
    pub(crate) state: PeerState,
    /// How often `negotiationneeded` came.
    pub(crate) needed: u32,
    /// Candidates that the other side doesn't have yet.
    pub(crate) candidates: Vec<Candidate>,
    pub(crate) tracks: Vec<RemoteTrack>,
    /// There are no more candidates.
    pub(crate) gathered: bool,
    pub(crate) errors: Vec<u16>,
    /// Whether the data channel is open.
    pub(crate) open: bool,
    /// What came over it.
    pub(crate) messages: Vec<Payload>,
    /// Whether the probe's channel is open, and what came over it.
    pub(crate) probe_open: bool,
    pub(crate) probed: Vec<ProbeMessage>,
}

impl Side {
    pub(crate) fn new() -> Self {
        let inbox: Rc<RefCell<Vec<PeerEvent>>> = Rc::default();
        let kept = Rc::clone(&inbox);
        let report = move |event| kept.borrow_mut().push(event);
        let connection = PeerConnection::new(&[], report).unwrap();
        Self {
            connection,
            inbox,
            state: PeerState::New,
            needed: 0,
            candidates: Vec::new(),
            tracks: Vec::new(),
            gathered: false,
            errors: Vec::new(),
            open: false,
            messages: Vec::new(),
            probe_open: false,
            probed: Vec::new(),
        }
    }

    /// One that has something to send, and has noticed that it needs to negotiate.
    pub(crate) async fn sending() -> Self {
        Self::offering(Direction::Send).await
    }

    /// One that has something to send in this direction.
    pub(crate) async fn offering(direction: Direction) -> Self {
        let mut side = Self::new();
        side.connection.prepare_to_send(direction);
        until("it needs to negotiate", || side.sorted().needed > 0).await;
        side
    }

    /// Sorts what was reported since the last time.
    pub(crate) fn sorted(&mut self) -> &mut Self {
        for event in self.inbox.take() {
            match event {
                PeerEvent::NegotiationNeeded => self.needed += 1,
                PeerEvent::Candidate(candidate) => self.candidates.push(candidate),
                PeerEvent::State(state) => self.state = state,
                PeerEvent::Track(track) => self.tracks.push(track),
                PeerEvent::GatheringDone => self.gathered = true,
                PeerEvent::CandidateError(code) => self.errors.push(code),
                PeerEvent::ChannelOpened => self.open = true,
                PeerEvent::ChannelClosed => self.open = false,
                PeerEvent::ChannelMessage(payload) => self.messages.push(payload),
                PeerEvent::ProbeOpened => self.probe_open = true,
                PeerEvent::Probe(message) => self.probed.push(message),
            }
        }
        self
    }

    /// Takes the candidates that the other side has found.
    pub(crate) fn take_candidates(&self, other: &mut Self) {
        for candidate in other.sorted().candidates.drain(..) {
            self.connection.add_candidate(&candidate);
        }
    }
}

/// One that sends and one that receives.
pub(crate) struct Two {
    pub(crate) sender: Side,
    pub(crate) receiver: Side,
}

impl Two {
    /// Two that know nothing of each other yet.
    pub(crate) async fn new() -> Self {
        Self { sender: Side::sending().await, receiver: Side::new() }
    }

    /// Two that are connected, over which nothing is sent.
    pub(crate) async fn connected() -> Self {
        let mut two = Self::new().await;
        agree(&two.sender, &two.receiver).await;
        two.until_connected().await;
        two
    }

    /// Hands candidates over until both say that they are connected.
    pub(crate) async fn until_connected(&mut self) {
        until("the two are connected", || {
            self.sender.take_candidates(&mut self.receiver);
            self.receiver.take_candidates(&mut self.sender);
            let states = [self.sender.sorted().state, self.receiver.sorted().state];
            assert!(!states.contains(&PeerState::Failed), "{states:?}");
            states == [PeerState::Connected; 2]
        })
        .await;
    }

    /// Two members of a call that are connected.
    pub(crate) async fn members() -> Self {
        let sender = Side::offering(Direction::Both).await;
        let receiver = Side::new();
        receiver.connection.answer_both_ways();
        let mut two = Self { sender, receiver };
        agree(&two.sender, &two.receiver).await;
        two.until_connected().await;
        two
    }

    /// How many frames the receiver has decoded.
    pub(crate) async fn frames(&self) -> u64 {
        self.receiver.sample().await.frames
    }

    /// Waits until the receiver has decoded more frames than `than`. Candidates that come
    /// meanwhile are handed over.
    pub(crate) async fn until_more_frames(&mut self, than: u64) -> u64 {
        let begin = sightline_web::now();
        loop {
            self.hand_over();
            let sample = self.receiver.sample().await;
            if sample.frames > than {
                return sample.frames;
            }
            let waited = sightline_web::now() - begin;
            assert!(
                waited < PATIENCE,
                "{sample:?}, {:?} {:?}",
                self.sender.state,
                self.receiver.state
            );
            sleep(Duration::from_millis(20)).await;
        }
    }

    fn hand_over(&mut self) {
        self.sender.take_candidates(&mut self.receiver);
        self.receiver.take_candidates(&mut self.sender);
    }

    /// From now on only what is gathered anew counts.
    pub(crate) fn forget_gathered(&mut self) {
        self.sender.sorted().gathered = false;
        self.receiver.sorted().gathered = false;
    }

    /// Both have found all their candidates.
    pub(crate) const fn has_gathered(&self) -> bool {
        self.sender.gathered && self.receiver.gathered
    }

    /// Hands over whatever candidates there are, until something holds.
    pub(crate) async fn trickle_until(&mut self, what: &str, holds: impl Fn(&Self) -> bool) {
        until(what, || {
            self.hand_over();
            holds(self)
        })
        .await;
    }
}

impl Side {
    /// What it has received.
    pub(crate) async fn sample(&self) -> Sample {
        told(|done| self.connection.sample(done)).await.unwrap_or_default()
    }

    /// Waits until it has decoded more frames than `than`.
    pub(crate) async fn until_more_frames(&self, than: u64) -> u64 {
        self.until_sample("more frames", |sample| sample.frames > than).await.frames
    }

    /// Waits until no frame comes any more: not even one in a second, as of a black picture.
    pub(crate) async fn until_no_more_frames(&self) -> u64 {
        let (begin, mut frames) = (sightline_web::now(), self.sample().await.frames);
        loop {
            sleep(Duration::from_millis(1_500)).await;
            let before = std::mem::replace(&mut frames, self.sample().await.frames);
            if frames == before {
                return frames;
            }
            assert!(sightline_web::now() - begin < PATIENCE, "{frames} frames, and more to come");
        }
    }

    /// Waits for a sample.
    pub(crate) async fn until_sample(&self, what: &str, holds: impl Fn(Sample) -> bool) -> Sample {
        let begin = sightline_web::now();
        loop {
            let sample = self.sample().await;
            if holds(sample) {
                return sample;
            }
            assert!(sightline_web::now() - begin < PATIENCE, "{what}: {sample:?}");
            sleep(Duration::from_millis(20)).await;
        }
    }
}

/// An offer and its answer.
pub(crate) async fn agree(from: &Side, to: &Side) {
    let offer = set_local(&from.connection).await.unwrap();
    set_remote(&to.connection, &offer).await.unwrap();
    let answer = set_local(&to.connection).await.unwrap();
    set_remote(&from.connection, &answer).await.unwrap();
}

pub(crate) fn set_local(
    connection: &PeerConnection,
) -> impl Future<Output = Result<Description, ScriptError>> + use<> {
    told(|done| connection.set_local_description(done))
}

pub(crate) fn set_remote(
    connection: &PeerConnection,
    description: &Description,
) -> impl Future<Output = Result<(), ScriptError>> + use<> {
    told(|done| connection.set_remote_description(description, done))
}

/// A server with these addresses.
pub(crate) fn server(urls: &[&str]) -> IceServer {
    IceServer { urls: urls.iter().map(|&url| url.to_owned()).collect() }
}
