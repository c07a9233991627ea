//! What a connection does with what comes: one frame at a time, without waiting.

use sightline_protocol::{ClientMessage, ErrorCode, PeerInfo, RelayMessage};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::error::{CapacityError, Error, ProtocolError};
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use tracing::{debug, info};

use super::Connection;
use crate::closing::End;
use crate::hub::Undone;
use crate::identity::{Short, peer_id};
use crate::{refusal, wire};

impl Connection {
    pub(super) fn heard(&mut self, frame: Option<Result<Message, Error>>) -> Result<(), End> {
        self.heard = Instant::now();
        self.asked = false;
        self.frames += 1;
        let too_many = self.socket.get_mut().count_message();
        let taken = match frame {
            Some(Ok(Message::Text(text))) => self.take(text),
            Some(Ok(Message::Binary(_))) => Err(End::Refused(ErrorCode::NotText)),
            // tungstenite answers pings.
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Ok(()),
            Some(Ok(Message::Close(frame))) => {
                let for_good = frame.is_some_and(|frame| frame.code == CloseCode::Away);
                Err(End::Closed { for_good })
            }
            Some(Err(error)) => Err(end_of(&error)),
            None => Err(End::Lost),
        };
        // What is held already pauses the connection; the next message will be too many
        // as well.
        if let Some(until) = too_many
            && self.pause.is_none()
        {
            self.pause_until(until);
        }
        taken
    }

    /// Does what a message says. What can't be done yet is held, and taken again.
    pub(super) fn take(&mut self, text: Utf8Bytes) -> Result<(), End> {
        let message = match wire::read(text.as_str()) {
            Ok(message) => message,
            Err((ErrorCode::InvalidRoom, sentence)) => {
                let sentence = format!("{sentence} Choose another name.");
                return Err(End::Said(ErrorCode::InvalidRoom, sentence));
            }
            Err((code, sentence)) => return self.complain(code, sentence),
        };
        match (message, &self.seat) {
            (ClientMessage::Join { .. }, Some(_)) => self.complain_of(ErrorCode::AlreadyJoined),
            (ClientMessage::Join { room, role, secret, page, seat }, None) => {
                if room.as_str().len() > self.shared.config.limits.room_name {
                    return Err(End::Refused(ErrorCode::InvalidRoom));
                }
                let peer = peer_id(&secret);
                let info = PeerInfo { peer, role, page, seat: seat.unwrap_or_default() };
                match self.shared.hub.join(room, info, &self.outbox) {
                    Ok(seat) => {
                        // Without the room's name: who knows it gets in.
                        info!(peer = %Short(seat.info.peer), ?role, "joined");
                        self.seat = Some(seat);
                        Ok(())
                    }
                    Err(Undone::Busy(busy)) => {
                        self.hold(text, busy);
                        Ok(())
                    }
                    Err(Undone::Refused(code)) => {
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
                    Err(Undone::Busy(busy)) => {
                        self.hold(text, busy);
                        Ok(())
                    }
                    // The outbox has it, too, and ends the connection next.
                    Err(Undone::Refused(ErrorCode::Replaced)) => Ok(()),
                    // Nobody's fault: the peer left while this was on its way, with
                    // perhaps dozens of candidates. It doesn't count.
                    Err(Undone::Refused(ErrorCode::NoSuchPeer)) => {
                        self.answer_error(ErrorCode::NoSuchPeer);
                        Ok(())
                    }
                    Err(Undone::Refused(code)) => self.complain_of(code),
                }
            }
            (ClientMessage::Signal { .. }, None) => self.complain_of(ErrorCode::NotJoined),
            (ClientMessage::Ping, _) => {
                self.shared.hub.push(&self.outbox, wire::write(&RelayMessage::Pong));
                Ok(())
            }
            (ClientMessage::Leave { keep_seat }, _) => Err(End::Left { keep_seat }),
        }
    }

    fn answer_error(&self, code: ErrorCode) {
        let sentence = refusal::sentence(code, &self.shared.config.limits);
        self.shared.hub.push(&self.outbox, wire::write_error(code, sentence, None));
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
        self.shared.hub.push(&self.outbox, wire::write_error(code, sentence, None));
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
