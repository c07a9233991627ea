//! The browser's words for the session's, and back.

use sightline_session::{ConnectionState, Description, DescriptionKind};
use sightline_web::{PeerState, SdpKind};

pub(crate) const fn connection_state(state: PeerState) -> ConnectionState {
    match state {
        PeerState::New => ConnectionState::New,
        PeerState::Connecting => ConnectionState::Connecting,
        PeerState::Connected => ConnectionState::Connected,
        PeerState::Disconnected => ConnectionState::Disconnected,
        PeerState::Failed => ConnectionState::Failed,
        PeerState::Closed => ConnectionState::Closed,
    }
}

pub(crate) fn session_description(description: sightline_web::Description) -> Description {
    let kind = match description.kind {
        SdpKind::Offer => DescriptionKind::Offer,
        SdpKind::Answer => DescriptionKind::Answer,
    };
    Description { kind, sdp: description.sdp }
}

pub(crate) fn web_description(description: Description) -> sightline_web::Description {
    let kind = match description.kind {
        DescriptionKind::Offer => SdpKind::Offer,
        DescriptionKind::Answer => SdpKind::Answer,
    };
    sightline_web::Description { kind, sdp: description.sdp }
}
