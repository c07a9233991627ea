//! One WebSocket connection, from the upgrade to the close frame: one task, which
//! alone reads from and writes to its socket.
//!
//! An idle connection keeps this task, the socket with its read buffer and an empty
//! [`Outbox`]; there is no channel and no second task.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::{FutureExt, SinkExt, StreamExt};
use sightline_protocol::{ClientMessage, ErrorCode, RelayMessage};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::{CapacityError, Error, ProtocolError};
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Bytes, Message};
use tracing::{debug, info};

use crate::closing::{End, close};
use crate::identity::Short;
use crate::outbox::{Next, Outbox};
use crate::rooms::Seat;
use crate::shared::Shared;
use crate::{refusal, wire};

pub(crate) type Socket = WebSocketStream<TcpStream>;

/// How many messages go out in one write before the connection looks at what came in:
/// enough to save system calls, few enough that a flood doesn't hold up its pings.
const BATCH: usize = 16;

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
}

/// Serves a connection until it has ended.
pub(crate) async fn run(mut connection: Box<Connection>) {
    let end = connection.converse().await;
    connection.leave(&end);
    // Boxed, so that the task isn't larger all its life for what it does at the end.
    Box::pin(async move {
        let Connection { shared, socket, .. } = *connection;
        close(socket, end, &shared.config.limits).await;
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
            shared,
        })
    }

    /// Ends the connection before it has begun.
    pub(crate) async fn refuse(self: Box<Self>, code: ErrorCode) {
        if code == ErrorCode::RelayFull {
            self.shared.counters.turned_away.add();
        }
        let Self { shared, socket, .. } = *self;
        close(socket, End::Refused(code), &shared.config.limits).await;
    }

    /// Frees the seat. Comes before the close, which may take its time: the others are
    /// told at once.
    fn leave(&mut self, end: &End) {
        if matches!(end, End::Stuck | End::Refused(ErrorCode::TooSlow)) {
            self.shared.counters.too_slow.add();
        }
        if let Some(seat) = self.seat.take() {
            self.shared.hub.leave(&seat, end.reason());
            info!(peer = %Short(seat.info.peer), %end, "left");
        } else {
            debug!(%end, "ended without a room");
        }
    }

    async fn converse(&mut self) -> End {
        let shutdown = self.shared.shutdown.clone();
        let outbox = Arc::clone(&self.outbox);
        let mut timer = pin!(sleep_until(self.next_look()));
        loop {
            if let Err(end) = self.write_waiting().await {
                return end;
            }
            // The order is the order of priority: the end of the relay; what came in,
            // which also shows that the peer is alive; then what is to go out; and
            // silence only where nothing else happened. Nothing starves: each turn
            // writes a batch and takes one message.
            let turn = tokio::select! {
                biased;
                () = shutdown.cancelled() => Err(End::Refused(ErrorCode::Restarting)),
                frame = self.socket.next() => self.heard(frame),
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
        self.outbox.wake_if_needed();
        Ok(())
    }

    /// Puts a message into the socket's buffer, which is written when it is full.
    async fn write(&mut self, message: Message) -> Result<(), End> {
        self.finish(|socket, cx| socket.poll_ready_unpin(cx)).await?;
        self.socket.start_send_unpin(message).map_err(|_| End::Lost)
    }

    async fn flush(&mut self) -> Result<(), End> {
        self.finish(|socket, cx| socket.poll_flush_unpin(cx)).await
    }

    /// Does something to the socket that may have to wait for the peer: not longer than
    /// the limit, and not when more comes meanwhile than may wait.
    async fn finish(
        &mut self,
        mut step: impl FnMut(&mut Socket, &mut Context<'_>) -> Poll<Result<(), Error>>,
    ) -> Result<(), End> {
        let Self { shared, outbox, socket, .. } = self;
        let mut step = poll_fn(|cx| step(socket, cx));
        // Nearly always it is done at once, and the room for waiting isn't needed.
        if let Some(done) = (&mut step).now_or_never() {
            return done.map_err(|_| End::Lost);
        }
        let limit = shared.config.limits.write_timeout;
        let wait = async {
            tokio::select! {
                biased;
                done = timeout(limit, step) => match done {
                    Ok(done) => done.map_err(|_| End::Lost),
                    Err(_) => Err(End::Stuck),
                },
                code = outbox.ended() => Err(End::Refused(code)),
            }
        };
        Box::pin(wait).await
    }

    fn heard(&mut self, frame: Option<Result<Message, Error>>) -> Result<(), End> {
        self.heard = Instant::now();
        self.asked = false;
        match frame {
            Some(Ok(Message::Text(text))) => self.take(text.as_str()),
            Some(Ok(Message::Binary(_))) => Err(End::Refused(ErrorCode::NotText)),
            // tungstenite answers pings.
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Ok(()),
            Some(Ok(Message::Close(frame))) => {
                let for_good = frame.is_some_and(|frame| frame.code == CloseCode::Away);
                Err(End::Closed { for_good })
            }
            Some(Err(error)) => Err(end_of(&error)),
            None => Err(End::Lost),
        }
    }

    fn take(&mut self, text: &str) -> Result<(), End> {
        let message = match wire::read(text) {
            Ok(message) => message,
            Err((ErrorCode::InvalidRoom, sentence)) => {
                let sentence = format!("{sentence} Choose another name.");
                return Err(End::Said(ErrorCode::InvalidRoom, sentence));
            }
            Err((code, sentence)) => return self.complain(code, sentence),
        };
        match (message, &self.seat) {
            (ClientMessage::Join { .. }, Some(_)) => self.complain_of(ErrorCode::AlreadyJoined),
            (ClientMessage::Join { room, role, secret }, None) => {
                if room.as_str().len() > self.shared.config.limits.room_name {
                    return Err(End::Refused(ErrorCode::InvalidRoom));
                }
                match self.shared.hub.join(room, role, &secret, &self.outbox) {
                    Ok(seat) => {
                        // Without the room's name: who knows it gets in.
                        info!(peer = %Short(seat.info.peer), ?role, "joined");
                        self.seat = Some(seat);
                        Ok(())
                    }
                    Err(code) => {
                        if code == ErrorCode::RelayFull {
                            self.shared.counters.turned_away.add();
                        }
                        Err(End::Refused(code))
                    }
                }
            }
            (ClientMessage::Signal { to, payload }, Some(seat)) => {
                match self.shared.hub.route(seat, to, payload) {
                    Ok(()) => Ok(()),
                    // The outbox has it, too, and ends the connection next.
                    Err(ErrorCode::Replaced) => Ok(()),
                    // Nobody's fault: the peer left while this was on its way, with
                    // perhaps dozens of candidates. It doesn't count.
                    Err(ErrorCode::NoSuchPeer) => {
                        self.answer_error(ErrorCode::NoSuchPeer);
                        Ok(())
                    }
                    Err(code) => self.complain_of(code),
                }
            }
            (ClientMessage::Signal { .. }, None) => self.complain_of(ErrorCode::NotJoined),
            (ClientMessage::Ping, _) => {
                self.shared.hub.push(&self.outbox, wire::write(&RelayMessage::Pong));
                Ok(())
            }
            (ClientMessage::Leave, _) => Err(End::Left),
        }
    }

    fn answer_error(&self, code: ErrorCode) {
        let sentence = refusal::sentence(code, &self.shared.config.limits);
        self.shared.hub.push(&self.outbox, wire::write_error(code, sentence));
    }

    fn complain_of(&mut self, code: ErrorCode) -> Result<(), End> {
        let sentence = refusal::sentence(code, &self.shared.config.limits);
        self.complain(code, sentence)
    }

    /// Answers a message that made no sense, as long as there are few of them.
    fn complain(&mut self, code: ErrorCode, sentence: String) -> Result<(), End> {
        self.errors += 1;
        debug!(?code, errors = self.errors, "a message that makes no sense");
        if self.errors > self.shared.config.limits.tolerated_errors {
            return Err(End::TooManyErrors);
        }
        self.shared.hub.push(&self.outbox, wire::write_error(code, sentence));
        Ok(())
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

/// What a failed read means.
fn end_of(error: &Error) -> End {
    match error {
        Error::Capacity(CapacityError::MessageTooLong { .. }) => End::Refused(ErrorCode::TooLarge),
        Error::Utf8(_) => End::NotUtf8,
        // The connection broke off, with or without a TCP reset.
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => End::Lost,
        Error::Protocol(_) => End::NotWebSocket,
        _ => End::Lost,
    }
}
