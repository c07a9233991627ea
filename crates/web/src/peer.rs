//! A peer connection.

use std::rc::Rc;

use gloo_events::EventListener;
use js_sys::Reflect;
use sightline_protocol::{Candidate, IceServer};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Event, MediaStreamTrack, RtcConfiguration, RtcIceCandidateInit, RtcIceServer,
    RtcPeerConnection, RtcPeerConnectionIceEvent, RtcPeerConnectionState, RtcRtpSender,
    RtcRtpTransceiverDirection, RtcRtpTransceiverInit, RtcSdpType, RtcSessionDescriptionInit,
    RtcTrackEvent,
};

use crate::{LocalMedia, ScriptError, spawn_local};

/// What a peer connection reports.
#[derive(Debug)]
pub enum PeerEvent {
    /// `negotiationneeded`.
    NegotiationNeeded,
    /// `icecandidate`.
    Candidate(Candidate),
    /// `connectionstatechange`.
    State(PeerState),
    /// `track`.
    Track(RemoteTrack),
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

/// Offer or answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SdpKind {
    /// An offer.
    Offer,
    /// An answer.
    Answer,
}

/// A session description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// Offer or answer.
    pub kind: SdpKind,
    /// The description (RFC 8866).
    pub sdp: String,
}

/// A peer connection. Dropping it closes it; nothing is reported afterwards.
#[derive(Debug)]
#[must_use = "dropping it closes the connection"]
pub struct PeerConnection {
    connection: RtcPeerConnection,
    senders: Vec<(&'static str, RtcRtpSender)>,
    _listeners: [EventListener; 4],
}

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
        let connection = RtcPeerConnection::new_with_configuration(&configuration(servers))?;
        let report = Rc::new(report);
        let listen =
            |kind: &'static str, read: fn(&RtcPeerConnection, &Event) -> Option<PeerEvent>| {
                let report = Rc::clone(&report);
                let source = connection.clone();
                EventListener::new(&connection, kind, move |event| {
                    if let Some(event) = read(&source, event) {
                        report(event);
                    }
                })
            };
        let listeners = [
            listen("negotiationneeded", |_, _| Some(PeerEvent::NegotiationNeeded)),
            listen("icecandidate", |_, event| {
                let candidate = event.unchecked_ref::<RtcPeerConnectionIceEvent>().candidate()?;
                Some(PeerEvent::Candidate(Candidate {
                    candidate: candidate.candidate(),
                    sdp_mid: candidate.sdp_mid(),
                    sdp_m_line_index: candidate.sdp_m_line_index(),
                    username_fragment: Reflect::get(&candidate, &"usernameFragment".into())
                        .ok()
                        .and_then(|value| value.as_string()),
                }))
            }),
            listen("connectionstatechange", |connection, _| {
                Some(PeerEvent::State(connection.connection_state().into()))
            }),
            listen("track", |_, event| {
                let event = event.unchecked_ref::<RtcTrackEvent>();
                Some(PeerEvent::Track(RemoteTrack(event.track())))
            }),
        ];
        Ok(Self { connection, senders: Vec::new(), _listeners: listeners })
    }

    /// Adds a `sendonly` transceiver for picture and one for sound, without tracks:
    /// the two sides can connect before there is anything to send.
    pub fn prepare_to_send(&mut self) {
        let init = RtcRtpTransceiverInit::new();
        init.set_direction(RtcRtpTransceiverDirection::Sendonly);
        self.senders = ["video", "audio"]
            .map(|kind| {
                (kind, self.connection.add_transceiver_with_str_and_init(kind, &init).sender())
            })
            .into();
    }

    /// Sends `media` from now on, by the senders that were prepared. Needs no
    /// negotiation.
    pub fn publish(&self, media: &LocalMedia) {
        for (kind, sender) in &self.senders {
            let track = media.track(kind);
            let replaced = JsFuture::from(sender.replace_track(track.as_ref()));
            // It fails only where the connection is closed meanwhile.
            spawn_local(async move { drop(replaced.await) });
        }
    }

    /// `setLocalDescription()` without argument, which makes the offer or the answer
    /// that the signaling state calls for.
    pub fn set_local_description(
        &self,
    ) -> impl Future<Output = Result<Description, ScriptError>> + use<> {
        let connection = self.connection.clone();
        // An empty dictionary says the same as no argument; the binding wants one.
        let nothing: RtcSessionDescriptionInit = js_sys::Object::new().unchecked_into();
        let set = JsFuture::from(connection.set_local_description(&nothing));
        async move {
            set.await?;
            let description = connection.local_description();
            description
                .and_then(|description| {
                    let kind = match description.type_() {
                        RtcSdpType::Offer => SdpKind::Offer,
                        RtcSdpType::Answer => SdpKind::Answer,
                        _ => return None,
                    };
                    Some(Description { kind, sdp: description.sdp() })
                })
                .ok_or_else(|| ScriptError {
                    name: "InvalidStateError".into(),
                    message: "there is no local description".into(),
                })
        }
    }

    /// `setRemoteDescription()`; rolls an offer of ours back where it must.
    pub fn set_remote_description(
        &self,
        description: &Description,
    ) -> impl Future<Output = Result<(), ScriptError>> + use<> {
        let init = RtcSessionDescriptionInit::new(match description.kind {
            SdpKind::Offer => RtcSdpType::Offer,
            SdpKind::Answer => RtcSdpType::Answer,
        });
        init.set_sdp(&description.sdp);
        let set = JsFuture::from(self.connection.set_remote_description(&init));
        async move {
            set.await?;
            Ok(())
        }
    }

    /// `addIceCandidate()`. One that the browser refuses is one path fewer, no more.
    pub fn add_candidate(&self, candidate: &Candidate) {
        let init = RtcIceCandidateInit::new(&candidate.candidate);
        init.set_sdp_mid(candidate.sdp_mid.as_deref());
        init.set_sdp_m_line_index(candidate.sdp_m_line_index);
        if let Some(fragment) = &candidate.username_fragment {
            // Setting a property of a plain object can't fail.
            let _ = Reflect::set(&init, &"usernameFragment".into(), &fragment.into());
        }
        let added = self.connection.add_ice_candidate_with_opt_rtc_ice_candidate_init(Some(&init));
        spawn_local(async move { drop(JsFuture::from(added).await) });
    }

    /// How many frames of picture have been decoded in all (`framesDecoded` of the
    /// W3C's `RTCInboundRtpStreamStats`). None where nothing is received yet.
    pub fn frames_decoded(&self) -> impl Future<Output = Option<u64>> + use<> {
        let report = JsFuture::from(self.connection.get_stats());
        async move {
            let report: js_sys::Map = report.await.ok()?.unchecked_into();
            let frames = |stats: JsValue| {
                let read = |name: &str| Reflect::get(&stats, &name.into()).ok();
                (read("type")?.as_string()? == "inbound-rtp").then_some(())?;
                read("framesDecoded")?.as_f64()
            };
            let frames = report.values().into_iter().filter_map(Result::ok).filter_map(frames);
            // A count below 2^53.
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            frames.map(|frames| frames as u64).reduce(u64::max)
        }
    }
}

impl Drop for PeerConnection {
    fn drop(&mut self) {
        self.connection.close();
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

fn configuration(servers: &[IceServer]) -> RtcConfiguration {
    let list = js_sys::Array::new();
    for server in servers {
        let urls = js_sys::Array::new();
        for url in &server.urls {
            urls.push(&url.into());
        }
        let server = RtcIceServer::new();
        server.set_urls(&urls);
        list.push(&server);
    }
    let configuration = RtcConfiguration::new();
    configuration.set_ice_servers(&list);
    configuration
}
