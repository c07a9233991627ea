//! One WebSocket connection, from the upgrade to the close frame.
//!
//! A connection is one task. Only this task reads from and writes to the socket. An idle
//! connection needs memory for the task, the socket with its read buffer, and an empty
//! [`SendQueue`]; there is no channel and no second task. The submodule `handler` handles
//! incoming frames, `writer` writes the send queue to the socket.

mod handler;
mod writer;

use std::collections::VecDeque;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use sightline_protocol::ErrorCode;
use tokio::task::yield_now;
use tokio::time::{Instant, sleep_until};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{Bytes, Message, Utf8Bytes};
use tracing::{debug, info};

use crate::close::{CloseReason, close};
use crate::identity::ShortId;
use crate::rate_limit::RateLimited;
use crate::rooms::Seat;
use crate::send_queue::{QueueFull, SendQueue};
use crate::state::RelayState;

pub(crate) type Socket = WebSocketStream<RateLimited>;

/// How many frames are read before the task yields to other connections. The socket's buffer
/// may hold hundreds of frames, and reading those never waits.
const READ_BATCH: usize = 16;

/// The state of a connection. It is boxed because an async function reserves space for each
/// place that a value is moved to.
pub(crate) struct Connection {
    state: Arc<RelayState>,
    send_queue: Arc<SendQueue>,
    socket: Socket,
    /// `None` before the peer has joined.
    seat: Option<Seat>,
    opened_at: Instant,
    /// When the last frame of any kind arrived.
    last_received: Instant,
    /// Whether a WebSocket ping was sent since then.
    ping_sent: bool,
    errors: u32,
    /// Frames that were read in this batch.
    frames_in_batch: usize,
    /// Set while reading is paused.
    pause: Option<Box<Pause>>,
    /// Whether this connection is in the `held_back` counter.
    is_counted_held_back: bool,
}

/// While a connection is paused, nothing is read from it. Writing and closing continue.
struct Pause {
    over: Pin<Box<dyn Future<Output = ()> + Send>>,
    /// The last message, if it has to be handled again after the pause.
    pending: Option<Utf8Bytes>,
}

/// Serves a connection until it is closed.
pub(crate) async fn serve(mut connection: Box<Connection>) {
    let reason = connection.run().await;
    let unsent = connection.leave_room(&reason);
    // Boxed so that the task doesn't reserve space for this from the start.
    Box::pin(async move {
        let Connection { state, socket, .. } = *connection;
        close(socket, unsent, reason, &state.config.limits).await;
    })
    .await;
}

impl Connection {
    pub(crate) fn new(socket: Socket, state: Arc<RelayState>) -> Box<Self> {
        let now = Instant::now();
        Box::new(Self {
            send_queue: Arc::default(),
            socket,
            seat: None,
            opened_at: now,
            last_received: now,
            ping_sent: false,
            errors: 0,
            frames_in_batch: 0,
            pause: None,
            is_counted_held_back: false,
            state,
        })
    }

    /// Closes the connection with an error before anything is read from it.
    pub(crate) async fn refuse(self: Box<Self>, code: ErrorCode) {
        if code == ErrorCode::RelayFull {
            self.state.counters.turned_away.increment();
        }
        let Self { state, socket, .. } = *self;
        close(socket, VecDeque::new(), CloseReason::Error(code), &state.config.limits).await;
    }

    /// Frees or keeps the seat, and returns the messages that should still be sent. This
    /// happens before the socket is closed, which can take seconds, so that the other peers
    /// are notified at once.
    ///
    /// During a shutdown nobody leaves: all peers disconnect at the same time, and may meet
    /// again a moment later. Queued messages are then sent before the connection closes.
    fn leave_room(&mut self, reason: &CloseReason) -> VecDeque<Utf8Bytes> {
        if matches!(reason, CloseReason::WriteTimeout | CloseReason::Error(ErrorCode::TooSlow)) {
            self.state.counters.too_slow.increment();
        }
        // This also releases those who wait for space in the queue.
        let unsent = self.send_queue.close(ErrorCode::NoSuchPeer);
        let is_shutdown = matches!(reason, CloseReason::Restarting { .. });
        if let Some(seat) = self.seat.take() {
            if !is_shutdown {
                self.state.router.leave(&seat, reason.leave_reason(), reason.keeps_seat());
            }
            info!(peer = %ShortId(seat.info.peer), %reason, "left");
        } else {
            debug!(%reason, "closed before joining a room");
        }
        if is_shutdown { unsent } else { VecDeque::new() }
    }

    /// Reads and writes until there is a reason to close the connection.
    async fn run(&mut self) -> CloseReason {
        let shutdown = self.state.shutdown.clone();
        let send_queue = Arc::clone(&self.send_queue);
        let mut timer = pin!(sleep_until(self.next_liveness_check()));
        loop {
            if let Err(reason) = self.write_queued().await {
                return reason;
            }
            if self.frames_in_batch >= READ_BATCH {
                self.frames_in_batch = 0;
                yield_now().await;
            }
            // Branches are in order of priority: shutdown; incoming frames, which also show
            // that the peer is alive; outgoing messages; the liveness check. No branch starves:
            // each iteration writes a batch and reads one frame, and a client that sends
            // without a break exceeds its rate limit.
            let result = tokio::select! {
                biased;
                () = shutdown.cancelled() => Err(restarting(&self.state)),
                frame = self.socket.next(), if self.pause.is_none() => self.on_frame(frame),
                () = wait_for_end(&mut self.pause), if self.pause.is_some() => self.resume(),
                () = send_queue.notified() => Ok(()),
                () = timer.as_mut() => {
                    // Boxed because it is rare.
                    let result = Box::pin(self.check_liveness()).await;
                    timer.as_mut().reset(self.next_liveness_check());
                    result
                }
            };
            if let Err(reason) = result {
                return reason;
            }
        }
    }

    /// Stops reading until this time.
    fn pause_until(&mut self, until: Instant) {
        let over = Box::pin(sleep_until(until));
        self.pause = Some(Box::new(Pause { over, pending: None }));
    }

    /// Stops reading until a recipient's send queue has space, and then retries this message.
    fn retry_later(&mut self, message: Utf8Bytes, full: QueueFull) {
        if !self.is_counted_held_back {
            self.is_counted_held_back = true;
            self.state.counters.held_back.increment();
        }
        let over = Box::pin(full.wait_for_space());
        self.pause = Some(Box::new(Pause { over, pending: Some(message) }));
    }

    /// Ends a pause.
    fn resume(&mut self) -> Result<(), CloseReason> {
        // Frames may have arrived during the pause, so it doesn't count as silence.
        self.last_received = Instant::now();
        match self.pause.take().and_then(|pause| pause.pending) {
            Some(message) => self.handle_message(message),
            None => Ok(()),
        }
    }

    /// When to check next whether the peer is alive. Frames don't reset the timer; a check that
    /// comes too early finds nothing to do. That is cheaper.
    fn next_liveness_check(&self) -> Instant {
        let limits = &self.state.config.limits;
        let wait = if self.ping_sent { limits.idle_timeout } else { self.ping_after() };
        let silence = self.last_received + wait;
        match self.seat {
            Some(_) => silence,
            None => silence.min(self.opened_at + limits.join_timeout),
        }
    }

    fn ping_after(&self) -> Duration {
        self.state.config.limits.ping_after.min(self.state.config.limits.idle_timeout)
    }

    /// Sends a ping after some silence. Fails if the silence lasts too long, or if the peer
    /// hasn't joined a room in time.
    async fn check_liveness(&mut self) -> Result<(), CloseReason> {
        let limits = self.state.config.limits;
        let now = Instant::now();
        if self.seat.is_none() && now >= self.opened_at + limits.join_timeout {
            return Err(CloseReason::Error(ErrorCode::JoinTimeout));
        }
        // A connection that isn't being read can't be called silent.
        if self.pause.is_some() || self.socket.get_ref().is_paused() {
            self.last_received = now;
        }
        if now >= self.last_received + limits.idle_timeout {
            return Err(CloseReason::Error(ErrorCode::Idle));
        }
        if now >= self.last_received + self.ping_after() && !self.ping_sent {
            self.ping_sent = true;
            self.write(Message::Ping(Bytes::new())).await?;
            self.flush().await?;
        }
        Ok(())
    }
}

/// The close reason during a shutdown. Each connection gets its own reconnect delay.
fn restarting(state: &RelayState) -> CloseReason {
    CloseReason::Restarting { retry_after: state.retry_delays.next() }
}

/// Waits until a pause is over.
async fn wait_for_end(pause: &mut Option<Box<Pause>>) {
    if let Some(pause) = pause {
        pause.over.as_mut().await;
    }
}
