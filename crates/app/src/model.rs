//! All that a page shows, in one value.

use leptos::prelude::*;
use sightline_protocol::{PeerId, Role, TrackState};
use sightline_session::{Notice, PeerView, Status, View};
use sightline_web::{CaptureError, Device, Facing, after, focus_on, has_focus};

use crate::camera::CameraState;

/// What a page is made from. The driver, the camera and the player write it, the page
/// reads it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Model {
    /// What the session says.
    pub(crate) view: View,
    /// The camera and the microphone, as far as they were asked for.
    pub(crate) camera: CameraState,
    /// How each of them stands, as the others are told.
    pub(crate) devices: Each<TrackState>,
    /// Which of them the person wants switched off.
    pub(crate) off: Each<bool>,
    /// Why one that is wanted does not come.
    pub(crate) trouble: Each<Option<CaptureError>>,
    /// Another camera has taken the place of the one that was taken away.
    pub(crate) replaced: bool,
    /// Which way the camera looks, where it says so.
    pub(crate) facing: Option<Facing>,
    /// How many cameras there are.
    pub(crate) cameras: usize,
    /// What the browser wants a click for.
    pub(crate) click: Click,
}

/// One of something for the camera, one for the microphone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Each<T> {
    pub(crate) camera: T,
    pub(crate) microphone: T,
}

impl<T> Each<T> {
    pub(crate) const fn get(&self, device: Device) -> &T {
        match device {
            Device::Camera => &self.camera,
            Device::Microphone => &self.microphone,
        }
    }

    pub(crate) const fn get_mut(&mut self, device: Device) -> &mut T {
        match device {
            Device::Camera => &mut self.camera,
            Device::Microphone => &mut self.microphone,
        }
    }
}

/// Something worth knowing that needs no action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InfoNotice {
    /// The relay is away, and nobody misses it for now.
    RelayAway,
    /// The same, while there is no picture that could go on.
    RelayAwayUnseen,
    /// The sender's microphone was taken away.
    SoundLost,
}

/// What a browser wants a click for before it does it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Click {
    /// It does all without.
    #[default]
    NotNeeded,
    /// To let the sound out.
    ForSound,
    /// To play anything at all.
    ForAll,
}

/// Changes a page's model; none where the page is gone.
///
/// What had the focus may go by that, a button that was pressed for one. The line that says
/// how things stand has it then.
pub(crate) fn change(model: RwSignal<Model>, change: &mut dyn FnMut(&mut Model)) {
    // `body` itself has it where nothing else does.
    let had_focus = has_focus("body *");
    model.try_update(change);
    if had_focus {
        // When the page has followed.
        after(0, || {
            if !has_focus("body *") {
                focus_on("status");
            }
        })
        .forget();
    }
}

/// Looks at a page's model, without being told when it changes. None where the page is gone.
pub(crate) fn peek<T>(model: RwSignal<Model>, look: &dyn Fn(&Model) -> T) -> Option<T> {
    model.try_with_untracked(look)
}

/// Whether the picture of one of those who are live moves.
fn picture_moves(view: &View) -> bool {
    let sends = |peer: &PeerView| matches!(peer.picture, TrackState::On | TrackState::Unknown);
    view.peers.iter().any(|peer| peer.status == Status::Live && sends(peer))
}

/// Whether there is a picture of one of those who are live, if one that rests.
pub(crate) fn has_picture(view: &View) -> bool {
    let rests = |peer: &PeerView| peer.seen && peer.picture != TrackState::Off;
    let mut live = view.peers.iter().filter(|peer| peer.status == Status::Live);
    picture_moves(view) || live.any(rests)
}

impl Model {
    /// Whether there is a picture to share, now or in a moment.
    pub(crate) fn has_picture(&self) -> bool {
        matches!(self.devices.camera, TrackState::On | TrackState::Paused)
    }

    /// Whether there is sound to share, now or in a moment.
    pub(crate) fn has_sound(&self) -> bool {
        matches!(self.devices.microphone, TrackState::On | TrackState::Paused)
    }

    /// Whether a device gives something, as its person wants it to.
    pub(crate) fn is_on(&self, device: Device) -> bool {
        let state = *self.devices.get(device);
        matches!(state, TrackState::On | TrackState::Paused) && !*self.off.get(device)
    }

    /// Whether a device is on as far as its person can decide: it is, or they are just being asked.
    pub(crate) fn is_wanted(&self, device: Device) -> bool {
        let asking = self.camera == CameraState::Asking && !*self.off.get(device);
        asking || self.is_on(device)
    }

    /// Whether a sender has something to share.
    pub(crate) fn has_media(&self) -> bool {
        self.has_picture() || self.has_sound()
    }

    /// The sender's state: the session's, unless there is nothing to share.
    pub(crate) fn sender_status(&self) -> Status {
        match (self.view.status, &self.camera) {
            (Status::Ended, _) => Status::Ended,
            (status, CameraState::On) if self.has_media() => status,
            (_, CameraState::Failed | CameraState::On) => Status::Failed,
            (Status::Failed, _) => Status::Failed,
            (_, CameraState::Off | CameraState::Asking) => Status::Idle,
        }
    }

    /// What is worth knowing, and needs no action.
    pub(crate) fn info_notice(&self, role: Role) -> Option<InfoNotice> {
        let is_live = self.view.status == Status::Live;
        let told_alone = self.view.notice == Some(Notice::RelayLost) && !is_live;
        if self.view.relay_away && !told_alone {
            let unseen = role == Role::Receiver && !(is_live && picture_moves(&self.view));
            return Some(if unseen { InfoNotice::RelayAwayUnseen } else { InfoNotice::RelayAway });
        }
        if !is_live {
            return None;
        }
        // In a call it is said in the picture.
        let silent = |peer: &PeerView| peer.sound == TrackState::Lost;
        let lost = role == Role::Receiver && self.view.peers.iter().any(silent);
        lost.then_some(InfoNotice::SoundLost)
    }

    /// What the person has to be told of.
    pub(crate) fn notice(&self) -> Option<Notice> {
        let is_live = self.view.status == Status::Live;
        self.view.notice.filter(|notice| !(is_live && *notice == Notice::RelayLost))
    }

    /// Whether a receiver's page shows a picture: what comes, or the last that came.
    pub(crate) fn shows_picture(&self) -> bool {
        match self.view.status {
            Status::Reconnecting => self.view.peers.iter().any(|peer| peer.seen),
            // The line that says how things stand may follow a moment later.
            _ => has_picture(&self.view),
        }
    }

    /// One of the others.
    pub(crate) fn peer(&self, id: PeerId) -> Option<&PeerView> {
        self.view.peers.iter().find(|peer| peer.peer == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receiving(status: Status, picture: TrackState, notice: Option<Notice>) -> Model {
        let peer = PeerView {
            peer: PeerId::from_bytes([1; 16]),
            seat: 1,
            present: true,
            connected: true,
            seen: true,
            status,
            notice: None,
            picture,
            sound: TrackState::On,
            speaking: false,
        };
        let view = View { status, notice, relay_away: true, peers: vec![peer], ..View::default() };
        Model { view, ..Model::default() }
    }

    #[test]
    fn nothing_is_said_to_go_on_that_rests() {
        use Status::{Live, Reconnecting, Waiting};
        use TrackState::{Off, On, Paused};
        for (status, picture, notice, info, told) in [
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
            let model = receiving(status, picture, notice);
            assert_eq!(model.info_notice(Role::Receiver), info, "{status:?} {picture:?}");
            assert_eq!(model.notice(), told, "{status:?} {picture:?}");
        }
    }
}
