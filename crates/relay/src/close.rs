//! How a connection is closed: the last message, the close frame, and the wait after it.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use futures_util::SinkExt;
use sightline_protocol::{CloseCode, ErrorCode, LeaveReason};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};

use crate::config::Limits;
use crate::connection::Socket;
use crate::{codec, error_text};

/// Too many invalid messages: 4000 + HTTP's 400.
const TOO_MANY_ERRORS: CloseCode = CloseCode(4400);
/// RFC 6455, section 7.4.1: a frame that breaks the protocol.
const PROTOCOL_ERROR: CloseCode = CloseCode(1002);
/// RFC 6455, section 7.4.1: text that isn't UTF-8.
const INVALID_UTF8: CloseCode = CloseCode(1007);

/// Why a connection closes.
#[derive(Debug)]
pub(crate) enum CloseReason {
    /// The peer sent `leave`.
    Left { keep_seat: bool },
    /// The peer sent a close frame.
    PeerClosed {
        /// The close code was 1001: the page was closed. With another code the page may only
        /// have given up this connection, and reconnect.
        going_away: bool,
    },
    /// The TCP connection broke.
    ConnectionLost,
    /// A write timed out.
    WriteTimeout,
    /// The relay stops, and asks the page to reconnect after this time.
    Restarting { retry_after: Duration },
    /// The relay closes the connection because of this error.
    Error(ErrorCode),
    /// The same, with a message of its own.
    ErrorWithText(ErrorCode, String),
    /// The peer sent more invalid messages than the limit.
    TooManyErrors,
    /// A text frame wasn't UTF-8.
    InvalidUtf8,
    /// A frame broke the WebSocket protocol.
    ProtocolError,
}

impl CloseReason {
    /// What the other peers in the room are told.
    pub(crate) fn leave_reason(&self) -> LeaveReason {
        match self {
            Self::Left { .. } | Self::PeerClosed { going_away: true } => LeaveReason::Left,
            _ => LeaveReason::Lost,
        }
    }

    /// Whether the peer's seat is kept. A page that was closed may be reloading, so only a
    /// `leave` without `keepSeat` frees the seat.
    pub(crate) fn keeps_seat(&self) -> bool {
        !matches!(self, Self::Left { keep_seat: false })
    }

    /// The close code, and the error message that is sent before the close frame.
    fn code_and_error(self, limits: &Limits) -> (CloseCode, Option<(ErrorCode, String)>) {
        let close_code = |code: ErrorCode| code.close_code().unwrap_or(CloseCode::NORMAL);
        match self {
            Self::Left { .. }
            | Self::PeerClosed { .. }
            | Self::ConnectionLost
            | Self::WriteTimeout => (CloseCode::NORMAL, None),
            Self::Restarting { .. } => {
                let code = ErrorCode::Restarting;
                (close_code(code), Some((code, error_text::text(code, limits))))
            }
            Self::Error(code) => (close_code(code), Some((code, error_text::text(code, limits)))),
            Self::ErrorWithText(code, text) => (close_code(code), Some((code, text))),
            Self::TooManyErrors => {
                let text = error_text::too_many_errors(limits);
                (TOO_MANY_ERRORS, Some((ErrorCode::Malformed, text)))
            }
            Self::InvalidUtf8 => {
                let text = "The text is not valid UTF-8. Send JSON in UTF-8.";
                (INVALID_UTF8, Some((ErrorCode::Malformed, text.into())))
            }
            Self::ProtocolError => {
                let text = "A frame breaks the WebSocket protocol (RFC 6455). Use another \
                            WebSocket library, or check whether a proxy changes frames.";
                (PROTOCOL_ERROR, Some((ErrorCode::Malformed, text.into())))
            }
        }
    }
}

/// For the log. It contains nothing that the peer sent.
impl fmt::Display for CloseReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(code) | Self::ErrorWithText(code, _) => write!(f, "Error({code:?})"),
            other => write!(f, "{other:?}"),
        }
    }
}

/// Sends the unsent messages, the error and the close frame, and then waits a moment so that
/// all of them arrive.
pub(crate) async fn close(
    mut socket: Socket,
    unsent: VecDeque<Utf8Bytes>,
    reason: CloseReason,
    limits: &Limits,
) {
    match reason {
        CloseReason::ConnectionLost => {}
        CloseReason::WriteTimeout => abort(&socket),
        CloseReason::PeerClosed { .. } => {
            // tungstenite has queued the reply to the peer's close frame.
            if timeout(limits.write_timeout, socket.flush()).await.is_ok() {
                linger(socket, limits).await;
            }
        }
        reason => {
            let send_all = async {
                for message in unsent {
                    socket.feed(Message::Text(message)).await?;
                }
                send_close(&mut socket, reason, limits).await
            };
            match timeout(limits.write_timeout, send_all).await {
                Ok(Ok(())) => linger(socket, limits).await,
                Ok(Err(_)) => {}
                Err(_) => abort(&socket),
            }
        }
    }
}

/// Sends the error message, if there is one, and the close frame.
async fn send_close(
    socket: &mut Socket,
    reason: CloseReason,
    limits: &Limits,
) -> Result<(), Error> {
    let retry_after = match reason {
        CloseReason::Restarting { retry_after } => Some(retry_after),
        _ => None,
    };
    let (code, error) = reason.code_and_error(limits);
    let mut name = Utf8Bytes::default();
    if let Some((error, text)) = error {
        // The close frame names the error, too, for people who watch frames.
        name = error.name().into();
        let message = codec::encode_error(error, text, retry_after);
        socket.feed(Message::Text(message)).await?;
    }
    socket.send(Message::Close(Some(CloseFrame { code: code.0.into(), reason: name }))).await
}

/// Waits for the peer to close, and discards what it still sends. A socket that is closed with
/// unread bytes resets the TCP connection, and the peer would lose the last message.
async fn linger(socket: Socket, limits: &Limits) {
    let mut stream = socket.into_inner().into_stream();
    let discard = async {
        stream.shutdown().await?;
        let mut buffer = vec![0; 4096];
        while stream.read(&mut buffer).await? > 0 {}
        std::io::Result::Ok(())
    };
    // The result doesn't matter: the connection is closed either way.
    let _ = timeout(limits.close_timeout, discard).await;
}

/// Makes the kernel discard unsent bytes instead of retrying for minutes.
fn abort(socket: &Socket) {
    // Fails only if the connection is closed already.
    let _ = socket.get_ref().stream().reset_on_drop();
}
