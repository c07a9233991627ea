//! What a peer connection sends: tracks given to its senders, without a negotiation.

use std::cell::{Cell, RefCell};

use js_sys::Array;
use wasm_bindgen::JsCast;
use web_sys::{
    MediaStream, MediaStreamTrack, RtcPeerConnection, RtcRtpTransceiverDirection,
    RtcRtpTransceiverInit,
};

use super::PeerConnection;
use super::parameters::{DegradationPreference, Parameters};
use crate::bindings::RtpTransceiver;
use crate::capture::DEVICES;
use crate::promise::ignored;
use crate::{Device, LocalMedia};

/// Which way media goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From here to there.
    Send,
    /// Both ways.
    Both,
}

/// The senders that a connection has, and what they are to send.
#[derive(Debug)]
pub(super) struct Sending {
    /// One of each kind.
    senders: RefCell<Vec<(Device, Parameters)>>,
    /// What was published last, also while there are no senders.
    tracks: RefCell<Vec<(Device, MediaStreamTrack)>>,
    /// Whether to answer in both directions.
    both_ways: Cell<bool>,
    /// How the video is to be sent, also while there is no sender for it.
    preference: Cell<Option<DegradationPreference>>,
    /// Belongs to both senders and has no track itself: a browser plays two tracks in step
    /// where they are announced with the same stream (`msid`, RFC 8830), whatever tracks the
    /// senders are given later.
    stream: Option<MediaStream>,
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
        if let Some(stream) = &self.sending.stream {
            init.set_streams(&Array::of1(stream));
        }
        let add = |device: Device| {
            let kind = device.kind();
            let transceiver = self.connection.add_transceiver_with_str_and_init(kind, &init);
            (device, Parameters::new(&transceiver.sender()))
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

    /// What the video is to keep where there is not enough for all of it.
    pub fn prefer(&self, preference: DegradationPreference) {
        self.sending.preference.set(Some(preference));
        self.sending.configure();
    }
}

impl Sending {
    pub(super) fn new() -> Self {
        Self {
            senders: RefCell::default(),
            tracks: RefCell::default(),
            both_ways: Cell::default(),
            preference: Cell::default(),
            // Without one the two are sent all the same.
            stream: MediaStream::new().ok(),
        }
    }

    fn configure(&self) {
        let Some(preference) = self.preference.get() else { return };
        for (device, sender) in &*self.senders.borrow() {
            if *device == Device::Camera {
                sender.update(|wish| wish.preference = Some(preference));
            }
        }
    }

    /// Takes the transceivers of an offer for sending, too. Before the answer is made, so
    /// that it says so.
    pub(super) fn adopt(&self, connection: &RtcPeerConnection) {
        if !self.both_ways.get() || !self.senders.borrow().is_empty() {
            return;
        }
        for transceiver in connection.get_transceivers() {
            let transceiver: RtpTransceiver = transceiver.unchecked_into();
            let kind = transceiver.receiver().track().kind();
            let Some(device) = DEVICES.into_iter().find(|device| device.kind() == kind) else {
                continue;
            };
            let mut senders = self.senders.borrow_mut();
            if senders.iter().all(|(known, _)| *known != device) {
                // A closed connection refuses.
                let _ = transceiver.try_set_direction(RtcRtpTransceiverDirection::Sendrecv);
                let sender = Parameters::new(&transceiver.sender());
                if let Some(stream) = &self.stream {
                    // It fails only where the connection is closed meanwhile.
                    let _ = sender.sender().set_streams(stream);
                }
                senders.push((device, sender));
            }
        }
        self.configure();
        self.give();
    }

    fn give(&self) {
        let tracks = self.tracks.borrow();
        for (device, sender) in &*self.senders.borrow() {
            let track = tracks.iter().find(|(kind, _)| kind == device).map(|(_, track)| track);
            // Nothing at all is sent where there is nothing to send: Firefox would go on with
            // black frames after a track was taken away.
            sender.update(|wish| wish.active = Some(track.is_some()));
            // It fails only where the connection is closed meanwhile.
            ignored(sender.sender().replace_track(track));
        }
    }
}
