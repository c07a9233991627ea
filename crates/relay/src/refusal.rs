//! What a person reads when the relay refuses something: what happened, and what to do.

use std::time::Duration;

use sightline_protocol::ErrorCode;

use crate::config::Limits;

/// The sentence for `code` under these limits. Codes with a sentence made on the spot
/// ([`ErrorCode::Malformed`], [`ErrorCode::InvalidRoom`]) have a general one here.
pub(crate) fn sentence(code: ErrorCode, limits: &Limits) -> String {
    match code {
        ErrorCode::Malformed | ErrorCode::Unknown => {
            "This is not a message of the protocol. Reload the page; its version may be older \
             than the relay's."
                .into()
        }
        ErrorCode::NotText => "Binary messages are not taken. Send JSON as text.".into(),
        ErrorCode::TooLarge => format!(
            "The message is larger than {} bytes, the relay's limit. Send less, or raise \
             --max-message-bytes on the relay.",
            limits.message_bytes
        ),
        ErrorCode::NotJoined => {
            "No room was joined on this connection. Send `join` as the first message.".into()
        }
        ErrorCode::AlreadyJoined => {
            "This connection is in a room already. Open another connection for another room.".into()
        }
        ErrorCode::NoSuchPeer => {
            "The one this message is for is not in the room (any more). Wait until it comes back."
                .into()
        }
        ErrorCode::NotAllowed => {
            "This message is for somebody whom its sender doesn't see. Receivers write to the \
             room's sender, members of a call to each other."
                .into()
        }
        ErrorCode::InvalidRoom => format!(
            "The room's name is not valid: 1 to {} letters a to z, digits, hyphens and \
             underscores. Choose another name.",
            limits.room_name
        ),
        ErrorCode::SenderPresent => format!(
            "Somebody else is sharing in this room, or was less than {} ago. Share in another \
             room, or try again when they have stopped.",
            words(limits.keep_seat)
        ),
        ErrorCode::RoomFull => format!(
            "This room is full. It takes {} people who watch, or {} in a call. Try again when \
             somebody has left.",
            limits.receivers, limits.members
        ),
        ErrorCode::RelayFull => {
            "The relay has as many connections or rooms as it takes. Try again in a minute.".into()
        }
        ErrorCode::JoinTimeout => format!(
            "No room was joined within {}. Connect again and send `join` as the first message.",
            humantime::format_duration(limits.join_timeout)
        ),
        ErrorCode::Idle => format!(
            "Nothing was heard from this connection for {}. Check the network and connect again.",
            humantime::format_duration(limits.idle_timeout)
        ),
        ErrorCode::Replaced => {
            "The same page connected again, in another tab or after its network changed. Go on \
             there, or reload this page to go on here."
                .into()
        }
        ErrorCode::TooSlow => {
            "More messages came for this connection than it took. Check the network and connect \
             again."
                .into()
        }
        ErrorCode::Restarting => {
            "The relay stops or starts anew. Connect again in a moment.".into()
        }
    }
}

/// A time as people say it.
fn words(time: Duration) -> String {
    if time == Duration::from_secs(60) {
        "a minute".into()
    } else {
        humantime::format_duration(time).to_string()
    }
}

/// The sentence before a connection is closed for too many messages without sense.
pub(crate) fn too_many_errors(limits: &Limits) -> String {
    format!(
        "More than {} messages on this connection made no sense. Reload the page; its version \
         may be older than the relay's.",
        limits.tolerated_errors
    )
}
