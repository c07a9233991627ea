//! What goes into a session and what comes out of it.

use sightline_protocol::{Candidate, ClientMessage, CloseCode, IceServer, PeerId, RelayMessage};

/// Names one peer connection of this page. Never used twice within a session, so
/// what a closed one still reports is known to be stale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PairId(pub u32);

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The page opened, or its person asks to try again.
    Start,
    /// The page is left, or its person has had enough.
    Stop,
    /// The socket to the relay is open.
    SocketOpened,
    /// The relay said something.
    SocketMessage(RelayMessage),
    /// The relay said something that is no message.
    SocketGarbage,
    /// The socket is closed, or could not be opened.
    SocketClosed(CloseCode),
    /// The camera is there and its owner may share it.
    CameraReady,
    /// The camera is not there any more.
    CameraGone,
    /// The owner said "Go live".
    GoLive,
    /// Something happened to a peer connection.
    Pair(PairId, PairEvent),
    /// The network came back, the page became visible: what waits to be tried again is
    /// tried at once.
    Wake,
    /// [`crate::Session::next_timeout`] was reached.
    Timeout,
}

/// What happened to a peer connection.
#[derive(Clone, Debug, PartialEq)]
pub enum PairEvent {
    /// `negotiationneeded` fired.
    NegotiationNeeded,
    /// [`Command::SetLocalDescription`] is done; this is the description.
    LocalDescription(Result<Description, SetFailed>),
    /// [`Command::SetRemoteDescription`] is done.
    RemoteDescription(Result<(), SetFailed>),
    /// A local candidate was found.
    CandidateFound(Candidate),
    /// `connectionState` changed.
    ConnectionState(ConnectionState),
    /// So many frames have been decoded in all.
    FramesDecoded(u64),
}

/// The browser did not take or make a description.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the browser refused the session description")]
pub struct SetFailed;

/// The W3C's `RTCPeerConnectionState`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionState {
    /// Nothing has been tried.
    New,
    /// ICE or DTLS is at work.
    Connecting,
    /// Media can flow.
    Connected,
    /// Was connected; may come back by itself.
    Disconnected,
    /// Won't come back by itself.
    Failed,
    /// Closed by this side.
    Closed,
}

/// Offer or answer (`RTCSdpType`, without the kinds that we don't use).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DescriptionKind {
    /// An offer.
    Offer,
    /// An answer.
    Answer,
}

/// A session description.
#[derive(Clone, PartialEq, Eq)]
pub struct Description {
    /// Offer or answer.
    pub kind: DescriptionKind,
    /// The description (RFC 8866).
    pub sdp: String,
}

/// Leaves addresses out, so that no log has them.
impl std::fmt::Debug for Description {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}({} bytes)", self.kind, self.sdp.len())
    }
}

/// What the driver is to do. Commands are to be begun in order; none waits for
/// another to end.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Open a socket to the relay; report `SocketOpened` or `SocketClosed`.
    OpenSocket,
    /// Close the socket, and report nothing more from it.
    CloseSocket,
    /// Send this over the socket.
    Send(ClientMessage),
    /// Make a peer connection with these servers. A sender adds one `sendonly`
    /// transceiver for picture and one for sound, without a track.
    CreatePair {
        /// What to call it.
        pair: PairId,
        /// Who is at the other end.
        peer: PeerId,
        /// Its STUN and TURN servers.
        ice_servers: Vec<IceServer>,
    },
    /// Close the peer connection, and report nothing more from it.
    ClosePair(PairId),
    /// Call `setLocalDescription()` without argument; report `LocalDescription`.
    SetLocalDescription(PairId),
    /// Call `setRemoteDescription()`; report `RemoteDescription`.
    SetRemoteDescription(PairId, Description),
    /// Call `addIceCandidate()`. A refusal is no matter: a bad candidate is one
    /// path fewer.
    AddCandidate(PairId, Candidate),
    /// Give the camera's tracks to the senders of this peer connection
    /// (`replaceTrack`).
    Publish(PairId),
}
