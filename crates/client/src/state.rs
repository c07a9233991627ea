//! All that a page shows of a room, in one value.

use std::cell::RefCell;
use std::rc::Rc;

use sightline_protocol::{PeerId, Role, TrackState};
use sightline_session::{Notice, PeerView, Status, View};
use sightline_web::{CaptureError, Device, Facing};

use crate::devices::DeviceState;

/// What a page is made from: written by the client, read by the page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RoomState {
    /// What the session says.
    pub view: View,
    /// The camera and the microphone, as far as they were asked for.
    pub camera: DeviceState,
    /// How each of them stands, as the others are told.
    pub devices: PerDevice<TrackState>,
    /// Which of them the person wants switched off.
    pub off: PerDevice<bool>,
    /// Why one that is wanted does not come.
    pub trouble: PerDevice<Option<CaptureError>>,
    /// Another camera has taken the place of the one that was taken away.
    pub replaced: bool,
    /// Which way the camera looks, where it says so.
    pub facing: Option<Facing>,
    /// How many cameras there are.
    pub cameras: usize,
    /// What the browser wants a click for.
    pub click: PlaybackClick,
}

/// One of something for the camera, one for the microphone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PerDevice<T> {
    /// The camera's.
    pub camera: T,
    /// The microphone's.
    pub microphone: T,
}

impl<T> PerDevice<T> {
    /// The one of this device.
    pub const fn get(&self, device: Device) -> &T {
        match device {
            Device::Camera => &self.camera,
            Device::Microphone => &self.microphone,
        }
    }

    /// The same, to be changed.
    pub const fn get_mut(&mut self, device: Device) -> &mut T {
        match device {
            Device::Camera => &mut self.camera,
            Device::Microphone => &mut self.microphone,
        }
    }
}

/// What is no alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InfoNotice {
    /// The relay is away, and nobody misses it for now.
    RelayAway,
    /// The same, while there is no picture that could go on.
    RelayAwayUnseen,
    /// The sender's microphone was taken away.
    AudioLost,
}

/// What a browser wants a click for before it does it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlaybackClick {
    /// It does all without.
    #[default]
    NotNeeded,
    /// To let the sound out.
    ForSound,
    /// To play anything at all.
    ForAll,
}

/// The state, as the parts of a client share it: each writes what it knows, and the page is told.
#[derive(Clone)]
pub(crate) struct SharedState(Rc<Shared>);

struct Shared {
    state: RefCell<RoomState>,
    on_change: Box<dyn Fn(&RoomState)>,
}

impl SharedState {
    /// A state in which nothing has happened. `on_change` is called after each change.
    pub(crate) fn new(on_change: impl Fn(&RoomState) + 'static) -> Self {
        let on_change = Box::new(on_change);
        Self(Rc::new(Shared { state: RefCell::default(), on_change }))
    }

    /// Reads the state.
    pub(crate) fn with<T>(&self, read: impl FnOnce(&RoomState) -> T) -> T {
        read(&self.0.state.borrow())
    }

    /// Changes the state, and tells the page if anything is different now.
    pub(crate) fn update(&self, change: impl FnOnce(&mut RoomState)) {
        let before = self.0.state.borrow().clone();
        change(&mut self.0.state.borrow_mut());
        let now = self.0.state.borrow().clone();
        // Nothing is borrowed here: the page may call the client.
        if now != before {
            (self.0.on_change)(&now);
        }
    }
}

/// Whether the picture of one of those who are live moves.
fn video_plays(view: &View) -> bool {
    let sends = |peer: &PeerView| matches!(peer.video, TrackState::On | TrackState::Unknown);
    view.peers.iter().any(|peer| peer.status == Status::Live && sends(peer))
}

/// Whether there is a picture of one of those who are live, if one that rests.
pub fn has_video(view: &View) -> bool {
    let rests = |peer: &PeerView| peer.seen && peer.video != TrackState::Off;
    let mut live = view.peers.iter().filter(|peer| peer.status == Status::Live);
    video_plays(view) || live.any(rests)
}

impl RoomState {
    /// Whether there is a picture to share, now or in a moment.
    pub fn has_video(&self) -> bool {
        matches!(self.devices.camera, TrackState::On | TrackState::Paused)
    }

    /// Whether there is sound to share, now or in a moment.
    pub fn has_audio(&self) -> bool {
        matches!(self.devices.microphone, TrackState::On | TrackState::Paused)
    }

    /// Whether a device gives something, as its person wants it to.
    pub fn is_on(&self, device: Device) -> bool {
        let state = *self.devices.get(device);
        matches!(state, TrackState::On | TrackState::Paused) && !*self.off.get(device)
    }

    /// Whether a device is on as far as its person can decide: it is, or they are just being asked.
    pub fn is_wanted(&self, device: Device) -> bool {
        let asking = self.camera == DeviceState::Asking && !*self.off.get(device);
        asking || self.is_on(device)
    }

    /// Whether a sender has something to share.
    pub fn has_media(&self) -> bool {
        self.has_video() || self.has_audio()
    }

    /// The sender's state: the session's, unless there is nothing to share.
    pub fn sender_status(&self) -> Status {
        match (self.view.status, &self.camera) {
            (Status::Ended, _) => Status::Ended,
            (status, DeviceState::On) if self.has_media() => status,
            (_, DeviceState::Failed | DeviceState::On) => Status::Failed,
            (Status::Failed, _) => Status::Failed,
            (_, DeviceState::Off | DeviceState::Asking) => Status::Idle,
        }
    }

    /// What is worth a line, and no alarm.
    pub fn info_notice(&self, role: Role) -> Option<InfoNotice> {
        let is_live = self.view.status == Status::Live;
        let told_alone = self.view.notice == Some(Notice::RelayLost) && !is_live;
        if self.view.relay_away && !told_alone {
            let unseen = role == Role::Receiver && !(is_live && video_plays(&self.view));
            return Some(if unseen { InfoNotice::RelayAwayUnseen } else { InfoNotice::RelayAway });
        }
        if !is_live {
            return None;
        }
        // In a call it is said in the picture.
        let silent = |peer: &PeerView| peer.audio == TrackState::Lost;
        let lost = role == Role::Receiver && self.view.peers.iter().any(silent);
        lost.then_some(InfoNotice::AudioLost)
    }

    /// What the person has to be told of.
    pub fn notice(&self) -> Option<Notice> {
        let is_live = self.view.status == Status::Live;
        self.view.notice.filter(|notice| !(is_live && *notice == Notice::RelayLost))
    }

    /// Whether a receiver's page shows a picture: what comes, or the last that came.
    pub fn shows_video(&self) -> bool {
        match self.view.status {
            Status::Reconnecting => self.view.peers.iter().any(|peer| peer.seen),
            // The line that says how things stand may follow a moment later.
            _ => has_video(&self.view),
        }
    }

    /// One of the others.
    pub fn peer(&self, id: PeerId) -> Option<&PeerView> {
        self.view.peers.iter().find(|peer| peer.peer == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receiving(status: Status, video: TrackState, notice: Option<Notice>) -> RoomState {
        let peer = PeerView {
            peer: PeerId::from_bytes([1; 16]),
            seat: 1,
            present: true,
            connected: true,
            seen: true,
            status,
            notice: None,
            video,
            audio: TrackState::On,
            speaking: false,
        };
        let view = View { status, notice, relay_away: true, peers: vec![peer], ..View::default() };
        RoomState { view, ..RoomState::default() }
    }

    #[test]
    fn nothing_is_said_to_go_on_that_rests() {
        use Status::{Live, Reconnecting, Waiting};
        use TrackState::{Off, On, Paused};
        for (status, video, notice, calm, told) in [
            (Live, On, Some(Notice::RelayLost), Some(InfoNotice::RelayAway), None),
            (
                Live,
                Paused,
                Some(Notice::CameraPaused),
                Some(InfoNotice::RelayAwayUnseen),
                Some(Notice::CameraPaused),
            ),
            (Live, Off, Some(Notice::RelayLost), Some(InfoNotice::RelayAwayUnseen), None),
            (
                Waiting,
                Off,
                Some(Notice::SenderLeft),
                Some(InfoNotice::RelayAwayUnseen),
                Some(Notice::SenderLeft),
            ),
            (Reconnecting, On, Some(Notice::RelayLost), None, Some(Notice::RelayLost)),
        ] {
            let model = receiving(status, video, notice);
            assert_eq!(model.info_notice(Role::Receiver), calm, "{status:?} {video:?}");
            assert_eq!(model.notice(), told, "{status:?} {video:?}");
        }
    }
}
