//! Messages out of what `JSON.parse` made. A field that a message needs and that isn't there,
//! or is something else, makes it none; fields that it doesn't have are ignored.

use js_sys::Array;
use sightline_protocol::{
    Candidate, ConnectionId, ErrorCode, Findings, Heartbeat, IceServer, LeaveReason, PageId, Paths,
    Payload, PeerId, PeerInfo, RelayMessage, Role, Signal, TrackState,
};
use wasm_bindgen::JsValue;

use crate::property::get;

pub(super) fn relay_message(value: &JsValue) -> Option<RelayMessage> {
    Some(match text(&get(value, "type"))?.as_str() {
        "welcome" => RelayMessage::Welcome {
            peer: id(&get(value, "peer"))?,
            peers: list(&get(value, "peers"), &peer_info)?,
            ice_servers: list(&get(value, "iceServers"), &ice_server)?,
            heartbeat: heartbeat(&get(value, "heartbeat"))?,
        },
        "peerJoined" => RelayMessage::PeerJoined { peer: peer_info(value)? },
        "peerLeft" => RelayMessage::PeerLeft {
            peer: id(&get(value, "peer"))?,
            reason: match text(&get(value, "reason"))?.as_str() {
                "left" => LeaveReason::Left,
                _ => LeaveReason::Lost,
            },
        },
        "signal" => RelayMessage::Signal {
            from: id(&get(value, "from"))?,
            payload: payload(&get(value, "payload"))?,
        },
        "error" => RelayMessage::Error {
            code: error_code(&text(&get(value, "code"))?),
            message: text(&get(value, "message"))?,
            retry_after_ms: maybe(&get(value, "retryAfterMs"), &whole)?,
        },
        "pong" => RelayMessage::Pong,
        _ => return None,
    })
}

pub(super) fn payload(value: &JsValue) -> Option<Payload> {
    let signal = maybe(&get(value, "signal"), &signal)?;
    let seq = maybe(&get(value, "seq"), &whole)?;
    if signal.is_some() && seq.is_none() {
        return None;
    }
    Some(Payload {
        page: PageId(whole(&get(value, "page"))?),
        to_page: PageId(whole(&get(value, "toPage"))?),
        ack: whole(&get(value, "ack"))?,
        seq,
        signal: signal.flatten(),
    })
}

/// None inside for one of a later version: the number of what it came with counts.
fn signal(value: &JsValue) -> Option<Option<Signal>> {
    let connection = || whole(&get(value, "connection")).map(ConnectionId);
    let round = || whole(&get(value, "round"));
    let sdp = || text(&get(value, "sdp"));
    let state = |name| text(&get(value, name)).map(|state| track_state(&state));
    Some(Some(match text(&get(value, "type"))?.as_str() {
        "createOffer" => {
            Signal::CreateOffer { connection: connection()?, round: round()?, sdp: sdp()? }
        }
        "createAnswer" => {
            Signal::CreateAnswer { connection: connection()?, round: round()?, sdp: sdp()? }
        }
        "iceCandidate" => {
            let candidate = candidate(&get(value, "candidate"))?;
            Signal::IceCandidate { connection: connection()?, candidate }
        }
        "connectionFailed" => Signal::ConnectionFailed { connection: connection()? },
        "media" => Signal::Media { picture: state("picture")?, sound: state("sound")? },
        "findings" => {
            let findings = findings(&get(value, "findings"))?;
            Signal::Findings { connection: connection()?, findings }
        }
        _ => return Some(None),
    }))
}

fn candidate(value: &JsValue) -> Option<Candidate> {
    Some(Candidate {
        candidate: text(&get(value, "candidate"))?,
        sdp_mid: maybe(&get(value, "sdpMid"), &text)?,
        sdp_m_line_index: maybe(&get(value, "sdpMLineIndex"), &small)?,
        username_fragment: maybe(&get(value, "usernameFragment"), &text)?,
    })
}

/// Whatever of it isn't there has nothing to say.
fn findings(value: &JsValue) -> Option<Findings> {
    let paths = get(value, "paths");
    Some(Findings {
        host: count(value, "host")?,
        reflexive: count(value, "reflexive")?,
        relayed: count(value, "relayed")?,
        gathered: flag(value, "gathered")?,
        stun: flag(value, "stun")?,
        turn: flag(value, "turn")?,
        errors: match get(value, "errors") {
            errors if errors.is_undefined() => Vec::new(),
            errors => list(&errors, &small)?,
        },
        received: count(value, "received")?,
        paths: Paths {
            tried: count(&paths, "tried")?,
            heard: count(&paths, "heard")?,
            answered: count(&paths, "answered")?,
            working: count(&paths, "working")?,
            keys_failed: flag(&paths, "keysFailed")?,
        },
    })
    .filter(|_| value.is_object() && (paths.is_object() || paths.is_undefined()))
}

fn peer_info(value: &JsValue) -> Option<PeerInfo> {
    let word = text(&get(value, "role"))?;
    let role = Role::ALL.into_iter().find(|role| role.name() == word)?;
    let page = PageId(whole(&get(value, "page"))?);
    Some(PeerInfo { peer: id(&get(value, "peer"))?, role, page })
}

fn ice_server(value: &JsValue) -> Option<IceServer> {
    Some(IceServer { urls: list(&get(value, "urls"), &text)? })
}

fn heartbeat(value: &JsValue) -> Option<Heartbeat> {
    let ping_after_ms = whole(&get(value, "pingAfterMs"))?;
    Some(Heartbeat { ping_after_ms, dead_after_ms: whole(&get(value, "deadAfterMs"))? })
}

fn track_state(word: &str) -> TrackState {
    let known = TrackState::ALL.into_iter().find(|state| state.name() == word);
    known.unwrap_or(TrackState::Unknown)
}

fn error_code(word: &str) -> ErrorCode {
    let known = ErrorCode::ALL.into_iter().find(|code| code.name() == word);
    known.unwrap_or(ErrorCode::Unknown)
}

fn text(value: &JsValue) -> Option<String> {
    value.as_string()
}

fn id(value: &JsValue) -> Option<PeerId> {
    PeerId::parse(&text(value)?).ok()
}

/// JavaScript has one kind of number, the messages whole ones from 0 only.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is checked")]
fn whole(value: &JsValue) -> Option<u32> {
    let number = value.as_f64()?;
    let whole = number as u32;
    (f64::from(whole) == number).then_some(whole)
}

fn small(value: &JsValue) -> Option<u16> {
    u16::try_from(whole(value)?).ok()
}

fn count(object: &JsValue, name: &str) -> Option<u16> {
    let value = get(object, name);
    if value.is_undefined() { Some(0) } else { small(&value) }
}

fn flag(object: &JsValue, name: &str) -> Option<bool> {
    let value = get(object, name);
    if value.is_undefined() { Some(false) } else { value.as_bool() }
}

/// What need not be there.
#[expect(clippy::option_option, reason = "there, not there, and not what it should be")]
fn maybe<T>(value: &JsValue, read: &dyn Fn(&JsValue) -> Option<T>) -> Option<Option<T>> {
    if value.is_undefined() || value.is_null() { Some(None) } else { read(value).map(Some) }
}

fn list<T>(value: &JsValue, read: &dyn Fn(&JsValue) -> Option<T>) -> Option<Vec<T>> {
    if !Array::is_array(value) {
        return None;
    }
    Array::from(value).iter().map(|item| read(&item)).collect()
}
