//! Handles incoming frames, one at a time and without waiting.

use sightline_protocol::{ClientMessage, ErrorCode, PeerInfo, RelayMessage};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::error::{CapacityError, Error, ProtocolError};
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use tracing::{debug, info};

use super::Connection;
use crate::close::CloseReason;
use crate::identity::{ShortId, peer_id};
use crate::router::RouteError;
use crate::{codec, error_text};

impl Connection {
    /// Handles a frame, or the end of the stream.
    pub(super) fn on_frame(
        &mut self,
        frame: Option<Result<Message, Error>>,
    ) -> Result<(), CloseReason> {
        self.last_received = Instant::now();
        self.ping_sent = false;
        self.frames_in_batch += 1;
        let pause_until = self.socket.get_mut().count_message();
        let result = match frame {
            Some(Ok(Message::Text(text))) => self.handle_message(text),
            Some(Ok(Message::Binary(_))) => Err(CloseReason::Error(ErrorCode::NotText)),
            // tungstenite replies to pings.
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Ok(()),
            Some(Ok(Message::Close(frame))) => {
                let going_away = frame.is_some_and(|frame| frame.code == CloseCode::Away);
                Err(CloseReason::PeerClosed { going_away })
            }
            Some(Err(error)) => Err(close_reason(&error)),
            None => Err(CloseReason::ConnectionLost),
        };
        // A pending message has paused the connection already. The rate limit then applies to
        // the next message.
        if let Some(until) = pause_until
            && self.pause.is_none()
        {
            self.pause_until(until);
        }
        result
    }

    /// Handles a message. If a recipient's send queue is full, the message is retried later.
    pub(super) fn handle_message(&mut self, text: Utf8Bytes) -> Result<(), CloseReason> {
        let message = match codec::parse(text.as_str()) {
            Ok(message) => message,
            Err((ErrorCode::InvalidRoom, detail)) => {
                let text = format!("{detail} Choose another name.");
                return Err(CloseReason::ErrorWithText(ErrorCode::InvalidRoom, text));
            }
            Err((code, text)) => return self.reject_with_text(code, text),
        };
        match (message, &self.seat) {
            (ClientMessage::Join { .. }, Some(_)) => self.reject(ErrorCode::AlreadyJoined),
            (ClientMessage::Join { room, role, secret, instance, seat }, None) => {
                if room.as_str().len() > self.state.config.limits.room_name {
                    return Err(CloseReason::Error(ErrorCode::InvalidRoom));
                }
                let peer = peer_id(&secret);
                let info = PeerInfo { peer, role, instance, seat: seat.unwrap_or_default() };
                match self.state.router.join(room, info, &self.send_queue) {
                    Ok(seat) => {
                        // Never log the room's name: whoever knows it can join.
                        info!(peer = %ShortId(seat.info.peer), ?role, "joined");
                        self.seat = Some(seat);
                        Ok(())
                    }
                    Err(RouteError::QueueFull(full)) => {
                        self.retry_later(text, full);
                        Ok(())
                    }
                    Err(RouteError::Refused(code)) => {
                        if code == ErrorCode::RelayFull {
                            self.state.counters.turned_away.increment();
                        }
                        Err(CloseReason::Error(code))
                    }
                }
            }
            (ClientMessage::Signal { to, payload }, Some(seat)) => {
                match self.state.router.route(seat, to, payload) {
                    Ok(()) => Ok(()),
                    Err(RouteError::QueueFull(full)) => {
                        self.retry_later(text, full);
                        Ok(())
                    }
                    // The send queue has the same code and closes the connection next.
                    Err(RouteError::Refused(ErrorCode::Replaced)) => Ok(()),
                    // Not counted as an error: the peer may have left while dozens of
                    // candidates were on their way to it.
                    Err(RouteError::Refused(ErrorCode::NoSuchPeer)) => {
                        self.send_error(ErrorCode::NoSuchPeer);
                        Ok(())
                    }
                    Err(RouteError::Refused(code)) => self.reject(code),
                }
            }
            (ClientMessage::Signal { .. }, None) => self.reject(ErrorCode::NotJoined),
            (ClientMessage::Ping, _) => {
                self.state.router.push(&self.send_queue, codec::encode(&RelayMessage::Pong));
                Ok(())
            }
            (ClientMessage::Leave { keep_seat }, _) => Err(CloseReason::Left { keep_seat }),
        }
    }

    fn send_error(&self, code: ErrorCode) {
        let text = error_text::text(code, &self.state.config.limits);
        self.state.router.push(&self.send_queue, codec::encode_error(code, text, None));
    }

    fn reject(&mut self, code: ErrorCode) -> Result<(), CloseReason> {
        let text = error_text::text(code, &self.state.config.limits);
        self.reject_with_text(code, text)
    }

    /// Replies to an invalid message with an error. Fails after too many of them.
    fn reject_with_text(&mut self, code: ErrorCode, text: String) -> Result<(), CloseReason> {
        self.errors += 1;
        debug!(?code, errors = self.errors, "invalid message");
        if self.errors > self.state.config.limits.tolerated_errors {
            return Err(CloseReason::TooManyErrors);
        }
        self.state.router.push(&self.send_queue, codec::encode_error(code, text, None));
        Ok(())
    }
}

/// Maps a read error to a close reason.
fn close_reason(error: &Error) -> CloseReason {
    match error {
        Error::Capacity(CapacityError::MessageTooLong { .. }) => {
            CloseReason::Error(ErrorCode::TooLarge)
        }
        Error::Utf8(_) => CloseReason::InvalidUtf8,
        // The connection broke, with or without a TCP reset.
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => CloseReason::ConnectionLost,
        Error::Protocol(_) => CloseReason::ProtocolError,
        _ => CloseReason::ConnectionLost,
    }
}
