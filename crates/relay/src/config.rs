//! The relay's configuration, and the default of each limit with its reason.

use std::time::Duration;

use sightline_protocol::{Heartbeat, limits};

use crate::origin::Origin;

/// The relay's configuration. [`Config::default`] is what the binary runs with.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Limits on what clients can use.
    pub limits: Limits,
    /// STUN servers for the pages, as `stun:host:port`. None by default, so that no third party
    /// is contacted unless the operator wants it.
    pub stun: Vec<String>,
    /// Additional origins whose pages may open `/ws`.
    pub allowed_origins: Vec<Origin>,
}

/// Limits on what clients can use. Everything that can grow has a limit here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest message from a client, in bytes: [`limits::MAX_MESSAGE_BYTES`].
    pub message_bytes: usize,
    /// The longest room name, in characters. The default, and the maximum, is
    /// [`limits::MAX_ROOM_NAME`].
    pub room_name: usize,
    /// Receivers in one room. The default, and the maximum that a sender's page supports, is
    /// [`limits::MAX_RECEIVERS`].
    pub receivers: usize,
    /// Members of one call. The default, and the maximum that the app supports, is
    /// [`limits::MAX_MEMBERS`].
    pub members: usize,
    /// Number of rooms: [`MAX_ROOMS`].
    pub rooms: usize,
    /// Number of WebSocket connections: [`MAX_CONNECTIONS`].
    pub connections: usize,
    /// TCP connections beyond [`Limits::connections`]. They are for page loads, health checks and
    /// `relayFull` errors: [`SPARE_CONNECTIONS`].
    pub spare_connections: usize,
    /// How long the seat of a peer whose connection was lost is kept: [`KEEP_SEAT`].
    pub keep_seat: Duration,
    /// How long the seat of a receiver or member whose page was closed is kept, if that is less
    /// than [`Limits::keep_seat`]: [`KEEP_CLOSED_SEAT`].
    pub keep_closed_seat: Duration,
    /// Number of kept seats. At the limit the oldest one is freed: [`MAX_KEPT_SEATS`].
    pub kept_seats: usize,
    /// Timeout for the head of a request: [`HEAD_TIMEOUT`].
    pub head_timeout: Duration,
    /// Timeout for a whole connection that isn't a WebSocket: [`HTTP_TIMEOUT`].
    pub http_timeout: Duration,
    /// Additional time for a response that is being sent: [`HTTP_GRACE`].
    pub http_grace: Duration,
    /// Timeout for the first message, `join`: [`JOIN_TIMEOUT`].
    pub join_timeout: Duration,
    /// Silence after which the relay sends a WebSocket ping: [`PING_AFTER`].
    pub ping_after: Duration,
    /// Silence after which the relay closes the connection: [`IDLE_TIMEOUT`].
    pub idle_timeout: Duration,
    /// How long a client may read nothing before its connection is closed: [`WRITE_TIMEOUT`].
    pub write_timeout: Duration,
    /// How long a peer that reads nothing can block a sender or member that has messages for it:
    /// [`BACKPRESSURE_TIMEOUT`].
    pub backpressure_timeout: Duration,
    /// How long to wait for the peer to close after the close frame: [`CLOSE_TIMEOUT`].
    pub close_timeout: Duration,
    /// Messages in the send queue of a client: [`QUEUE_MESSAGES`].
    pub queue_messages: usize,
    /// Bytes in the send queue of a client: [`QUEUE_BYTES`].
    pub queue_bytes: usize,
    /// Rate limit for messages from a client, per second: [`MESSAGE_RATE`].
    pub message_rate: usize,
    /// Messages that a client may send in a burst: [`MESSAGE_BURST`].
    pub message_burst: usize,
    /// Rate limit for bytes from a client, per second: [`BYTE_RATE`].
    pub byte_rate: usize,
    /// Bytes that a client may send in a burst: [`BYTE_BURST`].
    pub byte_burst: usize,
    /// Invalid messages that are tolerated before the connection is closed:
    /// [`TOLERATED_ERRORS`].
    pub tolerated_errors: u32,
    /// Time for all connections to close during a shutdown: [`DRAIN_TIMEOUT`].
    pub drain_timeout: Duration,
}

/// Half of [`MAX_CONNECTIONS`], because most rooms have two peers.
pub const MAX_ROOMS: usize = 10_000;

/// A phone that wakes up, a laptop that changes networks, a page that reloads and asks for the
/// camera: nearly all are back within a minute. A longer time would block others in vain.
pub const KEEP_SEAT: Duration = Duration::from_secs(60);

/// A page that reloads is back within two seconds, and on a slow network within ten. A page that
/// was closed for good looks the same, so the seat isn't kept any longer.
pub const KEEP_CLOSED_SEAT: Duration = Duration::from_secs(10);

/// A fifth of [`MAX_CONNECTIONS`], lost within a minute. Each takes about 400 bytes including a
/// room of its own, 1.6 MB in all, which is also the most that an attacker who joins and
/// disconnects can use up. A peer whose seat was freed can still rejoin if there is a free seat.
pub const MAX_KEPT_SEATS: usize = 4_096;

/// At 3 KiB of memory in the relay and 5 KiB in the kernel for each, 160 MB in all: small enough
/// for a small machine.
pub const MAX_CONNECTIONS: usize = 20_000;

/// A twentieth of [`MAX_CONNECTIONS`]. These connections are short: the app's few files, or one
/// error.
pub const SPARE_CONNECTIONS: usize = 1_000;

/// A browser sends the head of a request in one packet. Five seconds allow for several
/// retransmissions. Idle keep-alive connections are closed after this time, too.
pub const HEAD_TIMEOUT: Duration = Duration::from_secs(5);

/// The app takes about 45 s over 2G (20 kbit/s). This timeout stops clients that read a file byte
/// by byte.
pub const HTTP_TIMEOUT: Duration = Duration::from_secs(120);

/// A page joins as soon as its socket is open.
pub const JOIN_TIMEOUT: Duration = Duration::from_secs(5);

/// When [`HTTP_TIMEOUT`] is over, a browser may just have sent a request. The app takes less than
/// this at 200 kbit/s.
pub const HTTP_GRACE: Duration = Duration::from_secs(10);

/// Pages send pings themselves, after the 5 s of [`HEARTBEAT`]. This is for hidden tabs, whose
/// timers browsers delay by up to a minute. The browser itself replies to a WebSocket ping.
pub const PING_AFTER: Duration = Duration::from_secs(10);

/// Leaves TCP 15 s to retransmit a ping that is lost twice. Well below the minute after which
/// proxies close a silent connection.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(25);

/// A write waits only if the client hasn't read what was sent before, about 100 kB in the kernel.
/// A client that reads nothing of that for five seconds isn't likely to read again.
pub const WRITE_TIMEOUT: Duration = Duration::from_secs(5);

/// A sender's envelopes to all receivers arrive on one connection, so one envelope that can't be
/// queued blocks the others (head-of-line blocking). Nobody notices a quarter of a second while a
/// call is set up, and it is longer than the usual gaps of a mobile network. After that time,
/// further envelopes fill the rest of the slow peer's queue, and when the queue is full that
/// peer is disconnected. Members of a call are treated like senders, because they have several
/// recipients, too. A receiver has one recipient, the sender, and waits for [`WRITE_TIMEOUT`]:
/// after that the sender is disconnected anyway, so no receiver can cause it.
pub const BACKPRESSURE_TIMEOUT: Duration = Duration::from_millis(250);

/// Two round trips on the slowest network that can carry a call.
pub const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// Eight receivers that negotiate at the same time send about forty messages to a sender.
/// Envelopes can fill half of the queue; the other half is for the relay's own messages.
pub const QUEUE_MESSAGES: usize = 64;

/// Sixteen of the largest offers that browsers make.
pub const QUEUE_BYTES: usize = 256 * 1024;

/// Eight receivers with 64 candidates each, the most that a page accepts, are 512 messages and as
/// many replies in ten seconds. After that, a call only sends a ping every few seconds.
pub const MESSAGE_RATE: usize = 100;

/// A sender's browser with many network interfaces finds hundreds of candidates at once for its
/// eight receivers.
pub const MESSAGE_BURST: usize = 1_000;

/// Two messages of the largest size a second.
pub const BYTE_RATE: usize = 128 * 1024;

/// For each of eight receivers an offer of 32 KiB and 64 candidates of 1 KiB, the most that a page
/// accepts: 768 KiB.
pub const BYTE_BURST: usize = 1024 * 1024;

/// A page of a newer version may send a few messages that this relay doesn't know. A client that
/// sends more isn't a page.
pub const TOLERATED_ERRORS: u32 = 16;

/// Longer than [`WRITE_TIMEOUT`] and [`CLOSE_TIMEOUT`] together, and shorter than the ten seconds
/// after which service managers kill a process.
pub const DRAIN_TIMEOUT: Duration = Duration::from_secs(8);

/// The heartbeat of pages: a page sends a ping after 5 s of silence, and reconnects after 12 s, so
/// that its user is informed soon.
pub const HEARTBEAT: Heartbeat = Heartbeat { ping_after_ms: 5_000, dead_after_ms: 12_000 };

impl Default for Limits {
    fn default() -> Self {
        Self {
            message_bytes: limits::MAX_MESSAGE_BYTES,
            room_name: limits::MAX_ROOM_NAME,
            receivers: limits::MAX_RECEIVERS,
            members: limits::MAX_MEMBERS,
            rooms: MAX_ROOMS,
            connections: MAX_CONNECTIONS,
            spare_connections: SPARE_CONNECTIONS,
            keep_seat: KEEP_SEAT,
            keep_closed_seat: KEEP_CLOSED_SEAT,
            kept_seats: MAX_KEPT_SEATS,
            head_timeout: HEAD_TIMEOUT,
            http_timeout: HTTP_TIMEOUT,
            http_grace: HTTP_GRACE,
            join_timeout: JOIN_TIMEOUT,
            ping_after: PING_AFTER,
            idle_timeout: IDLE_TIMEOUT,
            write_timeout: WRITE_TIMEOUT,
            backpressure_timeout: BACKPRESSURE_TIMEOUT,
            close_timeout: CLOSE_TIMEOUT,
            queue_messages: QUEUE_MESSAGES,
            queue_bytes: QUEUE_BYTES,
            message_rate: MESSAGE_RATE,
            message_burst: MESSAGE_BURST,
            byte_rate: BYTE_RATE,
            byte_burst: BYTE_BURST,
            tolerated_errors: TOLERATED_ERRORS,
            drain_timeout: DRAIN_TIMEOUT,
        }
    }
}
