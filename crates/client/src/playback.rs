//! The others' pictures and sound: a stream for each of them, and the page's elements that
//! play them.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use sightline_protocol::{PeerId, TrackState};
use sightline_session::{PeerView, View};
use sightline_web::{Played, RemoteStream, RemoteTrack, VideoSink};

use crate::state::{PlaybackClick, SharedState};

/// Plays what the others send. Dropping it takes the streams off their elements.
#[derive(Clone)]
pub struct Playback {
    held: Rc<RefCell<Held>>,
    state: SharedState,
}

#[derive(Default)]
struct Held {
    /// One a peer, whichever connection its tracks come over.
    streams: Vec<(PeerId, Rc<RemoteStream>)>,
    screens: Vec<Screen>,
    /// Told apart, as one may go while it begins to play.
    next: u32,
    /// The browser wants a click before it lets sound out. Until then all stay muted: a browser
    /// pauses what plays when sound is turned on too early.
    muted: bool,
}

/// An element, and what it shows.
struct Screen {
    id: u32,
    sink: VideoSink,
    /// Whose picture it shows.
    peer: Option<PeerId>,
    /// Shows whoever was the last to send something.
    any: bool,
    click: PlaybackClick,
}

impl Playback {
    /// A player without an element.
    pub(crate) fn new(state: SharedState) -> Self {
        Self { held: Rc::default(), state }
    }

    /// Takes an element of the page, once it is there: for one peer's picture, or for
    /// whoever sends one.
    pub fn attach(&self, peer: Option<PeerId>, sink: Option<VideoSink>) {
        let Some(sink) = sink else { return };
        let mut held = self.held.borrow_mut();
        // A tile that is made anew: the one before may still play, unseen.
        held.screens.retain(|screen| screen.any || screen.peer != peer || peer.is_none());
        held.next += 1;
        let (id, click) = (held.next, PlaybackClick::default());
        let shown = peer.or_else(|| held.streams.last().map(|(peer, _)| *peer));
        held.screens.push(Screen { id, sink, peer: shown, any: peer.is_none(), click });
        drop(held);
        self.play_those(&|screen| screen.id == id);
    }

    /// Takes a track that a peer sends.
    pub(crate) fn take(&self, peer: PeerId, track: &RemoteTrack) {
        if let Some(stream) = self.stream(peer) {
            stream.take(track);
        }
    }

    /// Stays at a peer's last picture, as its connection is about to be closed.
    pub(crate) fn hold(&self, peer: PeerId) {
        let held = self.held.borrow();
        held.screens.iter().filter(|one| one.peer == Some(peer)).for_each(|one| one.sink.hold());
    }

    /// Forgets those who are not in the room any more, with their elements.
    pub(crate) fn keep(&self, view: &View) {
        let known = |id: PeerId| view.peers.iter().any(|peer| peer.peer == id);
        let mut held = self.held.borrow_mut();
        held.streams.retain(|(peer, _)| known(*peer));
        held.screens.retain(|screen| screen.any || screen.peer.is_none_or(known));
        for screen in &mut held.screens {
            if screen.peer.is_some_and(|peer| !known(peer)) {
                screen.sink.clear();
                (screen.peer, screen.click) = (None, PlaybackClick::NotNeeded);
            }
        }
        let streams = held.streams.clone();
        drop(held);
        for (id, stream) in streams {
            let peer = view.peers.iter().find(|peer| peer.peer == id);
            let sends =
                |peer: &PeerView| matches!(peer.video, TrackState::On | TrackState::Unknown);
            stream.expect_video(peer.is_some_and(sends));
        }
        self.tell();
    }

    /// The person wants sound: plays all with it if the browser allows that, otherwise without. A
    /// click makes it allow it.
    pub fn play(&self) {
        self.held.borrow_mut().muted = false;
        self.play_those(&|_| true);
    }

    /// Plays on what stands still: the page was hidden, and its system may have paused it.
    pub(crate) fn play_on(&self) {
        self.play_those(&|screen| screen.sink.is_stopped());
    }

    fn play_those(&self, which: &dyn Fn(&Screen) -> bool) {
        let held = self.held.borrow();
        for (peer, stream) in &held.streams {
            held.screens
                .iter()
                .filter(|screen| screen.peer == Some(*peer) && which(screen))
                .for_each(|screen| self.begin(screen, stream, held.muted));
        }
    }

    /// Something of this peer's has come.
    fn changed(&self, peer: PeerId) {
        for screen in &mut self.held.borrow_mut().screens {
            if screen.any {
                screen.peer = Some(peer);
            }
        }
        self.play_those(&|screen| screen.peer == Some(peer));
    }

    fn begin(&self, screen: &Screen, stream: &RemoteStream, muted: bool) {
        let (player, id) = (self.downgrade(), screen.id);
        screen.sink.play(stream, muted, move |played| {
            let click = match played {
                Played::WithSound => PlaybackClick::NotNeeded,
                Played::Muted => PlaybackClick::ForSound,
                Played::Blocked => PlaybackClick::ForAll,
                Played::Not => return,
            };
            let Some(player) = player() else { return };
            {
                let mut held = player.held.borrow_mut();
                held.muted |= played == Played::Muted || played == Played::Blocked;
                held.screens.iter_mut().filter(|screen| screen.id == id).for_each(|screen| {
                    screen.click = click;
                });
            }
            player.tell();
        });
    }

    /// One click is enough for all.
    fn tell(&self) {
        let worst = self.held.borrow().screens.iter().map(|screen| screen.click).max();
        let click = worst.unwrap_or_default();
        self.state.update(|state| state.click = click);
    }

    fn stream(&self, peer: PeerId) -> Option<Rc<RemoteStream>> {
        let known = |held: &Held| {
            let (_, stream) = held.streams.iter().find(|(known, _)| *known == peer)?;
            Some(Rc::clone(stream))
        };
        if let Some(stream) = known(&self.held.borrow()) {
            return Some(stream);
        }
        let player = self.downgrade();
        let changed = move || {
            if let Some(player) = player() {
                player.changed(peer);
            }
        };
        let stream = Rc::new(RemoteStream::new(changed).ok()?);
        self.held.borrow_mut().streams.push((peer, Rc::clone(&stream)));
        Some(stream)
    }

    /// For closures that the player itself holds: they must not keep it.
    fn downgrade(&self) -> impl Fn() -> Option<Self> + 'static {
        let held: Weak<RefCell<Held>> = Rc::downgrade(&self.held);
        let state = self.state.clone();
        move || Some(Self { held: held.upgrade()?, state: state.clone() })
    }
}
