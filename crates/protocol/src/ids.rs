//! Names and ids: who is meant, and where.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::limits::MAX_ROOM_NAME;

/// What a peer does in its room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// Sends picture and sound. One a room.
    Sender,
    /// Receives them. Up to [`MAX_RECEIVERS`](crate::limits::MAX_RECEIVERS) a room.
    Receiver,
    /// Takes part in a call: sends and receives. Up to
    /// [`MAX_MEMBERS`](crate::limits::MAX_MEMBERS) a room; who sends or only receives in
    /// a room of the same name is not seen, and does not see them.
    Member,
}

impl Role {
    /// Each of them.
    pub const ALL: [Self; 3] = [Self::Sender, Self::Receiver, Self::Member];

    /// How it is written in a message.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sender => "sender",
            Self::Receiver => "receiver",
            Self::Member => "member",
        }
    }

    /// Whether who is in one role is told of who is in the other, and may write to
    /// them.
    #[must_use]
    pub const fn sees(self, other: Self) -> bool {
        matches!(
            (self, other),
            (Self::Sender, Self::Receiver)
                | (Self::Receiver, Self::Sender)
                | (Self::Member, Self::Member)
        )
    }
}

/// Names one load of a page: a random number that it makes when it begins. The same peer
/// with another number was loaded again, and knows nothing of what was before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct InstanceId(pub u32);

/// A room's name: 1 to 64 of `a` to `z`, `0` to `9`, `-` and `_`. Upper case is
/// folded to lower, so that a name that was read aloud is the same name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RoomName(Box<str>);

/// Why a text is not a valid room name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoomNameError {
    /// The text is empty.
    #[error("A room needs a name.")]
    Empty,
    /// Longer than [`MAX_ROOM_NAME`].
    #[error("A room name can have at most 64 characters.")]
    TooLong,
    /// A character that is not allowed.
    #[error("A room name can have only letters a to z, digits, hyphens and underscores.")]
    Character,
}

impl RoomName {
    /// Takes a name as it stands in a link or a message.
    ///
    /// # Errors
    /// [`RoomNameError`] where it is empty, too long or has other characters.
    pub fn parse(text: &str) -> Result<Self, RoomNameError> {
        if text.is_empty() {
            return Err(RoomNameError::Empty);
        }
        if text.len() > MAX_ROOM_NAME {
            return Err(RoomNameError::TooLong);
        }
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if !text.chars().all(allowed) {
            return Err(RoomNameError::Character);
        }
        Ok(Self(text.to_ascii_lowercase().into()))
    }

    /// Takes a name as a person types it: spaces around it go, spaces within it
    /// become hyphens.
    ///
    /// # Errors
    /// As [`RoomName::parse`].
    pub fn parse_typed(text: &str) -> Result<Self, RoomNameError> {
        let words: Vec<&str> = text.split_whitespace().collect();
        Self::parse(&words.join("-"))
    }

    /// A name made of `bits`, as words that can be read aloud and typed: 16 bits a
    /// word of five letters, consonants and vowels in turn.
    #[must_use]
    pub fn from_bits(bits: u64) -> Self {
        const CONSONANTS: &[u8; 16] = b"bdfghjklmnprstvz";
        const VOWELS: &[u8; 4] = b"aiou";
        let pick = |letters: &[u8], index: u64| {
            let index = usize::try_from(index).unwrap_or(0) % letters.len().max(1);
            letters.get(index).copied().map_or('a', char::from)
        };
        let mut name = String::new();
        for word in 0..4 {
            if word > 0 {
                name.push('-');
            }
            let bits = bits >> (word * 16);
            name.push(pick(CONSONANTS, bits & 15));
            name.push(pick(VOWELS, (bits >> 4) & 3));
            name.push(pick(CONSONANTS, (bits >> 6) & 15));
            name.push(pick(VOWELS, (bits >> 10) & 3));
            name.push(pick(CONSONANTS, (bits >> 12) & 15));
        }
        Self(name.into())
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RoomName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for RoomName {
    type Error = RoomNameError;
    fn try_from(text: String) -> Result<Self, RoomNameError> {
        Self::parse(&text)
    }
}

impl From<RoomName> for String {
    fn from(name: RoomName) -> Self {
        name.0.into()
    }
}

/// Why a text is not a peer's id or secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected 32 lower-case hexadecimal digits")]
pub struct IdError;

/// A peer's public id: what others address it by. It is a hash of the peer's
/// [`PeerSecret`], so a peer that comes back is the same peer, and nobody else can be.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PeerId([u8; 16]);

/// What a peer proves its seat with: 128 random bits that it tells its relay alone.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PeerSecret([u8; 16]);

macro_rules! hex_id {
    ($name:ident) => {
        impl $name {
            /// Takes the 16 bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// The 16 bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }

            /// Takes 32 lower-case hexadecimal digits.
            ///
            /// # Errors
            /// [`IdError`] for anything else.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                from_hex(text).map(Self).ok_or(IdError)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                to_hex(&id.0)
            }
        }
    };
}

hex_id!(PeerId);
hex_id!(PeerSecret);

impl fmt::Display for PeerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&to_hex(&self.0))
    }
}

impl fmt::Debug for PeerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PeerId({self})")
    }
}

/// Never shows the secret, so that no log does.
impl fmt::Debug for PeerSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PeerSecret(hidden)")
    }
}

fn to_hex(bytes: &[u8; 16]) -> String {
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

fn from_hex(text: &str) -> Option<[u8; 16]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let mut bytes = [0; 16];
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() || pairs.len() != bytes.len() {
        return None;
    }
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_names() {
        let long = "a".repeat(64);
        let too_long = "a".repeat(65);
        let cases = [
            ("demo", Ok("demo")),
            ("Kabod-Lupim", Ok("kabod-lupim")),
            ("a_1", Ok("a_1")),
            (long.as_str(), Ok(long.as_str())),
            ("", Err(RoomNameError::Empty)),
            (too_long.as_str(), Err(RoomNameError::TooLong)),
            ("a b", Err(RoomNameError::Character)),
            ("café", Err(RoomNameError::Character)),
            ("a/../b", Err(RoomNameError::Character)),
            ("<b>", Err(RoomNameError::Character)),
        ];
        for (text, expected) in cases {
            let room = RoomName::parse(text);
            assert_eq!(room.as_ref().map(RoomName::as_str), expected.as_ref().copied(), "{text:?}");
        }
        assert_eq!(RoomName::parse_typed("  My  Room ").unwrap().as_str(), "my-room");
        assert_eq!(RoomName::parse_typed("   "), Err(RoomNameError::Empty));
    }

    #[test]
    fn made_room_names_are_valid_and_differ() {
        let names = [0, 1, u64::MAX, 0x0123_4567_89ab_cdef].map(RoomName::from_bits);
        for (i, name) in names.iter().enumerate() {
            assert_eq!(RoomName::parse(name.as_str()).as_ref(), Ok(name));
            assert!(names.iter().skip(i + 1).all(|other| other != name));
        }
    }

    #[test]
    fn a_secret_is_not_printed() {
        let secret = PeerSecret::from_bytes([7; 16]);
        assert!(!format!("{secret:?}").contains("07"));
    }
}
