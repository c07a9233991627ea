//! Messages as text.

use sightline_protocol::{Candidate, ClientMessage, ConnectionId, Findings, Payload, Signal};

/// An object that is being written.
struct Object(String);

impl Object {
    const fn new() -> Self {
        Self(String::new())
    }

    /// A message of a type.
    fn of(kind: &str) -> Self {
        let mut object = Self::new();
        object.text("type", kind);
        object
    }

    /// A field whose value is JSON already.
    fn raw(&mut self, name: &str, json: &str) {
        self.0.push(if self.0.is_empty() { '{' } else { ',' });
        for part in ["\"", name, "\":", json] {
            self.0.push_str(part);
        }
    }

    fn text(&mut self, name: &str, text: &str) {
        // The browser knows what has to be escaped, and can't fail with a text.
        let quoted = js_sys::JSON::stringify(&text.into()).map(String::from);
        self.raw(name, &quoted.unwrap_or_default());
    }

    fn number(&mut self, name: &str, number: u32) {
        self.raw(name, &number.to_string());
    }

    fn flag(&mut self, name: &str, flag: bool) {
        self.raw(name, if flag { "true" } else { "false" });
    }

    fn end(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

pub(super) fn client_message(message: &ClientMessage) -> String {
    let mut object;
    match message {
        ClientMessage::Join { room, role, secret, page } => {
            object = Object::of("join");
            object.text("room", room.as_str());
            object.text("role", role.name());
            object.text("secret", &String::from(*secret));
            object.number("page", page.0);
        }
        ClientMessage::Signal { to, payload: content } => {
            object = Object::of("signal");
            object.text("to", &String::from(*to));
            object.raw("payload", &payload(content));
        }
        ClientMessage::Leave { keep_seat } => {
            object = Object::of("leave");
            if *keep_seat {
                object.flag("keepSeat", true);
            }
        }
        ClientMessage::Ping => object = Object::of("ping"),
    }
    object.end()
}

pub(super) fn payload(payload: &Payload) -> String {
    let mut object = Object::new();
    object.number("page", payload.page.0);
    object.number("toPage", payload.to_page.0);
    object.number("ack", payload.ack);
    if let Some(seq) = payload.seq {
        object.number("seq", seq);
    }
    if let Some(content) = &payload.signal {
        object.raw("signal", &signal(content));
    }
    object.end()
}

fn signal(signal: &Signal) -> String {
    let described = |kind: &str, connection: &ConnectionId, round: u32, sdp: &str| {
        let mut object = Object::of(kind);
        object.number("connection", connection.0);
        object.number("round", round);
        object.text("sdp", sdp);
        object
    };
    let mut object;
    match signal {
        Signal::CreateOffer { connection, round, sdp } => {
            object = described("createOffer", connection, *round, sdp);
        }
        Signal::CreateAnswer { connection, round, sdp } => {
            object = described("createAnswer", connection, *round, sdp);
        }
        Signal::IceCandidate { connection, candidate: found } => {
            object = Object::of("iceCandidate");
            object.number("connection", connection.0);
            object.raw("candidate", &candidate(found));
        }
        Signal::ConnectionFailed { connection } => {
            object = Object::of("connectionFailed");
            object.number("connection", connection.0);
        }
        Signal::Media { picture, sound } => {
            object = Object::of("media");
            object.text("picture", picture.name());
            object.text("sound", sound.name());
        }
        Signal::Findings { connection, findings: found } => {
            object = Object::of("findings");
            object.number("connection", connection.0);
            object.raw("findings", &findings(found));
        }
    }
    object.end()
}

fn candidate(candidate: &Candidate) -> String {
    let mut object = Object::new();
    object.text("candidate", &candidate.candidate);
    if let Some(mid) = &candidate.sdp_mid {
        object.text("sdpMid", mid);
    }
    if let Some(index) = candidate.sdp_m_line_index {
        object.number("sdpMLineIndex", index.into());
    }
    if let Some(fragment) = &candidate.username_fragment {
        object.text("usernameFragment", fragment);
    }
    object.end()
}

fn findings(findings: &Findings) -> String {
    let (mut object, mut paths) = (Object::new(), Object::new());
    for (name, count) in [
        ("host", findings.host),
        ("reflexive", findings.reflexive),
        ("relayed", findings.relayed),
        ("received", findings.received),
    ] {
        object.number(name, count.into());
    }
    for (name, flag) in
        [("gathered", findings.gathered), ("stun", findings.stun), ("turn", findings.turn)]
    {
        object.flag(name, flag);
    }
    for (name, count) in [
        ("tried", findings.paths.tried),
        ("heard", findings.paths.heard),
        ("answered", findings.paths.answered),
        ("working", findings.paths.working),
    ] {
        paths.number(name, count.into());
    }
    paths.flag("keysFailed", findings.paths.keys_failed);
    let errors: Vec<String> = findings.errors.iter().map(u16::to_string).collect();
    object.raw("errors", &["[", &errors.join(","), "]"].concat());
    object.raw("paths", &paths.end());
    object.end()
}
