//! What the relay can be told, and the numbers it keeps to when it isn't told otherwise.

use std::time::Duration;

use sightline_protocol::{Heartbeat, limits};

use crate::origin::Origin;

/// The relay's settings. [`Config::default`] is what the binary runs with.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// What a client may use up.
    pub limits: Limits,
    /// STUN servers that pages are told to use, as `stun:host:port`. None by
    /// default: a machine on the internet is not contacted unasked.
    pub stun: Vec<String>,
    /// Origins besides the page's own whose scripts may open `/ws`.
    pub allowed_origins: Vec<Origin>,
}

/// What a client may use up. Everything that can grow has a number here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest message from a client, in bytes: [`limits::MAX_MESSAGE_BYTES`].
    pub message_bytes: usize,
    /// The longest room name, in characters; at most, and by default,
    /// [`limits::MAX_ROOM_NAME`].
    pub room_name: usize,
    /// Receivers in one room; at most, and by default, [`limits::MAX_RECEIVERS`]: a
    /// sender's page serves no more.
    pub receivers: usize,
    /// Members of one call; at most, and by default, [`limits::MAX_MEMBERS`]: each sends
    /// its picture to each other one.
    pub members: usize,
    /// Rooms at a time: [`MAX_ROOMS`].
    pub rooms: usize,
    /// WebSocket connections at a time: [`MAX_CONNECTIONS`].
    pub connections: usize,
    /// Connections beyond [`Limits::connections`], for page loads, health checks and
    /// telling clients that the relay is full: [`SPARE_CONNECTIONS`].
    pub spare_connections: usize,
    /// How long the seat of a peer whose connection broke is kept for it: [`KEEP_SEAT`].
    pub keep_seat: Duration,
    /// How long the seat of a receiver or member is kept whose page was closed, where that is
    /// less than [`Limits::keep_seat`]: [`KEEP_CLOSED_SEAT`].
    pub keep_closed_seat: Duration,
    /// Kept seats at a time; beyond it the oldest is given up: [`MAX_KEPT_SEATS`].
    pub kept_seats: usize,
    /// Time for a request's head: [`HEAD_TIMEOUT`].
    pub head_timeout: Duration,
    /// Time for a connection that isn't a WebSocket as a whole: [`HTTP_TIMEOUT`].
    pub http_timeout: Duration,
    /// Time after that for the response under way: [`HTTP_GRACE`].
    pub http_grace: Duration,
    /// Time for the first message, `join`: [`JOIN_TIMEOUT`].
    pub join_timeout: Duration,
    /// Silence after which the relay asks with a WebSocket ping: [`PING_AFTER`].
    pub ping_after: Duration,
    /// Silence after which it gives a connection up: [`IDLE_TIMEOUT`].
    pub idle_timeout: Duration,
    /// Time in which a client has to take something of what is written to it:
    /// [`WRITE_TIMEOUT`].
    pub write_timeout: Duration,
    /// How long a receiver that takes nothing may hold up a sender that has more for
    /// it, and one member of a call another: [`HOLD_TIME`].
    pub hold_time: Duration,
    /// Time for the rest of a connection after the close frame: [`CLOSE_TIMEOUT`].
    pub close_timeout: Duration,
    /// Messages that may wait for one client: [`QUEUE_MESSAGES`].
    pub queue_messages: usize,
    /// Bytes that may wait for one client: [`QUEUE_BYTES`].
    pub queue_bytes: usize,
    /// Messages a second that a client may send in the long run: [`MESSAGE_RATE`].
    pub message_rate: usize,
    /// Messages that it may send at once: [`MESSAGE_BURST`].
    pub message_burst: usize,
    /// Bytes a second that a client may send in the long run: [`BYTE_RATE`].
    pub byte_rate: usize,
    /// Bytes that it may send at once: [`BYTE_BURST`].
    pub byte_burst: usize,
    /// Messages that make no sense before the connection is closed:
    /// [`TOLERATED_ERRORS`].
    pub tolerated_errors: u32,
    /// Time for all connections to end when the relay stops: [`DRAIN_TIMEOUT`].
    pub drain_timeout: Duration,
}

/// Two peers make a room, and most rooms have two: half of [`MAX_CONNECTIONS`].
pub const MAX_ROOMS: usize = 10_000;

/// A phone that is woken, a laptop that changes its network, a page that is loaded again
/// and asks for the camera: nearly all are back within a minute. Longer, and somebody
/// else would wait for nothing.
pub const KEEP_SEAT: Duration = Duration::from_secs(60);

/// A page that is reloaded is back within a second or two, over a slow line within ten. A
/// page that was closed for good looks the same, and is not waited for any longer.
pub const KEEP_CLOSED_SEAT: Duration = Duration::from_secs(10);

/// A fifth of [`MAX_CONNECTIONS`] broken within a minute. With a room of its own each
/// takes about 400 bytes, 1.6 MB in all; and whoever joins and breaks off as fast as it
/// can doesn't get further than that. A peer whose seat was given up loses nothing but
/// the right to find it free.
pub const MAX_KEPT_SEATS: usize = 4_096;

/// At 3 KiB of the relay's and 5 KiB of the kernel's memory each, 160 MB: a small
/// machine carries it.
pub const MAX_CONNECTIONS: usize = 20_000;

/// A twentieth of [`MAX_CONNECTIONS`]. They are short: the page's few files, or one
/// refusal.
pub const SPARE_CONNECTIONS: usize = 1_000;

/// A browser sends a request's head in one packet; five seconds take several lost
/// ones. It also ends connections that are kept open without a request.
pub const HEAD_TIMEOUT: Duration = Duration::from_secs(5);

/// The app over a 2G line (20 kbit/s) takes about 45 s. It ends clients that take
/// a file byte by byte.
pub const HTTP_TIMEOUT: Duration = Duration::from_secs(120);

/// A page joins as soon as its socket is open.
pub const JOIN_TIMEOUT: Duration = Duration::from_secs(5);

/// The response that is under way when [`HTTP_TIMEOUT`] is over may be a browser's that
/// asked just then: the app at 200 kbit/s takes less.
pub const HTTP_GRACE: Duration = Duration::from_secs(10);

/// Pages ping after [`HEARTBEAT`]'s 5 s by themselves, so this asks those that can't:
/// hidden tabs, whose timers browsers stretch to a minute. The browser itself answers.
pub const PING_AFTER: Duration = Duration::from_secs(10);

/// A ping that is lost twice has 15 s to be sent again by TCP. Well under the minute
/// after which proxies cut a silent connection.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(25);

/// A write waits only when the client has not taken what was sent before, a hundred
/// kilobytes in the kernel: when it takes nothing more for five seconds it will not.
pub const WRITE_TIMEOUT: Duration = Duration::from_secs(5);

/// A sender's envelopes to all its receivers come over one connection, so those behind
/// one that can't be queued wait with it. A quarter of a second is not noticed while a
/// call is set up, and longer than a mobile line's usual gaps. When a receiver has taken
/// nothing for so long, what comes for it fills the rest of its queue, and then it is
/// closed. A receiver has only the sender to send to: it waits for [`WRITE_TIMEOUT`],
/// after which the sender is given up anyway, so that no receiver can throw it out. A
/// member of a call sends to several, as a sender does.
pub const HOLD_TIME: Duration = Duration::from_millis(250);

/// Two round trips of the slowest line that a call is possible over.
pub const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// Eight receivers that negotiate at once send a sender about forty messages. Envelopes
/// take half of it, and the next one waits; the other half is for the relay's own.
pub const QUEUE_MESSAGES: usize = 64;

/// Sixteen offers of the largest kind that is seen.
pub const QUEUE_BYTES: usize = 256 * 1024;

/// Eight receivers with 64 candidates each, the most that a page takes, are 512 messages
/// and as many answers in ten seconds. In the long run a call is silent but for a ping
/// every few seconds.
pub const MESSAGE_RATE: usize = 100;

/// A sender's browser with many interfaces finds hundreds of candidates at once, for
/// each of eight receivers.
pub const MESSAGE_BURST: usize = 1_000;

/// Two messages of the largest size a second.
pub const BYTE_RATE: usize = 128 * 1024;

/// Eight receivers' offers of 32 KiB and 64 candidates of 1 KiB each, the most that a
/// page takes, are 768 KiB.
pub const BYTE_BURST: usize = 1024 * 1024;

/// A page of another version may send a few messages that this one does not know;
/// who sends more is not a page.
pub const TOLERATED_ERRORS: u32 = 16;

/// A client that takes nothing is given up after [`WRITE_TIMEOUT`], one that doesn't
/// close after [`CLOSE_TIMEOUT`]: this covers both, and is shorter than the ten seconds
/// that service managers wait before they kill.
pub const DRAIN_TIMEOUT: Duration = Duration::from_secs(8);

/// What pages are told: a page asks after 5 s of silence and has given up after 12 s,
/// so that a person learns it before they wonder.
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
            hold_time: HOLD_TIME,
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
