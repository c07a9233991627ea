//! Two peer connections of one page, wired to each other by hand.

use std::cell::RefCell;
use std::rc::Rc;

use sightline_protocol::{Candidate, IceServer};
use sightline_web::{PeerConnection, PeerEvent, PeerState, RemoteTrack};

use crate::support::until;

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
}

impl Side {
    pub(crate) fn new() -> Self {
        let inbox: Rc<RefCell<Vec<PeerEvent>>> = Rc::default();
        let kept = Rc::clone(&inbox);
        let report = move |event| kept.borrow_mut().push(event);
        let connection = PeerConnection::new(&[], report).unwrap();
        let (candidates, tracks) = (Vec::new(), Vec::new());
        Self { connection, inbox, state: PeerState::New, needed: 0, candidates, tracks }
    }

    /// One that has something to send, and has noticed that it needs to negotiate.
    pub(crate) async fn sending() -> Self {
        let mut side = Self::new();
        side.connection.prepare_to_send();
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

    /// How many frames the receiver has decoded.
    pub(crate) async fn frames(&self) -> u64 {
        self.receiver.connection.frames_decoded().await.unwrap_or(0)
    }

    /// Waits until the receiver has decoded more frames than `than`.
    pub(crate) async fn until_more_frames(&self, than: u64) -> u64 {
        let begin = sightline_web::now();
        loop {
            let frames = self.frames().await;
            if frames > than {
                return frames;
            }
            assert!(sightline_web::now() - begin < crate::support::PATIENCE, "no frames");
            sightline_web::sleep(std::time::Duration::from_millis(20)).await;
        }
    }
}

/// An offer and its answer.
pub(crate) async fn agree(from: &Side, to: &Side) {
    let offer = from.connection.set_local_description().await.unwrap();
    to.connection.set_remote_description(&offer).await.unwrap();
    let answer = to.connection.set_local_description().await.unwrap();
    from.connection.set_remote_description(&answer).await.unwrap();
}

/// A server with these addresses.
pub(crate) fn server(urls: &[&str]) -> IceServer {
    IceServer { urls: urls.iter().map(|&url| url.to_owned()).collect() }
}
