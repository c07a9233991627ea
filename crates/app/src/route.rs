//! Which page an address means.
//!
//! Five lines of matching instead of a router: a router's crate would be half of
//! what a first visit downloads, and there are four routes.

use sightline_protocol::{RoomName, RoomNameError};

/// A page of the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// What this is, and the ways on.
    Home,
    /// Share a camera. Without a room one will be made.
    Sender(Visit),
    /// Watch a room. Without one it is asked for.
    Receiver(Visit),
    /// Take part in a call. Without a room one will be made.
    Call(Visit),
    /// No such page.
    NotFound,
}

/// What the address says beside the page.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Visit {
    /// `room=…`, where it is given.
    pub room: Option<Result<RoomName, RoomNameError>>,
    /// `autostart=1`: begin without a click.
    pub autostart: bool,
}

impl Route {
    /// Reads a path and the query's parameters.
    #[must_use]
    pub fn parse(path: &str, query: impl Fn(&str) -> Option<String>) -> Self {
        let visit = || Visit {
            room: query("room")
                .filter(|room| !room.is_empty())
                .map(|room| RoomName::parse_typed(before_punctuation(&room))),
            autostart: query("autostart").as_deref() == Some("1"),
        };
        match path.trim_end_matches('/') {
            "" | "/index.html" => Self::Home,
            "/sender" => Self::Sender(visit()),
            "/receiver" => Self::Receiver(visit()),
            "/call" => Self::Call(visit()),
            _ => Self::NotFound,
        }
    }
}

/// The address of a room's sender page.
#[must_use]
pub fn sender_path(room: &RoomName) -> String {
    format!("/sender?room={room}")
}

/// The address of a room's receiver page.
#[must_use]
pub fn receiver_path(room: &RoomName) -> String {
    format!("/receiver?room={room}")
}

/// The address of a room's call.
#[must_use]
pub fn call_path(room: &RoomName) -> String {
    format!("/call?room={room}")
}

/// What a person types or pastes where a room is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// The room.
    pub room: RoomName,
    /// It was a link to a call.
    pub is_call: bool,
}

/// Takes the room out of a name or of a whole link, whatever a chat has put around it.
///
/// # Errors
/// [`RoomNameError`] where there is no room's name in it.
pub fn typed(text: &str) -> Result<Typed, RoomNameError> {
    let text = without_punctuation(text);
    let Some((address, query)) = text.split_once('?') else {
        return Ok(Typed { room: RoomName::parse_typed(text)?, is_call: false });
    };
    let query = query.split('#').next().unwrap_or_default();
    let room = query.split('&').find_map(|pair| pair.strip_prefix("room="));
    let room = RoomName::parse_typed(without_punctuation(room.unwrap_or_default()))?;
    Ok(Typed { room, is_call: address.trim_end_matches('/').ends_with("/call") })
}

/// Leaves out what a sentence puts behind a link, and a chat takes for a part of it.
fn before_punctuation(text: &str) -> &str {
    const PUNCTUATION: &[char] =
        &['.', ',', ';', ':', '!', '?', ')', ']', '>', '}', '"', '\'', '”', '’', '»', '…'];
    text.trim_end_matches(PUNCTUATION)
}

/// Leaves out what surrounds a link in a sentence: `see <https://…?room=demo>.`
fn without_punctuation(text: &str) -> &str {
    let is_outside = |c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | '/');
    // A letter with an accent is no punctuation: it is refused, and the person told.
    text.trim_matches(|c: char| is_outside(c) && !c.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(name: &str) -> Visit {
        Visit { room: Some(RoomName::parse(name)), autostart: false }
    }

    #[test]
    fn addresses() {
        let cases = [
            ("/", "", Route::Home),
            ("", "", Route::Home),
            ("/index.html", "", Route::Home),
            ("/sender", "", Route::Sender(Visit::default())),
            ("/sender/", "room=", Route::Sender(Visit::default())),
            ("/sender", "room=demo", Route::Sender(room("demo"))),
            ("/receiver", "room=Demo", Route::Receiver(room("demo"))),
            ("/receiver", "room=a/b", Route::Receiver(room("a/b"))),
            (
                "/receiver",
                "autostart=1&room=demo",
                Route::Receiver(Visit { autostart: true, ..room("demo") }),
            ),
            ("/receiver", "room=demo&autostart=yes", Route::Receiver(room("demo"))),
            ("/call", "", Route::Call(Visit::default())),
            ("/call/", "room=Demo", Route::Call(room("demo"))),
            ("/call", "autostart=1", Route::Call(Visit { autostart: true, room: None })),
            ("/calls", "", Route::NotFound),
            ("/senders", "", Route::NotFound),
            ("/sender/x", "", Route::NotFound),
        ];
        for (path, query, expected) in cases {
            let find = |name: &str| {
                query.split('&').filter_map(|pair| pair.split_once('=')).find(|pair| pair.0 == name)
            };
            let route = Route::parse(path, |name| find(name).map(|pair| pair.1.to_owned()));
            assert_eq!(route, expected, "{path}?{query}");
        }
    }

    #[test]
    fn names_and_links_that_people_paste() {
        let ok = |room: &str, is_call| Ok(Typed { room: RoomName::parse(room).unwrap(), is_call });
        for (text, expected) in [
            ("demo", ok("demo", false)),
            ("  Kabod Lupim ", ok("kabod-lupim", false)),
            ("demo.", ok("demo", false)),
            ("\u{201c}demo\u{201d}", ok("demo", false)),
            ("https://video.example/receiver?room=abc", ok("abc", false)),
            ("https://video.example/receiver?room=abc.", ok("abc", false)),
            ("<https://video.example/receiver?room=abc>,", ok("abc", false)),
            ("(http://127.0.0.1:8080/sender?autostart=1&room=Abc#top)", ok("abc", false)),
            ("video.example/call?room=abc!", ok("abc", true)),
            ("https://video.example/call/?room=abc&autostart=1", ok("abc", true)),
            ("", Err(RoomNameError::Empty)),
            (" . ", Err(RoomNameError::Empty)),
            ("https://video.example/receiver?x=1", Err(RoomNameError::Empty)),
            ("https://video.example/receiver", Err(RoomNameError::Character)),
            ("a/b", Err(RoomNameError::Character)),
            ("café", Err(RoomNameError::Character)),
        ] {
            assert_eq!(typed(text), expected, "{text}");
        }
    }

    #[test]
    fn a_link_that_a_chat_has_put_a_full_stop_behind() {
        let find = |name: &str| (name == "room").then(|| "abc.".to_owned());
        assert_eq!(Route::parse("/receiver", find), Route::Receiver(room("abc")));
    }

    #[test]
    fn a_bad_room_is_kept_to_be_explained() {
        let Route::Receiver(visit) = Route::parse("/receiver", |_| Some("a b/c".to_owned())) else {
            panic!()
        };
        assert_eq!(visit.room, Some(Err(RoomNameError::Character)));
    }
}
