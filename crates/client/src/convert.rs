//! The browser's words for the session's, and back.

use sightline_session::{
    ConnectionEvent, ConnectionState, Degradation, Description, DescriptionKind, Event, Limitation,
    Outbound, ProbeMessage, Sample, SendSettings,
};
use sightline_web::{DegradationPreference, PageEvent, PeerEvent, PeerState, RemoteTrack, SdpKind};

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
pub(crate) fn connection_event(event: PeerEvent) -> Result<ConnectionEvent, RemoteTrack> {
    Ok(match event {
        PeerEvent::NegotiationNeeded => ConnectionEvent::NegotiationNeeded,
        PeerEvent::Candidate(candidate) => ConnectionEvent::CandidateFound(candidate),
        PeerEvent::GatheringDone => ConnectionEvent::GatheringDone,
        PeerEvent::CandidateError(code) => ConnectionEvent::CandidateError(code),
        PeerEvent::State(state) => ConnectionEvent::ConnectionState(connection_state(state)),
        PeerEvent::ChannelOpened => ConnectionEvent::ChannelOpened,
        PeerEvent::ChannelClosed => ConnectionEvent::ChannelClosed,
        PeerEvent::ChannelMessage(payload) => ConnectionEvent::ChannelMessage(payload),
        PeerEvent::ProbeOpened => ConnectionEvent::ProbeOpened,
        PeerEvent::Probe(message) => ConnectionEvent::Probe(session_probe(message)),
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

const fn session_probe(message: sightline_web::ProbeMessage) -> ProbeMessage {
    match message {
        sightline_web::ProbeMessage::Chunk { train, bytes } => ProbeMessage::Chunk { train, bytes },
        sightline_web::ProbeMessage::Report(report) => ProbeMessage::Report(report),
    }
}

pub(crate) const fn web_probe(message: ProbeMessage) -> sightline_web::ProbeMessage {
    match message {
        ProbeMessage::Chunk { train, bytes } => sightline_web::ProbeMessage::Chunk { train, bytes },
        ProbeMessage::Report(report) => sightline_web::ProbeMessage::Report(report),
    }
}

pub(crate) const fn preference(settings: SendSettings) -> DegradationPreference {
    match settings.degradation {
        Degradation::MaintainFramerate => DegradationPreference::MaintainFramerate,
        Degradation::MaintainResolution => DegradationPreference::MaintainResolution,
    }
}

pub(crate) const fn sample(sample: &sightline_web::Sample) -> Sample {
    let sightline_web::Sample { frames, packets, level, .. } = *sample;
    Sample { frames, packets, level }
}

pub(crate) const fn outbound(outbound: sightline_web::Outbound) -> Outbound {
    Outbound {
        frames_per_second: outbound.frames_per_second,
        source_frames_per_second: outbound.source_frames_per_second,
        target_kbps: outbound.target_kbps,
        available_kbps: outbound.available_kbps,
        limitation: match outbound.limitation {
            sightline_web::Limitation::None => Limitation::None,
            sightline_web::Limitation::Cpu => Limitation::Cpu,
            sightline_web::Limitation::Bandwidth => Limitation::Bandwidth,
            sightline_web::Limitation::Other => Limitation::Other,
        },
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
