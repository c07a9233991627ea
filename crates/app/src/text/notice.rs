//! What is wrong between the pages: one sentence for what happened, one for what to do.

use sightline_client::InfoNotice;
use sightline_protocol::Role;
use sightline_session::{Cause, Notice, Side};

/// The sentences for a notice.
pub(crate) const fn notice(role: Role, notice: Notice) -> &'static str {
    match notice {
        Notice::RelayUnreachable => {
            "Sightline's relay can't be reached. It is tried again by itself. Check your network; \
             if other pages load, tell whoever runs this site."
        }
        Notice::RelayLost => "The connection to the relay is lost. It is tried again by itself.",
        Notice::RelayFull => {
            "The relay has no free place at the moment. It is tried again by itself."
        }
        Notice::Refused => {
            "The relay did not let this page in. Load the page again; if that doesn't help, tell \
             whoever runs this site."
        }
        Notice::InvalidRoom => {
            "The relay doesn't take this room's name. Choose another one with letters a to z, \
             digits and hyphens."
        }
        Notice::SenderPresent => {
            "Somebody else is sharing in this room already, or did until a minute ago. This page \
             goes on by itself as soon as the room is free."
        }
        Notice::RoomFull if matches!(role, Role::Member) => {
            "This call has as many people as it can take. Try again when somebody has left."
        }
        Notice::RoomFull => {
            "This room has as many watchers as it can take. You are let in as soon as somebody \
             leaves."
        }
        Notice::Replaced => {
            "This room was opened in another tab or window, which has taken over. Close that one, \
             or take over here."
        }
        Notice::SenderLeft => "The sender has left. This page stays ready for when they return.",
        Notice::CannotConnect(cause) => cannot_connect(cause),
        Notice::CameraLost => {
            "The sender's camera was disconnected. The video comes back by itself when the \
             camera does."
        }
        Notice::CameraPaused => {
            "The sender's camera gives no picture for now. It goes on by itself."
        }
        Notice::WasAway if matches!(role, Role::Member) => {
            "You were away, so you have left the call. Join again when you are ready."
        }
        Notice::WasAway => {
            "You were away, so you are no longer live. Go live again when you are ready."
        }
        Notice::VideoStopped => "The picture has stopped coming. It goes on by itself when it can.",
    }
}

/// What is to be said before a call is joined.
pub(crate) const RELAY_AWAY_IN_LOBBY: &str = "Sightline's relay can't be reached at the moment. You \
                                              can join when it is back. Check your network.";

/// What is to be said to somebody who waits in a room where something else goes on.
pub(crate) const fn other_kind(role: Role) -> &'static str {
    match role {
        Role::Member => {
            "There is no call in this room: somebody shares a camera here. You can watch it, or \
             stay and wait for others."
        }
        Role::Sender | Role::Receiver => {
            "Nobody shares a camera in this room: there is a call. You can join it, or stay and \
             wait for a camera."
        }
    }
}

/// The sentences for what needs no action.
pub(crate) const fn info(role: Role, what: InfoNotice) -> &'static str {
    match role {
        _ if matches!(what, InfoNotice::AudioLost) => {
            "The sender's microphone was disconnected. The audio comes back by itself when the \
             microphone does."
        }
        Role::Sender => {
            "The relay is away; those who watch still see you. It is tried again by itself."
        }
        Role::Receiver if matches!(what, InfoNotice::RelayAwayUnseen) => {
            "The relay is away. It is tried again by itself."
        }
        Role::Receiver => "The relay is away; the picture goes on. It is tried again by itself.",
        Role::Member => "The relay is away; the call goes on. It is tried again by itself.",
    }
}

/// Why two can't connect, as the one who reads it can do something about it.
const fn cannot_connect(cause: Cause) -> &'static str {
    match cause {
        Cause::RelayAway => {
            "The relay is away, and without it the two browsers can't find each other. Check your \
             network; it is tried again by itself."
        }
        Cause::PeerAway => {
            "The other side has lost its connection. Ask them to check their network, or to load \
             their page again."
        }
        Cause::NoAddresses(Side::Here) => {
            "Your browser has no address to connect from. Turn off settings or extensions that \
             block WebRTC, or use another browser."
        }
        Cause::NoAddresses(Side::There) => {
            "The other side's browser has no address to connect from. Ask them to turn off \
             settings or extensions that block WebRTC."
        }
        Cause::TurnRefused(Side::Here) => {
            "The server that passes pictures on (TURN) refuses this page. Load the page again; if \
             that doesn't help, tell whoever runs this site."
        }
        Cause::TurnRefused(Side::There) => {
            "The server that passes pictures on (TURN) refuses the other side. Ask them to load \
             their page again, or tell whoever runs this site."
        }
        Cause::TurnAway(Side::Here) => {
            "The server that passes pictures on (TURN) does not answer you. Try another network, \
             or tell whoever runs this site."
        }
        Cause::TurnAway(Side::There) => {
            "The server that passes pictures on (TURN) does not answer the other side. Ask them \
             to try another network, or tell whoever runs this site."
        }
        Cause::UdpBlocked(Side::Here) => {
            "Your network seems to block direct connections (UDP). Turn off a VPN, or try another \
             network, such as a phone's."
        }
        Cause::UdpBlocked(Side::There) => {
            "The other side's network seems to block direct connections (UDP). Ask them to turn \
             off a VPN, or to try another network."
        }
        Cause::OneWay(Side::Here) => {
            "Nothing from the other side arrives here: a firewall may hold it back. Allow this \
             browser in yours, or try another network."
        }
        Cause::OneWay(Side::There) => {
            "Nothing from here arrives at the other side: a firewall may hold it back. Ask them \
             to allow their browser in it, or to try another network."
        }
        Cause::NoKeys => {
            "The two browsers found a path and could not agree on keys for it. Load both pages \
             again, or try another network."
        }
        Cause::NoServers => {
            "You seem to be in different networks, and this site has no server that helps you \
             meet. Join the same network, or ask whoever runs this site to name a STUN server."
        }
        Cause::NoTurn => {
            "The networks between you allow no direct connection. Try another one: a phone's, \
             say, or the same one on both sides."
        }
        Cause::Silent => {
            "The other page is in the room and does not answer. Ask them to load it again."
        }
        Cause::Unknown => {
            "No direct connection between the two browsers came about. Try again, or from another \
             network."
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
