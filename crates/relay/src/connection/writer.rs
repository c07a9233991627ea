//! Writes the send queue to the socket, with a timeout for peers that don't read.

use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll};

use futures_util::{FutureExt, SinkExt};
use tokio::time::{Instant, sleep};
use tokio_tungstenite::tungstenite::{Error, Message};

use super::{Connection, Socket, restarting};
use crate::close::CloseReason;
use crate::send_queue::Next;

/// How many messages are written before the connection reads again. Enough to save system
/// calls, and few enough that a flood doesn't delay the replies to pings.
const WRITE_BATCH: usize = 16;

impl Connection {
    /// Writes one batch from the send queue.
    pub(super) async fn write_queued(&mut self) -> Result<(), CloseReason> {
        let mut written = 0;
        while written < WRITE_BATCH {
            match self.send_queue.pop() {
                Next::Send(message) => self.write(Message::Text(message)).await?,
                Next::Close(code) => return Err(CloseReason::Error(code)),
                Next::Empty if written == 0 => return Ok(()),
                Next::Empty => break,
            }
            written += 1;
        }
        self.flush().await?;
        // Wakes the next iteration: writing may have consumed a wake-up, and the queue may hold
        // more than a batch.
        self.send_queue.batch_written();
        Ok(())
    }

    /// Puts a message into the socket's write buffer, which is flushed when it is full.
    pub(super) async fn write(&mut self, message: Message) -> Result<(), CloseReason> {
        let ready = self.with_write_timeout(|socket, cx| socket.poll_ready_unpin(cx)).await;
        // During a shutdown the message is buffered even if the socket isn't ready, and sent
        // together with the rest of the queue.
        if matches!(ready, Ok(()) | Err(CloseReason::Restarting { .. })) {
            self.socket.start_send_unpin(message).map_err(|_| CloseReason::ConnectionLost)?;
        }
        ready
    }

    /// Flushes the write buffer.
    pub(super) async fn flush(&mut self) -> Result<(), CloseReason> {
        self.with_write_timeout(|socket, cx| socket.poll_flush_unpin(cx)).await
    }

    /// Polls a socket operation until it is done. Fails if the peer reads nothing for the
    /// length of the write timeout, and if the send queue overflows meanwhile.
    async fn with_write_timeout(
        &mut self,
        mut operation: impl FnMut(&mut Socket, &mut Context<'_>) -> Poll<Result<(), Error>>,
    ) -> Result<(), CloseReason> {
        let Self { state, send_queue, socket, .. } = self;
        // The operation is nearly always ready at once, and the box below isn't needed.
        if let Some(result) = poll_fn(|cx| operation(socket, cx)).now_or_never() {
            return result.map_err(|_| CloseReason::ConnectionLost);
        }
        let limit = state.config.limits.write_timeout;
        Box::pin(async move {
            let mut timer = pin!(sleep(limit));
            let mut bytes_written = socket.get_ref().bytes_written();
            send_queue.set_stalled_since(Some(Instant::now()));
            let operation = poll_fn(|cx| {
                if let Poll::Ready(result) = operation(socket, cx) {
                    return Poll::Ready(result.map_err(|_| CloseReason::ConnectionLost));
                }
                let bytes_written_now = socket.get_ref().bytes_written();
                if bytes_written_now != bytes_written {
                    bytes_written = bytes_written_now;
                    send_queue.set_stalled_since(Some(Instant::now()));
                    timer.as_mut().reset(Instant::now() + limit);
                }
                timer.as_mut().poll(cx).map(|()| Err(CloseReason::WriteTimeout))
            });
            let result = tokio::select! {
                biased;
                result = operation => result,
                code = send_queue.close_requested() => Err(CloseReason::Error(code)),
                () = state.shutdown.cancelled() => Err(restarting(state)),
            };
            send_queue.set_stalled_since(None);
            result
        })
        .await
    }
}
