//! What a peer connection sends: tracks given to its senders, without a negotiation.

use std::cell::{Cell, RefCell};

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    MediaStreamTrack, RtcPeerConnection, RtcRtpSender, RtcRtpTransceiver,
    RtcRtpTransceiverDirection, RtcRtpTransceiverInit,
};

use super::PeerConnection;
use crate::capture::DEVICES;
use crate::promise::ignored;
use crate::{Device, LocalMedia, property};

/// Which way media goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From here to there.
    Send,
    /// Both ways.
    Both,
}

/// The senders that a connection has, and what they are to send.
#[derive(Debug, Default)]
pub(super) struct Sending {
    /// One of each kind.
    senders: RefCell<Vec<(Device, RtcRtpSender)>>,
    /// What was published last, also while there are no senders.
    tracks: RefCell<Vec<(Device, MediaStreamTrack)>>,
    /// Whether to answer in both directions.
    both_ways: Cell<bool>,
}

impl PeerConnection {
    /// Adds a transceiver for picture and one for sound, without tracks: the two sides
    /// can connect before there is anything to send.
    pub fn prepare_to_send(&self, direction: Direction) {
        let init = RtcRtpTransceiverInit::new();
        init.set_direction(match direction {
            Direction::Send => RtcRtpTransceiverDirection::Sendonly,
            Direction::Both => RtcRtpTransceiverDirection::Sendrecv,
        });
        let add = |device: Device| {
            let kind = device.kind();
            (device, self.connection.add_transceiver_with_str_and_init(kind, &init).sender())
        };
        *self.sending.senders.borrow_mut() = DEVICES.map(add).into();
    }

    /// Uses the transceivers that the other side's first offer brings in both directions,
    /// the first of each kind.
    pub fn answer_both_ways(&self) {
        self.sending.both_ways.set(true);
    }

    /// Sends `media` from now on, or nothing, as soon as there are senders for it. Needs no
    /// negotiation.
    pub fn publish(&self, media: Option<&LocalMedia>) {
        let tracks = media.map_or_else(Vec::new, LocalMedia::live_tracks);
        self.sending.tracks.replace(tracks);
        self.sending.give();
    }
}

impl Sending {
    /// Takes the transceivers of an offer for sending, too. Before the answer is made, so
    /// that it says so.
    pub(super) fn adopt(&self, connection: &RtcPeerConnection) {
        if !self.both_ways.get() || !self.senders.borrow().is_empty() {
            return;
        }
        for transceiver in connection.get_transceivers() {
            let transceiver: RtcRtpTransceiver = transceiver.unchecked_into();
            let kind = transceiver.receiver().track().kind();
            let Some(device) = DEVICES.into_iter().find(|device| device.kind() == kind) else {
                continue;
            };
            let mut senders = self.senders.borrow_mut();
            if senders.iter().all(|(known, _)| *known != device) {
                // A closed connection refuses.
                property::set(&transceiver, "direction", &"sendrecv".into());
                senders.push((device, transceiver.sender()));
            }
        }
        self.give();
    }

    fn give(&self) {
        let tracks = self.tracks.borrow();
        for (device, sender) in &*self.senders.borrow() {
            let track = tracks.iter().find(|(kind, _)| kind == device).map(|(_, track)| track);
            // It fails only where the connection is closed meanwhile.
            ignored(sender.replace_track(track));
            set_active(sender, track.is_some());
        }
    }
}

/// Sends nothing at all where there is nothing to send: Firefox would go on with black
/// frames after a track was taken away.
fn set_active(sender: &RtcRtpSender, active: bool) {
    let parameters = property::call(sender, "getParameters", &JsValue::UNDEFINED);
    let mut changes = false;
    for encoding in Array::from(&property::get(&parameters, "encodings")) {
        if property::get(&encoding, "active").as_bool() == Some(!active) {
            property::set(&encoding, "active", &active.into());
            changes = true;
        }
    }
    if changes {
        let set = property::call(sender, "setParameters", &parameters);
        if let Ok(set) = set.dyn_into() {
            ignored(set);
        }
    }
}
