//! One WebSocket connection, from the upgrade to the close frame: one task, which
//! alone reads from and writes to its socket. `taking` is what it does with what comes.
//!
//! An idle connection keeps this task, the socket with its read buffer and an empty
//! [`Outbox`]; there is no channel and no second task.

mod taking;

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::{FutureExt, SinkExt, StreamExt};
use sightline_protocol::ErrorCode;
use tokio::task::yield_now;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{Bytes, Error, Message, Utf8Bytes};
use tracing::{debug, info};

use crate::closing::{End, close};
use crate::identity::Short;
use crate::outbox::{Busy, Next, Outbox};
use crate::paced::Paced;
use crate::rooms::Seat;
use crate::shared::Shared;

pub(crate) type Socket = WebSocketStream<Paced>;

/// How many messages go out in one write before the connection looks at what came in:
/// enough to save system calls, few enough that a flood doesn't hold up its pings.
const BATCH: usize = 16;

/// How many frames are taken before other connections get their turn: hundreds may lie
/// in the socket's buffer, and taking those never waits.
const TURN: usize = 16;

/// The state of a connection. In a box, so that moving it about doesn't make the task
/// larger: an asynchronous function keeps room for each place a value was in.
pub(crate) struct Connection {
    shared: Arc<Shared>,
    outbox: Arc<Outbox>,
    socket: Socket,
    seat: Option<Seat>,
    opened: Instant,
    /// When the last frame came, of any kind.
    heard: Instant,
    /// Whether a ping was sent since.
    asked: bool,
    errors: u32,
    /// Frames taken in this turn.
    frames: usize,
    /// Why nothing is read at the moment.
    pause: Option<Box<Pause>>,
    /// Has waited for others before, and is counted.
    held_back: bool,
}

/// A connection that isn't read for a while. All else goes on: what waits for it is
/// written, it may end.
struct Pause {
    over: Pin<Box<dyn Future<Output = ()> + Send>>,
    /// What came last and could not be done yet.
    held: Option<Utf8Bytes>,
}

/// Serves a connection until it has ended.
pub(crate) async fn run(mut connection: Box<Connection>) {
    let end = connection.converse().await;
    let waiting = connection.leave(&end);
    // Boxed, so that the task isn't larger all its life for what it does at the end.
    Box::pin(async move {
        let Connection { shared, socket, .. } = *connection;
        close(socket, waiting, end, &shared.config.limits).await;
    })
    .await;
}

impl Connection {
    pub(crate) fn new(socket: Socket, shared: Arc<Shared>) -> Box<Self> {
        let now = Instant::now();
        Box::new(Self {
            outbox: Arc::default(),
            socket,
            seat: None,
            opened: now,
            heard: now,
            asked: false,
            errors: 0,
            frames: 0,
            pause: None,
            held_back: false,
            shared,
        })
    }

    /// Ends the connection before it has begun.
    pub(crate) async fn refuse(self: Box<Self>, code: ErrorCode) {
        if code == ErrorCode::RelayFull {
            self.shared.counters.turned_away.add();
        }
        let Self { shared, socket, .. } = *self;
        close(socket, VecDeque::new(), End::Refused(code), &shared.config.limits).await;
    }

    /// Gives the seat up, for good or for now, and says what is still to be written. Comes
    /// before the close, which may take its time: the others are told at once.
    ///
    /// When the relay stops nobody leaves: the others end at the same time, and all may
    /// meet again a moment later. What has waited for this one is not lost either.
    fn leave(&mut self, end: &End) -> VecDeque<Utf8Bytes> {
        if matches!(end, End::Stuck | End::Refused(ErrorCode::TooSlow)) {
            self.shared.counters.too_slow.add();
        }
        // Who waits for room here doesn't have to any more.
        let waiting = self.outbox.close(ErrorCode::NoSuchPeer);
        let stops = matches!(end, End::Restarting { .. });
        if let Some(seat) = self.seat.take() {
            if !stops {
                self.shared.hub.leave(&seat, end.reason(), end.keeps_seat());
            }
            info!(peer = %Short(seat.info.peer), %end, "left");
        } else {
            debug!(%end, "ended without a room");
        }
        if stops { waiting } else { VecDeque::new() }
    }

    async fn converse(&mut self) -> End {
        let shutdown = self.shared.shutdown.clone();
        let outbox = Arc::clone(&self.outbox);
        let mut timer = pin!(sleep_until(self.next_look()));
        loop {
            if let Err(end) = self.write_waiting().await {
                return end;
            }
            if self.frames >= TURN {
                self.frames = 0;
                yield_now().await;
            }
            // The order is the order of priority: the end of the relay; what came in,
            // which also shows that the peer is alive; then what is to go out; and
            // silence only where nothing else happened. Nothing starves: each turn
            // writes a batch and takes one message, and who sends without a break runs
            // into its rate.
            let turn = tokio::select! {
                biased;
                () = shutdown.cancelled() => Err(stopped(&self.shared)),
                frame = self.socket.next(), if self.pause.is_none() => self.heard(frame),
                () = over(&mut self.pause), if self.pause.is_some() => self.resume(),
                () = outbox.woken() => Ok(()),
                () = timer.as_mut() => {
                    // Boxed because it is rare.
                    let looked = Box::pin(self.look()).await;
                    timer.as_mut().reset(self.next_look());
                    looked
                }
            };
            if let Err(end) = turn {
                return end;
            }
        }
    }

    /// Writes what waits, a batch at most.
    async fn write_waiting(&mut self) -> Result<(), End> {
        let mut written = 0;
        while written < BATCH {
            match self.outbox.next() {
                Next::Write(message) => self.write(Message::Text(message)).await?,
                Next::End(code) => return Err(End::Refused(code)),
                Next::Nothing if written == 0 => return Ok(()),
                Next::Nothing => break,
            }
            written += 1;
        }
        self.flush().await?;
        // A wake-up may have been used up while this wrote, or the batch was too small.
        self.outbox.written();
        Ok(())
    }

    /// Puts a message into the socket's buffer, which is written when it is full.
    async fn write(&mut self, message: Message) -> Result<(), End> {
        let ready = self.finish(|socket, cx| socket.poll_ready_unpin(cx)).await;
        // When the relay stops, what can't be written at once is written with what waits.
        if matches!(ready, Ok(()) | Err(End::Restarting { .. })) {
            self.socket.start_send_unpin(message).map_err(|_| End::Lost)?;
        }
        ready
    }

    async fn flush(&mut self) -> Result<(), End> {
        self.finish(|socket, cx| socket.poll_flush_unpin(cx)).await
    }

    /// Does something to the socket that may have to wait for the peer: not longer than
    /// the limit since it has last taken something, and not when more comes meanwhile
    /// than may wait.
    async fn finish(
        &mut self,
        mut step: impl FnMut(&mut Socket, &mut Context<'_>) -> Poll<Result<(), Error>>,
    ) -> Result<(), End> {
        let Self { shared, outbox, socket, .. } = self;
        // Nearly always it is done at once, and the room for waiting isn't needed.
        if let Some(done) = poll_fn(|cx| step(socket, cx)).now_or_never() {
            return done.map_err(|_| End::Lost);
        }
        let limit = shared.config.limits.write_timeout;
        Box::pin(async move {
            let mut timer = pin!(sleep(limit));
            let mut taken = socket.get_ref().taken();
            outbox.stuck(Some(Instant::now()));
            let step = poll_fn(|cx| {
                if let Poll::Ready(done) = step(socket, cx) {
                    return Poll::Ready(done.map_err(|_| End::Lost));
                }
                let now_taken = socket.get_ref().taken();
                if now_taken != taken {
                    taken = now_taken;
                    outbox.stuck(Some(Instant::now()));
                    timer.as_mut().reset(Instant::now() + limit);
                }
                timer.as_mut().poll(cx).map(|()| Err(End::Stuck))
            });
            let done = tokio::select! {
                biased;
                done = step => done,
                code = outbox.ended() => Err(End::Refused(code)),
                () = shared.shutdown.cancelled() => Err(stopped(shared)),
            };
            outbox.stuck(None);
            done
        })
        .await
    }

    /// Stops reading until then.
    fn pause_until(&mut self, then: Instant) {
        let over = Box::pin(sleep_until(then));
        self.pause = Some(Box::new(Pause { over, held: None }));
    }

    /// Stops reading until this message may be possible.
    fn hold(&mut self, message: Utf8Bytes, busy: Busy) {
        if !self.held_back {
            self.held_back = true;
            self.shared.counters.held_back.add();
        }
        let over = Box::pin(busy.over());
        self.pause = Some(Box::new(Pause { over, held: Some(message) }));
    }

    fn resume(&mut self) -> Result<(), End> {
        // The peer may have said much meanwhile.
        self.heard = Instant::now();
        match self.pause.take().and_then(|pause| pause.held) {
            Some(message) => self.take(message),
            None => Ok(()),
        }
    }

    /// When to look next whether the peer is still there. Frames don't move the timer;
    /// it finds out that it went off too early: that is cheaper.
    fn next_look(&self) -> Instant {
        let limits = &self.shared.config.limits;
        let wait = if self.asked { limits.idle_timeout } else { self.ping_after() };
        let silence = self.heard + wait;
        match self.seat {
            Some(_) => silence,
            None => silence.min(self.opened + limits.join_timeout),
        }
    }

    fn ping_after(&self) -> Duration {
        self.shared.config.limits.ping_after.min(self.shared.config.limits.idle_timeout)
    }

    async fn look(&mut self) -> Result<(), End> {
        let limits = self.shared.config.limits;
        let now = Instant::now();
        if self.seat.is_none() && now >= self.opened + limits.join_timeout {
            return Err(End::Refused(ErrorCode::JoinTimeout));
        }
        // Who isn't listened to is not silent.
        if self.pause.is_some() || self.socket.get_ref().waits() {
            self.heard = now;
        }
        if now >= self.heard + limits.idle_timeout {
            return Err(End::Refused(ErrorCode::Idle));
        }
        if now >= self.heard + self.ping_after() && !self.asked {
            self.asked = true;
            self.write(Message::Ping(Bytes::new())).await?;
            self.flush().await?;
        }
        Ok(())
    }
}

/// The relay stops: each connection has a time of its own to come back.
fn stopped(shared: &Shared) -> End {
    End::Restarting { retry_after: shared.come_back.next() }
}

/// Waits until a pause is over.
async fn over(pause: &mut Option<Box<Pause>>) {
    if let Some(pause) = pause {
        pause.over.as_mut().await;
    }
}
