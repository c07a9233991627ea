//! Why two can't connect, from what both of them know.

use sightline_protocol::IceReport;

/// Of which of the two something is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// This page.
    Here,
    /// The other one.
    There,
}

/// Why two can't connect. The page has one sentence and one thing to do for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The relay is away, without which they can't find each other.
    RelayAway,
    /// The other one has gone, or lost its own connection to the relay.
    PeerAway,
    /// The browser found no address at all: a setting or an extension forbids it.
    NoAddresses(Side),
    /// The TURN server takes neither name nor password (401, 403, 437, 438, 441), or has no place left
    /// (486, 508).
    TurnRefused(Side),
    /// A TURN server is configured and does not answer.
    TurnAway(Side),
    /// A STUN server is configured and does not answer: UDP is likely blocked.
    UdpBlocked(Side),
    /// What is sent arrives in one direction only; at this side nothing comes in.
    OneWay(Side),
    /// A path is there, and no keys could be agreed on over it (DTLS).
    NoKeys,
    /// The two are in different networks, and no server is configured that would help.
    NoServers,
    /// The networks in between let no direct connection through, and no TURN server is
    /// configured.
    NoTurn,
    /// The other page did not answer.
    Silent,
    /// None of these.
    Unknown,
}

impl Cause {
    /// The word for reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RelayAway => "relay-away",
            Self::PeerAway => "peer-away",
            Self::NoAddresses(Side::Here) => "no-addresses-here",
            Self::NoAddresses(Side::There) => "no-addresses-there",
            Self::TurnRefused(Side::Here) => "turn-refused-here",
            Self::TurnRefused(Side::There) => "turn-refused-there",
            Self::TurnAway(Side::Here) => "turn-away-here",
            Self::TurnAway(Side::There) => "turn-away-there",
            Self::UdpBlocked(Side::Here) => "udp-blocked-here",
            Self::UdpBlocked(Side::There) => "udp-blocked-there",
            Self::OneWay(Side::Here) => "one-way-here",
            Self::OneWay(Side::There) => "one-way-there",
            Self::NoKeys => "no-keys",
            Self::NoServers => "no-servers",
            Self::NoTurn => "no-turn",
            Self::Silent => "silent",
            Self::Unknown => "unknown",
        }
    }
}

/// Who can be reached otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// The relay.
    pub relay: bool,
    /// The other page, by the relay.
    pub peer: bool,
}

/// The error code for a server that was not reached (WebRTC 1.0, section 4.8.2).
const NOT_REACHED: u16 = 701;

/// What a TURN server says to a user that it doesn't take (RFC 8656, section 19; RFC 8489, section 14.8).
const REFUSED: &[u16] = &[401, 403, 437, 438, 441, 486, 508];

/// Names the cause. `theirs` is what the other side said, if it did.
///
/// The rules go from what is certain to what is likely.
#[must_use]
pub fn diagnose(reach: Reach, mine: &IceReport, theirs: Option<&IceReport>) -> Cause {
    let unknown = IceReport::default();
    let other = theirs.unwrap_or(&unknown);
    // On which side something holds; where it does on both, it is named as our own,
    // because that is where the reader can do something.
    let side = |test: fn(&IceReport) -> bool| {
        if test(mine) {
            Some(Side::Here)
        } else if theirs.is_some_and(test) {
            Some(Side::There)
        } else {
            None
        }
    };
    if !reach.relay {
        return Cause::RelayAway;
    }
    if !reach.peer {
        return Cause::PeerAway;
    }
    if mine.paths.keys_failed || other.paths.keys_failed || mine.paths.working > 0 {
        return Cause::NoKeys;
    }
    if let Some(side) = side(was_refused) {
        return Cause::TurnRefused(side);
    }
    if let Some(side) = side(has_no_address) {
        return Cause::NoAddresses(side);
    }
    if let Some(side) = side(misses_turn) {
        return Cause::TurnAway(side);
    }
    if let Some(side) = side(misses_stun) {
        return Cause::UdpBlocked(side);
    }
    if mine.received == 0 && theirs.is_none() {
        return Cause::Silent;
    }
    let heard = |report: &IceReport| report.paths.heard > 0 || report.paths.answered > 0;
    match (heard(mine), theirs.map(heard)) {
        (false, Some(true)) => return Cause::OneWay(Side::Here),
        (true, Some(false)) => return Cause::OneWay(Side::There),
        _ => {}
    }
    if mine.turn {
        Cause::Unknown
    } else if mine.stun {
        Cause::NoTurn
    } else {
        Cause::NoServers
    }
}

const fn has_no_address(report: &IceReport) -> bool {
    let IceReport { host, reflexive, relayed, gathered, .. } = *report;
    gathered && host == 0 && reflexive == 0 && relayed == 0
}

fn was_refused(report: &IceReport) -> bool {
    report.relayed == 0 && report.turn && report.errors.iter().any(|code| REFUSED.contains(code))
}

fn misses_turn(report: &IceReport) -> bool {
    let silent = report.gathered || report.errors.contains(&NOT_REACHED);
    report.turn && report.relayed == 0 && silent
}

fn misses_stun(report: &IceReport) -> bool {
    let silent = report.gathered || report.errors.contains(&NOT_REACHED);
    report.stun && report.reflexive == 0 && report.relayed == 0 && silent
}

#[cfg(test)]
#[path = "diagnosis_tests.rs"]
mod tests;
