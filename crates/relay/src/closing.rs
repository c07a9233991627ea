//! How a connection ends: what is said last, the close frame, and the moment after it.

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
use crate::{refusal, wire};

/// Bad messages in a row: 4000 + HTTP's 400.
const TOO_MANY_ERRORS: CloseCode = CloseCode(4400);
/// RFC 6455, section 7.4.1: a frame that breaks the protocol.
const PROTOCOL_ERROR: CloseCode = CloseCode(1002);
/// RFC 6455, section 7.4.1: text that isn't UTF-8.
const NOT_UTF8: CloseCode = CloseCode(1007);

/// Why a connection ends.
#[derive(Debug)]
pub(crate) enum End {
    /// The peer said `leave`.
    Left {
        keep_seat: bool,
    },
    /// The peer sent a close frame.
    Closed {
        /// With code 1001: its page is gone. With another one it may have taken the
        /// connection for dead, and be about to come back.
        for_good: bool,
    },
    /// The connection broke.
    Lost,
    /// A write took too long.
    Stuck,
    /// The relay stops, and asks to come back after that time.
    Restarting {
        retry_after: Duration,
    },
    /// The relay ends it and says why.
    Refused(ErrorCode),
    /// The same, with a sentence of its own.
    Said(ErrorCode, String),
    /// More than the tolerated errors.
    TooManyErrors,
    NotUtf8,
    NotWebSocket,
}

impl End {
    /// What the others are told: `left` where the peer went for good.
    pub(crate) fn reason(&self) -> LeaveReason {
        match self {
            Self::Left { .. } | Self::Closed { for_good: true } => LeaveReason::Left,
            _ => LeaveReason::Lost,
        }
    }

    /// Whether the peer's seat is kept: unless it said that it doesn't need it any more.
    /// A page that is gone may be one that is loaded again.
    pub(crate) fn keeps_seat(&self) -> bool {
        !matches!(self, Self::Left { keep_seat: false })
    }

    /// The last message and the close code.
    fn last_words(self, limits: &Limits) -> (CloseCode, Option<(ErrorCode, String)>) {
        let own = |code: ErrorCode| code.close_code().unwrap_or(CloseCode::NORMAL);
        match self {
            Self::Left { .. } | Self::Closed { .. } | Self::Lost | Self::Stuck => {
                (CloseCode::NORMAL, None)
            }
            Self::Restarting { .. } => {
                let code = ErrorCode::Restarting;
                (own(code), Some((code, refusal::sentence(code, limits))))
            }
            Self::Refused(code) => (own(code), Some((code, refusal::sentence(code, limits)))),
            Self::Said(code, sentence) => (own(code), Some((code, sentence))),
            Self::TooManyErrors => {
                (TOO_MANY_ERRORS, Some((ErrorCode::Malformed, refusal::too_many_errors(limits))))
            }
            Self::NotUtf8 => {
                let sentence = "The text is not UTF-8. Send JSON in UTF-8.";
                (NOT_UTF8, Some((ErrorCode::Malformed, sentence.into())))
            }
            Self::NotWebSocket => {
                let sentence = "A frame breaks the WebSocket protocol (RFC 6455). Use another \
                                WebSocket library, or look for a proxy that changes frames.";
                (PROTOCOL_ERROR, Some((ErrorCode::Malformed, sentence.into())))
            }
        }
    }
}

/// For the log: no word of what was sent.
impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(code) | Self::Said(code, _) => write!(f, "refused: {code:?}"),
            other => write!(f, "{other:?}"),
        }
    }
}

/// Writes what still waits, says why it ends, sends the close frame and waits a moment,
/// so that all of it arrives.
pub(crate) async fn close(
    mut socket: Socket,
    waiting: VecDeque<Utf8Bytes>,
    end: End,
    limits: &Limits,
) {
    match end {
        End::Lost => {}
        End::Stuck => abort(&socket),
        End::Closed { .. } => {
            // tungstenite has prepared the answer to the peer's close frame.
            if timeout(limits.write_timeout, socket.flush()).await.is_ok() {
                linger(socket, limits).await;
            }
        }
        end => {
            let all = async {
                for message in waiting {
                    socket.feed(Message::Text(message)).await?;
                }
                say(&mut socket, end, limits).await
            };
            match timeout(limits.write_timeout, all).await {
                Ok(Ok(())) => linger(socket, limits).await,
                Ok(Err(_)) => {}
                Err(_) => abort(&socket),
            }
        }
    }
}

async fn say(socket: &mut Socket, end: End, limits: &Limits) -> Result<(), Error> {
    let retry_after = match end {
        End::Restarting { retry_after } => Some(retry_after),
        _ => None,
    };
    let (code, words) = end.last_words(limits);
    let mut reason = Utf8Bytes::default();
    if let Some((error, sentence)) = words {
        // The code's name stands in the close frame, too, for those who watch frames.
        let name = serde_json::to_string(&error).unwrap_or_default();
        reason = name.trim_matches('"').to_owned().into();
        let message = wire::write_error(error, sentence, retry_after);
        socket.feed(Message::Text(message)).await?;
    }
    socket.send(Message::Close(Some(CloseFrame { code: code.0.into(), reason }))).await
}

/// Waits for the peer to close, and throws away what it still sends: closing with
/// unread bytes makes TCP reset the connection, and the peer would lose what was
/// said last.
async fn linger(socket: Socket, limits: &Limits) {
    let mut stream = socket.into_inner().into_stream();
    let read_out = async {
        stream.shutdown().await?;
        let mut buffer = vec![0; 4096];
        while stream.read(&mut buffer).await? > 0 {}
        std::io::Result::Ok(())
    };
    // Whether the peer closed, broke off or took too long, it is over.
    let _ = timeout(limits.close_timeout, read_out).await;
}

/// Has the kernel forget what the peer doesn't take, instead of keeping it for minutes.
fn abort(socket: &Socket) {
    // Fails only where the connection is gone already.
    let _ = socket.get_ref().stream().forget_the_rest();
}
