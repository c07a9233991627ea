//! The browser's words for the session's, and back.

use sightline_session::{ConnectionState, Description, DescriptionKind, Event, PairEvent, Sample};
use sightline_web::{PageEvent, PeerEvent, PeerState, RemoteTrack, SdpKind};

/// What is for the session.
pub(crate) const fn page_event(event: PageEvent) -> Option<Event> {
    match event {
        PageEvent::Online => Some(Event::Online),
        PageEvent::Shown => Some(Event::Wake),
        PageEvent::Hidden => Some(Event::PageHidden),
        PageEvent::Concealed | PageEvent::Restored => None,
    }
}

/// What is for the session; a track is for whoever shows it.
pub(crate) fn pair_event(event: PeerEvent) -> Result<PairEvent, RemoteTrack> {
    Ok(match event {
        PeerEvent::NegotiationNeeded => PairEvent::NegotiationNeeded,
        PeerEvent::Candidate(candidate) => PairEvent::CandidateFound(candidate),
        PeerEvent::GatheringDone => PairEvent::GatheringDone,
        PeerEvent::CandidateError(code) => PairEvent::CandidateError(code),
        PeerEvent::State(state) => PairEvent::ConnectionState(connection_state(state)),
        PeerEvent::ChannelOpened => PairEvent::ChannelOpened,
        PeerEvent::ChannelClosed => PairEvent::ChannelClosed,
        PeerEvent::ChannelMessage(payload) => PairEvent::ChannelMessage(payload),
        PeerEvent::Track(track) => return Err(track),
    })
}

const fn connection_state(state: PeerState) -> ConnectionState {
    match state {
        PeerState::New => ConnectionState::New,
        PeerState::Connecting => ConnectionState::Connecting,
        PeerState::Connected => ConnectionState::Connected,
        PeerState::Disconnected => ConnectionState::Disconnected,
        PeerState::Failed => ConnectionState::Failed,
        PeerState::Closed => ConnectionState::Closed,
    }
}

pub(crate) const fn sample(sample: sightline_web::Sample) -> Sample {
    let sightline_web::Sample { frames, packets, level } = sample;
    Sample { frames, packets, level }
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
