//! The text of error messages, for people: what happened, and what to do.

use std::time::Duration;

use sightline_protocol::ErrorCode;

use crate::config::Limits;

/// The text for `code`. [`ErrorCode::Malformed`] and [`ErrorCode::InvalidRoom`] usually come
/// with a more specific text; this one is general.
pub(crate) fn text(code: ErrorCode, limits: &Limits) -> String {
    match code {
        ErrorCode::Malformed | ErrorCode::Unknown => {
            "The message is not part of the protocol. Reload the page; it may be older than the \
             relay."
                .into()
        }
        ErrorCode::NotText => "Binary messages are not supported. Send JSON as text.".into(),
        ErrorCode::TooLarge => format!(
            "The message is larger than the limit of {} bytes. Send a smaller one, or raise \
             --max-message-bytes on the relay.",
            limits.message_bytes
        ),
        ErrorCode::NotJoined => {
            "This connection has not joined a room. Send `join` as the first message.".into()
        }
        ErrorCode::AlreadyJoined => {
            "This connection has already joined a room. Open another connection for another room."
                .into()
        }
        ErrorCode::NoSuchPeer => {
            "The recipient is not in the room. Wait until it comes back.".into()
        }
        ErrorCode::NotAllowed => {
            "The recipient is not visible to this peer. Receivers can write to the room's sender, \
             members of a call to each other."
                .into()
        }
        ErrorCode::InvalidRoom => format!(
            "The room name is invalid. Use 1 to {} letters a to z, digits, hyphens and \
             underscores.",
            limits.room_name
        ),
        ErrorCode::SenderPresent => format!(
            "Somebody else is sharing in this room, or was less than {} ago. Use another room, or \
             try again later.",
            duration_text(limits.keep_seat)
        ),
        ErrorCode::RoomFull => format!(
            "The room is full. It has space for {} receivers, or {} members of a call. Try again \
             when somebody has left.",
            limits.receivers, limits.members
        ),
        ErrorCode::RelayFull => {
            "The relay has reached its limit of connections or rooms. Try again in a minute.".into()
        }
        ErrorCode::JoinTimeout => format!(
            "This connection did not join a room within {}. Reconnect and send `join` as the \
             first message.",
            humantime::format_duration(limits.join_timeout)
        ),
        ErrorCode::Idle => format!(
            "The relay received nothing on this connection for {}. Check the network and \
             reconnect.",
            humantime::format_duration(limits.idle_timeout)
        ),
        ErrorCode::Replaced => {
            "The same page connected again, in another tab or after a network change. Continue \
             there, or reload this page to continue here."
                .into()
        }
        ErrorCode::TooSlow => {
            "This connection received messages faster than it read them. Check the network and \
             reconnect."
                .into()
        }
        ErrorCode::Restarting => "The relay is restarting. Reconnect in a moment.".into(),
    }
}

/// A duration in words.
fn duration_text(duration: Duration) -> String {
    if duration == Duration::from_secs(60) {
        "a minute".into()
    } else {
        humantime::format_duration(duration).to_string()
    }
}

/// The text for a connection that is closed after too many invalid messages.
pub(crate) fn too_many_errors(limits: &Limits) -> String {
    format!(
        "More than {} messages on this connection were invalid. Reload the page; it may be older \
         than the relay.",
        limits.tolerated_errors
    )
}
