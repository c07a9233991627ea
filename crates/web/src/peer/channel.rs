//! The data channel between two pages: the same payloads as through the relay, as JSON.

use sightline_protocol::{Payload, Signal};
use web_sys::{Event, RtcDataChannel, RtcDataChannelInit, RtcPeerConnection};

use super::PeerConnection;
use crate::{json, property};

/// Both sides open it under the same number, so that neither has to announce it.
pub(super) fn open(connection: &RtcPeerConnection) -> RtcDataChannel {
    let init = RtcDataChannelInit::new();
    init.set_negotiated(true);
    init.set_id(0);
    connection.create_data_channel_with_data_channel_dict("sightline", &init)
}

/// What came, if it is a message.
pub(super) fn read(event: &Event) -> Option<Payload> {
    json::parse(&property::text(event, "data")?)
}

impl PeerConnection {
    /// Sends over the data channel. What is sent while it isn't open is lost.
    pub fn send(&self, payload: &Payload) {
        if payload.signal == Some(Signal::Leave) {
            self.leaving.set(true);
        }
        let _ = self.channel.send_with_str(&json::write(payload));
    }
}
