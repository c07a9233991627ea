//! What the relay answers when it can't do what was asked, and how it closes.

use serde::{Deserialize, Serialize};

/// Why the relay refused something. A sentence for people comes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ErrorCode {
    /// Not a JSON object of a known type with the fields that the type has.
    Malformed,
    /// A binary frame; the protocol is text.
    NotText,
    /// Longer than the relay's limit for a message.
    TooLarge,
    /// The first message has to be `join`.
    NotJoined,
    /// A second `join` on one connection.
    AlreadyJoined,
    /// An envelope to a peer that is not in the room.
    NoSuchPeer,
    /// An envelope to somebody whom the peer doesn't see: two receivers have nothing to tell
    /// each other.
    NotAllowed,
    /// The room's name is not one.
    InvalidRoom,
    /// The room has a sender, and it is somebody else.
    SenderPresent,
    /// The room has as many receivers, or its call as many members, as it takes.
    RoomFull,
    /// The relay has as many connections or rooms as it takes.
    RelayFull,
    /// No `join` within the relay's time.
    JoinTimeout,
    /// Nothing was heard for too long.
    Idle,
    /// The same peer joined again on another connection, which now has the seat.
    Replaced,
    /// More came in than the connection took out.
    TooSlow,
    /// The relay stops or starts anew.
    Restarting,
    /// A code that this version does not know.
    #[serde(other)]
    Unknown,
}

/// A WebSocket close code (RFC 6455, section 7.4).
///
/// The relay's own are 4000 + the HTTP status that says the same: at 44xx trying
/// again as before is pointless, at 45xx it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CloseCode(pub u16);

impl CloseCode {
    /// Done; nothing went wrong.
    pub const NORMAL: Self = Self(1000);
    /// A frame of a type that is not taken (binary).
    pub const UNSUPPORTED: Self = Self(1003);
    /// A message over the limit.
    pub const TOO_LARGE: Self = Self(1009);
    /// The relay starts anew: come back in a moment.
    pub const RESTARTING: Self = Self(1012);

    /// Whether connecting again by itself makes sense after this code.
    #[must_use]
    pub const fn may_retry(self) -> bool {
        !matches!(self.0, 1003 | 1007 | 1009 | 1010 | 4400..=4499)
    }
}

impl ErrorCode {
    /// Each of them.
    pub const ALL: [Self; 17] = [
        Self::Malformed,
        Self::NotText,
        Self::TooLarge,
        Self::NotJoined,
        Self::AlreadyJoined,
        Self::NoSuchPeer,
        Self::NotAllowed,
        Self::InvalidRoom,
        Self::SenderPresent,
        Self::RoomFull,
        Self::RelayFull,
        Self::JoinTimeout,
        Self::Idle,
        Self::Replaced,
        Self::TooSlow,
        Self::Restarting,
        Self::Unknown,
    ];

    /// How it is written in a message.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::NotText => "notText",
            Self::TooLarge => "tooLarge",
            Self::NotJoined => "notJoined",
            Self::AlreadyJoined => "alreadyJoined",
            Self::NoSuchPeer => "noSuchPeer",
            Self::NotAllowed => "notAllowed",
            Self::InvalidRoom => "invalidRoom",
            Self::SenderPresent => "senderPresent",
            Self::RoomFull => "roomFull",
            Self::RelayFull => "relayFull",
            Self::JoinTimeout => "joinTimeout",
            Self::Idle => "idle",
            Self::Replaced => "replaced",
            Self::TooSlow => "tooSlow",
            Self::Restarting => "restarting",
            Self::Unknown => "unknown",
        }
    }

    /// The code with which the relay closes after this error; none where the
    /// connection goes on.
    #[must_use]
    pub const fn close_code(self) -> Option<CloseCode> {
        let code = match self {
            Self::Malformed
            | Self::NotJoined
            | Self::AlreadyJoined
            | Self::NoSuchPeer
            | Self::NotAllowed
            | Self::Unknown => return None,
            Self::NotText => CloseCode::UNSUPPORTED,
            Self::TooLarge => CloseCode::TOO_LARGE,
            Self::RoomFull => CloseCode(4403),
            Self::SenderPresent => CloseCode(4409),
            Self::Replaced => CloseCode(4410),
            Self::InvalidRoom => CloseCode(4422),
            Self::RelayFull => CloseCode(4503),
            Self::JoinTimeout | Self::Idle | Self::TooSlow => CloseCode(4504),
            Self::Restarting => CloseCode::RESTARTING,
        };
        Some(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_messages() {
        for code in ErrorCode::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.name());
        }
        for role in crate::Role::ALL {
            assert_eq!(serde_json::to_value(role).unwrap(), role.name());
        }
        for state in crate::TrackState::ALL {
            assert_eq!(serde_json::to_value(state).unwrap(), state.name());
        }
    }

    #[test]
    fn refusals_that_last_are_not_tried_again() {
        for (code, retry) in [
            (ErrorCode::InvalidRoom, false),
            (ErrorCode::RoomFull, false),
            (ErrorCode::SenderPresent, false),
            (ErrorCode::Replaced, false),
            (ErrorCode::TooLarge, false),
            (ErrorCode::RelayFull, true),
            (ErrorCode::JoinTimeout, true),
            (ErrorCode::Idle, true),
            (ErrorCode::TooSlow, true),
            (ErrorCode::Restarting, true),
        ] {
            let close = code.close_code().unwrap();
            assert_eq!(close.may_retry(), retry, "{code:?}");
        }
        assert!(CloseCode(1006).may_retry(), "a connection that was cut");
    }
}
