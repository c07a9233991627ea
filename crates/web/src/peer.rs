//! A peer connection: what it reports, and its lifetime. What can be done with it is in
//! the parts: descriptions and candidates, what is sent, the data channel, statistics.

mod channel;
mod description;
mod parameters;
mod sending;
mod statistics;

use std::cell::Cell;
use std::rc::Rc;

use gloo_events::EventListener;
use sightline_protocol::{Candidate, IceServer, Payload};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Event, EventTarget, MediaStreamTrack, RtcBundlePolicy, RtcConfiguration, RtcDataChannel,
    RtcIceServer, RtcPeerConnection, RtcPeerConnectionIceErrorEvent, RtcPeerConnectionIceEvent,
    RtcPeerConnectionState, RtcTrackEvent,
};

use self::sending::Sending;
use crate::bindings::{IceCandidate, IceConnection};
use crate::listen::listen;
use crate::{ScriptError, after};

pub use self::channel::ProbeMessage;
pub use self::description::{Description, SdpKind};
pub use self::parameters::DegradationPreference;
pub use self::sending::Direction;
pub use self::statistics::{Limitation, Outbound, Sample};

/// What a peer connection reports.
#[derive(Debug)]
pub enum PeerEvent {
    /// `negotiationneeded`.
    NegotiationNeeded,
    /// `icecandidate`.
    Candidate(Candidate),
    /// `icecandidate` without one: there are no more.
    GatheringDone,
    /// `icecandidateerror`, with its `errorCode`.
    CandidateError(u16),
    /// `connectionstatechange`.
    State(PeerState),
    /// `track`.
    Track(RemoteTrack),
    /// The data channel is open.
    ChannelOpened,
    /// The data channel is closed.
    ChannelClosed,
    /// Something came over the data channel.
    ChannelMessage(Payload),
    /// The probe's channel is open.
    ProbeOpened,
    /// Something came over it.
    Probe(ProbeMessage),
}

/// The W3C's `RTCPeerConnectionState`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeerState {
    /// `new`.
    New,
    /// `connecting`.
    Connecting,
    /// `connected`.
    Connected,
    /// `disconnected`.
    Disconnected,
    /// `failed`.
    Failed,
    /// `closed`.
    Closed,
}

/// A track that the other side sends.
#[derive(Debug)]
pub struct RemoteTrack(pub(crate) MediaStreamTrack);

/// A peer connection with a data channel. Dropping it closes it; nothing is reported
/// afterwards.
#[derive(Debug)]
#[must_use = "dropping it closes the connection"]
pub struct PeerConnection {
    connection: RtcPeerConnection,
    channel: RtcDataChannel,
    probe: RtcDataChannel,
    sending: Rc<Sending>,
    /// A goodbye may be on its way over the data channel.
    leaving: Cell<bool>,
    _listeners: [EventListener; 10],
}

/// How long a connection stays open for a goodbye: time for it to be sent again once on a good
/// path. Nothing is heard, and no track is sent, meanwhile.
const GOODBYE_MILLIS: u32 = 250;

/// What an event of the browser says; None for what is of no interest.
type Read = fn(&RtcPeerConnection, &Event) -> Option<PeerEvent>;

impl PeerConnection {
    /// Makes one. `report` is called with whatever it reports until it is dropped.
    ///
    /// # Errors
    /// [`ScriptError`] where a server's address is not one, or the browser has too
    /// many connections.
    pub fn new(
        servers: &[IceServer],
        report: impl Fn(PeerEvent) + 'static,
    ) -> Result<Self, ScriptError> {
        Self::boxed(servers, Rc::new(report))
    }

    fn boxed(servers: &[IceServer], report: Rc<dyn Fn(PeerEvent)>) -> Result<Self, ScriptError> {
        let connection = RtcPeerConnection::new_with_configuration(&configuration(servers))?;
        let (channel, probe) = (channel::open(&connection), channel::open_probe(&connection));
        let told = |target: &EventTarget, kind: &'static str, read: Read| {
            let report = Rc::clone(&report);
            let source = connection.clone();
            listen(target, kind, move |event| {
                if let Some(event) = read(&source, event) {
                    report(event);
                }
            })
        };
        let listeners = [
            told(&connection, "negotiationneeded", |_, _| Some(PeerEvent::NegotiationNeeded)),
            told(&connection, "icecandidate", |_, event| Some(candidate(event))),
            told(&connection, "icecandidateerror", |_, event| {
                let code = event.dyn_ref().map_or(0, RtcPeerConnectionIceErrorEvent::error_code);
                Some(PeerEvent::CandidateError(code))
            }),
            told(&connection, "connectionstatechange", |connection, _| {
                Some(PeerEvent::State(connection.connection_state().into()))
            }),
            told(&connection, "track", |_, event| {
                let event = event.unchecked_ref::<RtcTrackEvent>();
                Some(PeerEvent::Track(RemoteTrack(event.track())))
            }),
            told(&channel, "open", |_, _| Some(PeerEvent::ChannelOpened)),
            told(&channel, "close", |_, _| Some(PeerEvent::ChannelClosed)),
            // What is no message is lost, as anything may be on this way.
            told(&channel, "message", |_, event| {
                channel::read(event).map(PeerEvent::ChannelMessage)
            }),
            told(&probe, "open", |_, _| Some(PeerEvent::ProbeOpened)),
            told(&probe, "message", |_, event| channel::read_probe(event).map(PeerEvent::Probe)),
        ];
        Ok(Self {
            connection,
            channel,
            probe,
            sending: Rc::new(Sending::new()),
            leaving: Cell::default(),
            _listeners: listeners,
        })
    }

    /// `restartIce()`: looks for paths anew with the next negotiation, which it asks for.
    pub fn restart_ice(&self) {
        // It fails only in a browser that is too old to have it. Nothing restarts there.
        let _ = self.connection.unchecked_ref::<IceConnection>().restart_ice();
    }
}

impl Drop for PeerConnection {
    fn drop(&mut self) {
        if self.leaving.get() {
            // What is closed at once sends nothing more.
            let connection = self.connection.clone();
            after(GOODBYE_MILLIS, move || connection.close()).forget();
        } else {
            self.connection.close();
        }
    }
}

impl From<RtcPeerConnectionState> for PeerState {
    fn from(state: RtcPeerConnectionState) -> Self {
        match state {
            RtcPeerConnectionState::Connecting => Self::Connecting,
            RtcPeerConnectionState::Connected => Self::Connected,
            RtcPeerConnectionState::Disconnected => Self::Disconnected,
            RtcPeerConnectionState::Failed => Self::Failed,
            RtcPeerConnectionState::Closed => Self::Closed,
            _ => Self::New,
        }
    }
}

fn candidate(event: &Event) -> PeerEvent {
    let Some(candidate) = event.unchecked_ref::<RtcPeerConnectionIceEvent>().candidate() else {
        return PeerEvent::GatheringDone;
    };
    PeerEvent::Candidate(Candidate {
        candidate: candidate.candidate(),
        sdp_mid: candidate.sdp_mid(),
        sdp_m_line_index: candidate.sdp_m_line_index(),
        username_fragment: candidate.unchecked_ref::<IceCandidate>().username_fragment(),
    })
}

fn configuration(servers: &[IceServer]) -> RtcConfiguration {
    let list = js_sys::Array::new();
    for server in servers {
        let urls: js_sys::Array = server.urls.iter().map(JsValue::from).collect();
        let server = RtcIceServer::new();
        server.set_urls(&urls);
        list.push(&server);
    }
    let configuration = RtcConfiguration::new();
    configuration.set_ice_servers(&list);
    // Both ends are our pages and take all media over one transport: candidates are gathered
    // for that one only, not for each section of the description.
    configuration.set_bundle_policy(RtcBundlePolicy::MaxBundle);
    configuration
}
