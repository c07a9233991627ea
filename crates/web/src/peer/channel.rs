//! The data channels between two pages: one for the same payloads as through the relay, as JSON; one
//! to measure the path with.

use js_sys::{ArrayBuffer, Uint8Array};
use sightline_protocol::{Payload, ProbeReport, Signal};
use wasm_bindgen::JsCast;
use web_sys::{
    Event, MessageEvent, RtcDataChannel, RtcDataChannelInit, RtcDataChannelType, RtcPeerConnection,
};

use super::PeerConnection;
use crate::json;

/// What goes over the probe's channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProbeMessage {
    /// Bytes of which only the first means something.
    Chunk {
        /// The first.
        train: u8,
        /// How many they are.
        bytes: u16,
    },
    /// The answer.
    Report(ProbeReport),
}

/// Both sides open it under the same number, so that neither has to announce it.
pub(super) fn open(connection: &RtcPeerConnection) -> RtcDataChannel {
    let init = RtcDataChannelInit::new();
    init.set_negotiated(true);
    init.set_id(0);
    connection.create_data_channel_with_data_channel_dict("sightline", &init)
}

/// A channel whose messages wait for nothing, and that others don't wait for: each may be lost or overtaken.
pub(super) fn open_probe(connection: &RtcPeerConnection) -> RtcDataChannel {
    let init = RtcDataChannelInit::new();
    init.set_negotiated(true);
    init.set_id(1);
    init.set_ordered(false);
    init.set_max_retransmits(0);
    let channel = connection.create_data_channel_with_data_channel_dict("probe", &init);
    channel.set_binary_type(RtcDataChannelType::Arraybuffer);
    channel
}

/// What came, if it is a message.
pub(super) fn read(event: &Event) -> Option<Payload> {
    json::parse(&event.dyn_ref::<MessageEvent>()?.data().as_string()?)
}

/// What came over the probe's channel, if it means something.
pub(super) fn read_probe(event: &Event) -> Option<ProbeMessage> {
    let data = event.dyn_ref::<MessageEvent>()?.data();
    if let Some(text) = data.as_string() {
        return json::parse(&text).map(ProbeMessage::Report);
    }
    let bytes = Uint8Array::new(data.dyn_ref::<ArrayBuffer>()?);
    let train = (bytes.length() > 0).then(|| bytes.get_index(0))?;
    Some(ProbeMessage::Chunk { train, bytes: u16::try_from(bytes.length()).ok()? })
}

impl PeerConnection {
    /// Sends over the data channel. What is sent while it isn't open is lost.
    pub fn send(&self, payload: &Payload) {
        if payload.signal == Some(Signal::Leave) {
            self.leaving.set(true);
        }
        let _ = self.channel.send_with_str(&json::write(payload));
    }

    /// Sends over the probe's channel. It may be lost.
    pub fn send_probe(&self, message: &ProbeMessage) {
        let _ = match message {
            ProbeMessage::Report(report) => self.probe.send_with_str(&json::write(report)),
            ProbeMessage::Chunk { train, bytes } => {
                let chunk = Uint8Array::new_with_length(u32::from(*bytes));
                chunk.set_index(0, *train);
                self.probe.send_with_array_buffer_view(&chunk)
            }
        };
    }
}
