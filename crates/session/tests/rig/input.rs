//! What can happen, in short.

use sightline_protocol::{
    AttemptId, CloseCode, ErrorCode, Heartbeat, IceReport, IceServer, InstanceId, LeaveReason,
    Paths, PeerInfo, RelayMessage, Role, Signal, TrackState,
};
use sightline_session::{
    ConnectionEvent, ConnectionId, ConnectionState, Description, DescriptionKind, Event, Sample,
    SetFailed,
};

use super::others::{Heeds, Way};
use super::{Rig, candidate, peer};

/// As the number of an attempt: the last one that the session named to that peer.
pub const OURS: u32 = 0;

/// Something that happens.
#[derive(Clone, Copy, Debug)]
pub enum In {
    Start,
    Stop,
    PageHidden,
    /// Camera and microphone are there.
    Camera,
    Media(TrackState, TrackState),
    GoLive,
    Wake,
    /// After so many seconds of sleep.
    Slept(u64),
    Online,
    /// Nothing but time.
    Time,
    Opened,
    Malformed,
    Closed(u16),
    /// The relay lets us in; the others, by number.
    Welcome(&'static [u8]),
    /// With a STUN server (`stun:`) or a TURN server (`turn:`), too.
    WelcomeWith(&'static [u8], &'static str),
    /// With the page that it always had.
    Joined(u8),
    /// With another page.
    Reloaded(u8),
    /// Somebody in that role.
    JoinedAs(u8, Role),
    Left(u8),
    Lost(u8),
    Error(ErrorCode),
    /// "I stop; come back after so many milliseconds."
    Restarting(u32),
    Pong,
    /// From a peer: its number and the attempt's; an offer's or answer's round.
    Offer(u8, u32, u32),
    Answer(u8, u32, u32),
    Candidate(u8, u32),
    Fails(u8, u32),
    Finds(u8, u32),
    Says(u8, TrackState, TrackState),
    /// A peer says goodbye over the channel of that connection.
    Leaves(u8, u32),
    /// What is sent to that peer is lost; is taken, but not acknowledged; is both.
    Deaf(u8),
    Mute(u8),
    Hears(u8),
    /// It acknowledges what it has taken.
    Acks(u8),
    /// From a connection of ours.
    Needed(u32),
    LocalOffer(u32),
    LocalAnswer(u32),
    LocalFails(u32),
    RemoteSet(u32),
    RemoteFails(u32),
    Found(u32),
    FoundAll(u32),
    CandidateError(u32, u16),
    State(u32, ConnectionState),
    /// Frames and packets so far.
    Frames(u32, u64),
    /// Frames so far, packets so far, and how loud it is.
    Sample(u32, u64, u64, u8),
    ChannelOpened(u32),
    ChannelClosed(u32),
    Inspected(u32),
}

impl Rig {
    fn other_role(&self) -> Role {
        match self.role {
            Role::Sender => Role::Receiver,
            Role::Receiver => Role::Sender,
            Role::Member => Role::Member,
        }
    }

    fn info(&mut self, number: u8, role: Role) -> PeerInfo {
        PeerInfo { peer: peer(number), role, instance: self.other(number).instance, seat: number }
    }

    fn welcome(&mut self, others: &[u8], url: &str) -> RelayMessage {
        let role = self.other_role();
        let peers = others.iter().map(|number| self.info(*number, role)).collect();
        let urls = vec![url.to_owned()];
        let ice_servers = if url.is_empty() { Vec::new() } else { vec![IceServer { urls }] };
        let heartbeat = Heartbeat { ping_after_ms: 5_000, dead_after_ms: 12_000 };
        let (peer, seat, roles) = (peer(self.me), self.me, Vec::new());
        RelayMessage::Welcome { peer, seat, peers, roles, ice_servers, heartbeat }
    }

    /// The event; none where only the other page is another one from now on.
    pub(super) fn event(&mut self, input: In) -> Option<Event> {
        let page = match input {
            In::Start => Event::Start,
            In::Stop => Event::Stop,
            In::PageHidden => Event::PageHidden,
            In::Camera => {
                Event::Media { video: TrackState::On, audio: TrackState::On, revision: 0 }
            }
            In::Media(video, audio) => Event::Media { video, audio, revision: 0 },
            In::GoLive => Event::GoLive,
            In::Wake => Event::Wake,
            In::Slept(seconds) => Event::Slept(std::time::Duration::from_secs(seconds)),
            In::Online => Event::Online,
            In::Time => Event::Timeout,
            In::Opened => Event::SocketOpened,
            In::Malformed => Event::SocketMalformed,
            In::Closed(code) => Event::SocketClosed(CloseCode(code)),
            In::Deaf(number) => return self.heeds(number, Heeds::Nothing),
            In::Mute(number) => return self.heeds(number, Heeds::Silently),
            In::Hears(number) => return self.heeds(number, Heeds::All),
            In::Acks(number) => self.acknowledges(number),
            _ => match self.relay_event(input) {
                Some(message) => Event::SocketMessage(message),
                None => self.peer_event(input).unwrap_or_else(|| browser_event(input)),
            },
        };
        Some(page)
    }

    fn heeds(&mut self, number: u8, heeds: Heeds) -> Option<Event> {
        self.heed(number, heeds);
        None
    }

    fn relay_event(&mut self, input: In) -> Option<RelayMessage> {
        let left = |number, reason| RelayMessage::PeerLeft { peer: peer(number), reason };
        let error = |code, retry_after_ms| {
            let message = String::new();
            RelayMessage::Error { code, message, retry_after_ms }
        };
        Some(match input {
            In::Welcome(others) => self.welcome(others, ""),
            In::WelcomeWith(others, url) => self.welcome(others, url),
            In::Joined(number) => {
                RelayMessage::PeerJoined { peer: self.info(number, self.other_role()) }
            }
            In::Reloaded(number) => {
                self.reload(number);
                RelayMessage::PeerJoined { peer: self.info(number, self.other_role()) }
            }
            In::JoinedAs(number, role) => {
                let page = InstanceId(u32::from(number));
                RelayMessage::PeerJoined {
                    peer: PeerInfo { peer: peer(number), role, instance: page, seat: number },
                }
            }
            In::Left(number) => left(number, LeaveReason::Left),
            In::Lost(number) => left(number, LeaveReason::Lost),
            In::Error(code) => error(code, None),
            In::Restarting(after) => error(ErrorCode::Restarting, Some(after)),
            In::Pong => RelayMessage::Pong,
            _ => return None,
        })
    }

    fn peer_event(&mut self, input: In) -> Option<Event> {
        let attempt_id = |rig: &mut Self, from, attempt| {
            AttemptId(if attempt == OURS { rig.other(from).attempt } else { attempt })
        };
        let sdp = "v=0".to_owned();
        if let In::Leaves(from, connection) = input {
            return Some(self.said(from, Way::Direct(connection), Signal::Leave));
        }
        let (from, signal) = match input {
            In::Offer(from, attempt, round) => {
                let attempt = attempt_id(self, from, attempt);
                (from, Signal::CreateOffer { attempt, round, sdp })
            }
            In::Answer(from, attempt, round) => {
                let attempt = attempt_id(self, from, attempt);
                (from, Signal::CreateAnswer { attempt, round, sdp })
            }
            In::Candidate(from, attempt) => {
                let attempt = attempt_id(self, from, attempt);
                (from, Signal::IceCandidate { attempt, candidate: candidate("c") })
            }
            In::Fails(from, attempt) => {
                let attempt = attempt_id(self, from, attempt);
                (from, Signal::ConnectionFailed { attempt })
            }
            In::Finds(from, attempt) => {
                let attempt = attempt_id(self, from, attempt);
                let report = IceReport { host: 1, gathered: true, ..IceReport::default() };
                (from, Signal::IceReport { attempt, report })
            }
            In::Says(from, video, audio) => (from, Signal::Media { video, audio }),
            _ => return None,
        };
        Some(self.said(from, Way::Relay, signal))
    }
}

fn browser_event(input: In) -> Event {
    let local = |id, kind| {
        let sdp = "v=0".to_owned();
        (id, ConnectionEvent::LocalDescription(Ok(Description { kind, sdp })))
    };
    let (id, event) = match input {
        In::Needed(id) => (id, ConnectionEvent::NegotiationNeeded),
        In::LocalOffer(id) => local(id, DescriptionKind::Offer),
        In::LocalAnswer(id) => local(id, DescriptionKind::Answer),
        In::LocalFails(id) => (id, ConnectionEvent::LocalDescription(Err(SetFailed))),
        In::RemoteSet(id) => (id, ConnectionEvent::RemoteDescription(Ok(()))),
        In::RemoteFails(id) => (id, ConnectionEvent::RemoteDescription(Err(SetFailed))),
        In::Found(id) => {
            let line = "candidate:1 1 udp 2122260223 192.0.2.77 54321 typ host";
            (id, ConnectionEvent::CandidateFound(candidate(line)))
        }
        In::FoundAll(id) => (id, ConnectionEvent::GatheringDone),
        In::CandidateError(id, code) => (id, ConnectionEvent::CandidateError(code)),
        In::State(id, state) => (id, ConnectionEvent::ConnectionState(state)),
        In::Frames(id, frames) => {
            (id, ConnectionEvent::Sample(Sample { frames, packets: frames, level: 0 }))
        }
        In::Sample(id, frames, packets, level) => {
            (id, ConnectionEvent::Sample(Sample { frames, packets, level }))
        }
        In::ChannelOpened(id) => (id, ConnectionEvent::ChannelOpened),
        In::ChannelClosed(id) => (id, ConnectionEvent::ChannelClosed),
        In::Inspected(id) => (id, ConnectionEvent::Inspected(Paths::default())),
        other => unreachable!("not from a browser: {other:?}"),
    };
    Event::Connection(ConnectionId(id), event)
}
