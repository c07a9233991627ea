//! All that a page shows, in one value.

use sightline_session::{Status, View};

use crate::camera::CameraState;

/// What a page is made from. The driver and the camera write it, the page reads it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Model {
    /// What the session says.
    pub(crate) view: View,
    /// The sender's camera.
    pub(crate) camera: CameraState,
    /// The camera is on, and gives no sound.
    pub(crate) silent: bool,
    /// What a receiver's browser wants a click for.
    pub(crate) click: Click,
}

/// What a browser wants a click for before it does it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Click {
    /// It does all without.
    #[default]
    NotNeeded,
    /// To let the sound out.
    ForSound,
    /// To play anything at all.
    ForAll,
}

impl Model {
    /// The sender's state: the session's, unless there is nothing to share.
    pub(crate) fn sender_status(&self) -> Status {
        match (self.view.status, &self.camera) {
            (Status::Ended, _) | (_, CameraState::On) => self.view.status,
            (_, CameraState::Failed(_) | CameraState::Lost) => Status::Failed,
            (status, CameraState::Off | CameraState::Asking) if status == Status::Failed => status,
            (_, CameraState::Off | CameraState::Asking) => Status::Idle,
        }
    }
}
