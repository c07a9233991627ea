//! Messages about connection problems: what happened, and what to do.

use sightline_client::InfoNotice;
use sightline_protocol::Role;
use sightline_session::{Cause, Notice, Side};

/// The message for a notice.
pub(crate) const fn notice(role: Role, notice: Notice) -> &'static str {
    match notice {
        Notice::RelayUnreachable => {
            "The server can't be reached. Retrying automatically. Check your network. If other \
             sites work, tell whoever runs this site."
        }
        Notice::RelayLost => "Lost the connection to the server. Retrying automatically.",
        Notice::RelayFull => "The server is full. Retrying automatically.",
        Notice::Refused => {
            "The server refused the connection. Reload the page. If that doesn't help, tell \
             whoever runs this site."
        }
        Notice::InvalidRoom => {
            "The server doesn't accept this room name. Choose another one with letters a to z, \
             digits and hyphens."
        }
        Notice::SenderPresent => {
            "Somebody else is sharing in this room, or was until a minute ago. This page continues \
             automatically when the room is free."
        }
        Notice::RoomFull if matches!(role, Role::Member) => {
            "This call is full. Try again when somebody has left."
        }
        Notice::RoomFull => "This room is full. You join automatically when somebody leaves.",
        Notice::Replaced => {
            "This room was opened in another tab or window, which took over. Close that one, or \
             take over here."
        }
        Notice::SenderLeft => "The sender has left. This page reconnects when they return.",
        Notice::CannotConnect(cause) => cannot_connect(cause),
        Notice::CameraLost => {
            "The sender's camera was disconnected. The video resumes when it is connected again."
        }
        Notice::CameraPaused => "The sender's camera is paused. The video resumes automatically.",
        Notice::WasAway if matches!(role, Role::Member) => {
            "You were away, so you left the call. Join again when you are ready."
        }
        Notice::WasAway => {
            "You were away, so you are no longer live. Go live again when you are ready."
        }
        Notice::VideoStopped => "The video has stopped. It resumes automatically when possible.",
    }
}

/// The message before joining a call while the relay can't be reached.
pub(crate) const RELAY_AWAY_IN_LOBBY: &str = "The server can't be reached. Check your network. You \
                                              can join when the server is back.";

/// The message for a user who waits in a room of the other kind (call or broadcast).
pub(crate) const fn other_kind(role: Role) -> &'static str {
    match role {
        Role::Member => {
            "Somebody is sharing a camera in this room, so there is no call. You can watch, or \
             wait here for others."
        }
        Role::Sender | Role::Receiver => {
            "Nobody is sharing a camera in this room, but there is a call. You can join it, or \
             wait here for a camera."
        }
    }
}

/// The message for a notice that needs no action.
pub(crate) const fn info(role: Role, what: InfoNotice) -> &'static str {
    match role {
        _ if matches!(what, InfoNotice::AudioLost) => {
            "The sender's microphone was disconnected. The sound resumes when it is connected \
             again."
        }
        Role::Sender => {
            "Lost the connection to the server. Viewers still see you. Retrying automatically."
        }
        Role::Receiver if matches!(what, InfoNotice::RelayAwayUnseen) => {
            "Lost the connection to the server. Retrying automatically."
        }
        Role::Receiver => {
            "Lost the connection to the server. The video continues. Retrying automatically."
        }
        Role::Member => {
            "Lost the connection to the server. The call continues. Retrying automatically."
        }
    }
}

/// Why two pages can't connect, and what this user can do.
const fn cannot_connect(cause: Cause) -> &'static str {
    match cause {
        Cause::RelayAway => {
            "Lost the connection to the server, which the browsers need to find each other. Check \
             your network. Retrying automatically."
        }
        Cause::PeerAway => {
            "The other side lost its connection. Ask them to check their network, or to reload \
             their page."
        }
        Cause::NoAddresses(Side::Here) => {
            "Your browser found no network address to connect from. Turn off settings or \
             extensions that block WebRTC, or use another browser."
        }
        Cause::NoAddresses(Side::There) => {
            "The other browser found no network address to connect from. Ask them to turn off \
             settings or extensions that block WebRTC."
        }
        Cause::TurnRefused(Side::Here) => {
            "The media server (TURN) refused this page. Reload the page. If that doesn't help, \
             tell whoever runs this site."
        }
        Cause::TurnRefused(Side::There) => {
            "The media server (TURN) refused the other side. Ask them to reload their page, or \
             tell whoever runs this site."
        }
        Cause::TurnAway(Side::Here) => {
            "The media server (TURN) does not answer you. Try another network, or tell whoever \
             runs this site."
        }
        Cause::TurnAway(Side::There) => {
            "The media server (TURN) does not answer the other side. Ask them to try another \
             network, or tell whoever runs this site."
        }
        Cause::UdpBlocked(Side::Here) => {
            "Your network seems to block direct connections (UDP). Turn off your VPN, or try \
             another network, such as a phone hotspot."
        }
        Cause::UdpBlocked(Side::There) => {
            "The other side's network seems to block direct connections (UDP). Ask them to turn \
             off their VPN, or to try another network."
        }
        Cause::OneWay(Side::Here) => {
            "Nothing arrives from the other side. A firewall may block it. Allow this browser in \
             your firewall, or try another network."
        }
        Cause::OneWay(Side::There) => {
            "Nothing you send arrives at the other side. A firewall may block it. Ask them to \
             allow their browser in their firewall, or to try another network."
        }
        Cause::NoKeys => {
            "The browsers reached each other but could not set up encryption. Reload both pages, \
             or try another network."
        }
        Cause::NoServers => {
            "You seem to be on different networks, and this site has no STUN server to connect \
             you. Join the same network, or ask whoever runs this site to set one up."
        }
        Cause::NoTurn => {
            "Your networks don't allow a direct connection. Try another network, such as a phone \
             hotspot, or use the same network on both sides."
        }
        Cause::Silent => {
            "The other page is in the room but does not answer. Ask them to reload it."
        }
        Cause::Unknown => {
            "The two browsers could not connect directly. Try again, or try another network."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::check_sentence;
    use super::*;

    const CAUSES: [Cause; 17] = [
        Cause::RelayAway,
        Cause::PeerAway,
        Cause::NoAddresses(Side::Here),
        Cause::NoAddresses(Side::There),
        Cause::TurnRefused(Side::Here),
        Cause::TurnRefused(Side::There),
        Cause::TurnAway(Side::Here),
        Cause::TurnAway(Side::There),
        Cause::UdpBlocked(Side::Here),
        Cause::UdpBlocked(Side::There),
        Cause::OneWay(Side::Here),
        Cause::OneWay(Side::There),
        Cause::NoKeys,
        Cause::NoServers,
        Cause::NoTurn,
        Cause::Silent,
        Cause::Unknown,
    ];

    #[test]
    fn every_sentence_ends_and_fits() {
        let notices = [
            Notice::RelayUnreachable,
            Notice::RelayLost,
            Notice::RelayFull,
            Notice::Refused,
            Notice::InvalidRoom,
            Notice::SenderPresent,
            Notice::RoomFull,
            Notice::Replaced,
            Notice::SenderLeft,
            Notice::CameraLost,
            Notice::CameraPaused,
            Notice::VideoStopped,
            Notice::WasAway,
        ];
        for role in [Role::Sender, Role::Receiver, Role::Member] {
            check_sentence(info(role, InfoNotice::RelayAway));
            check_sentence(info(role, InfoNotice::RelayAwayUnseen));
            check_sentence(info(role, InfoNotice::AudioLost));
            for one in notices.into_iter().chain(CAUSES.map(Notice::CannotConnect)) {
                check_sentence(notice(role, one));
            }
        }
    }

    #[test]
    fn every_cause_has_its_own_and_says_whose_it_is() {
        let all = CAUSES.map(cannot_connect);
        for (at, sentence) in all.iter().enumerate() {
            assert!(!all.iter().skip(at + 1).any(|other| other == sentence), "{sentence}");
        }
        let cases: [fn(Side) -> Cause; 5] = [
            Cause::NoAddresses,
            Cause::TurnRefused,
            Cause::TurnAway,
            Cause::UdpBlocked,
            Cause::OneWay,
        ];
        for cause in cases {
            let (here, there) = (cause(Side::Here), cause(Side::There));
            assert!(!cannot_connect(here).contains("Ask them"), "{here:?}");
            assert!(cannot_connect(there).contains("Ask them"), "{there:?}");
        }
    }
}
