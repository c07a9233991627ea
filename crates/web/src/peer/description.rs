//! Descriptions and candidates.

use std::rc::Rc;

use sightline_protocol::Candidate;
use wasm_bindgen::JsCast;
use web_sys::{RtcIceCandidateInit, RtcPeerConnection, RtcSdpType, RtcSessionDescriptionInit};

use super::PeerConnection;
use crate::ScriptError;
use crate::bindings::IceCandidateInit;
use crate::promise::{ignored, settled};

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

impl PeerConnection {
    /// `setLocalDescription()` without argument, which makes the offer or the answer
    /// that the signaling state calls for. Calls `done` with it.
    pub fn set_local_description(
        &self,
        done: impl FnOnce(Result<Description, ScriptError>) + 'static,
    ) {
        let connection = self.connection.clone();
        // An empty dictionary says the same as no argument; the binding wants one.
        let nothing: RtcSessionDescriptionInit = js_sys::Object::new().unchecked_into();
        settled(connection.set_local_description(&nothing), move |set| {
            done(match set {
                Ok(_) => made(&connection),
                Err(error) => Err(error.into()),
            });
        });
    }

    /// `setRemoteDescription()`; rolls an offer of ours back where it must. Where this
    /// side is to [answer both ways](Self::answer_both_ways), an offer's transceivers do so
    /// when `done` is called.
    pub fn set_remote_description(
        &self,
        description: &Description,
        done: impl FnOnce(Result<(), ScriptError>) + 'static,
    ) {
        let init = RtcSessionDescriptionInit::new(match description.kind {
            SdpKind::Offer => RtcSdpType::Offer,
            SdpKind::Answer => RtcSdpType::Answer,
        });
        init.set_sdp(&description.sdp);
        let (connection, sending) = (self.connection.clone(), Rc::clone(&self.sending));
        settled(connection.set_remote_description(&init), move |set| {
            if set.is_ok() {
                sending.adopt(&connection);
            }
            done(set.map(drop).map_err(ScriptError::from));
        });
    }

    /// `addIceCandidate()`. One that the browser refuses is one path fewer, no more.
    pub fn add_candidate(&self, candidate: &Candidate) {
        let init = RtcIceCandidateInit::new(&candidate.candidate);
        // None becomes `undefined`, which says the same as nothing.
        init.set_sdp_mid(candidate.sdp_mid.as_deref());
        init.set_sdp_m_line_index(candidate.sdp_m_line_index);
        let named = init.unchecked_ref::<IceCandidateInit>();
        named.set_username_fragment(candidate.username_fragment.as_deref());
        ignored(self.connection.add_ice_candidate_with_opt_rtc_ice_candidate_init(Some(&init)));
    }
}

/// The description that was set.
fn made(connection: &RtcPeerConnection) -> Result<Description, ScriptError> {
    let description = connection.local_description().and_then(|description| {
        let kind = match description.type_() {
            RtcSdpType::Offer => SdpKind::Offer,
            RtcSdpType::Answer => SdpKind::Answer,
            _ => return None,
        };
        Some(Description { kind, sdp: description.sdp() })
    });
    description.ok_or_else(|| ScriptError {
        name: "InvalidStateError".into(),
        message: "there is no local description".into(),
    })
}
