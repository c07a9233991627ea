//! A row for each cause, and for what comes near to it.

use sightline_protocol::Paths;

use super::*;

const BOTH: Reach = Reach { relay: true, peer: true };

/// A browser with two addresses that got everything, and heard nothing.
fn plain() -> IceReport {
    IceReport { host: 2, gathered: true, received: 4, ..IceReport::default() }
}

fn stun() -> IceReport {
    IceReport { stun: true, reflexive: 1, ..plain() }
}

fn turn() -> IceReport {
    IceReport { turn: true, relayed: 1, ..stun() }
}

fn heard(report: IceReport) -> IceReport {
    IceReport { paths: Paths { tried: 4, heard: 1, ..Paths::default() }, ..report }
}

fn errors(codes: &[u16], report: IceReport) -> IceReport {
    IceReport { errors: codes.to_vec(), ..report }
}

#[test]
fn each_cause_has_its_name() {
    use Side::{Here, There};
    let none = IceReport { gathered: true, ..IceReport::default() };
    let no_stun = IceReport { stun: true, ..plain() };
    let no_turn = IceReport { turn: true, stun: true, reflexive: 1, ..plain() };
    let gathering = |report| IceReport { gathered: false, ..report };
    let keys = IceReport { paths: Paths { keys_failed: true, ..Paths::default() }, ..plain() };
    let works = IceReport { paths: Paths { working: 1, ..Paths::default() }, ..plain() };
    let alone = IceReport { received: 0, ..plain() };
    let answered = IceReport { paths: Paths { answered: 1, ..Paths::default() }, ..plain() };
    let table: &[(&str, IceReport, Option<IceReport>, Cause)] = &[
        ("no servers", plain(), Some(plain()), Cause::NoServers),
        ("no servers, and no word from there", plain(), None, Cause::NoServers),
        ("STUN is not enough", stun(), Some(stun()), Cause::NoTurn),
        ("TURN is there, and yet", turn(), Some(turn()), Cause::Unknown),
        ("nothing came from the other page", alone, None, Cause::Silent),
        ("our browser hides everything", none.clone(), Some(plain()), Cause::NoAddresses(Here)),
        ("theirs does", plain(), Some(none.clone()), Cause::NoAddresses(There)),
        ("both do", none.clone(), Some(none.clone()), Cause::NoAddresses(Here)),
        ("it has not finished looking", gathering(none), Some(plain()), Cause::NoServers),
        (
            "a wrong password",
            errors(&[401], no_turn.clone()),
            Some(turn()),
            Cause::TurnRefused(Here),
        ),
        ("theirs", turn(), Some(errors(&[300, 403], no_turn.clone())), Cause::TurnRefused(There)),
        ("no place left", errors(&[486], no_turn.clone()), None, Cause::TurnRefused(Here)),
        ("an old nonce that was renewed", errors(&[438], turn()), Some(turn()), Cause::Unknown),
        ("TURN is away", errors(&[701], no_turn.clone()), Some(turn()), Cause::TurnAway(Here)),
        ("from there", turn(), Some(errors(&[701], no_turn.clone())), Cause::TurnAway(There)),
        ("it never says so", no_turn.clone(), Some(turn()), Cause::TurnAway(Here)),
        ("it may still answer", gathering(no_turn.clone()), Some(turn()), Cause::Unknown),
        ("one of two is away", errors(&[701], turn()), Some(turn()), Cause::Unknown),
        (
            "UDP is blocked",
            errors(&[701], gathering(no_stun.clone())),
            None,
            Cause::UdpBlocked(Here),
        ),
        ("STUN is silent", no_stun.clone(), Some(stun()), Cause::UdpBlocked(Here)),
        ("there", stun(), Some(no_stun.clone()), Cause::UdpBlocked(There)),
        (
            "a wrong STUN error code",
            errors(&[500], gathering(no_stun)),
            Some(stun()),
            Cause::NoTurn,
        ),
        ("nothing comes in here", plain(), Some(heard(plain())), Cause::OneWay(Here)),
        ("nothing comes in there", heard(plain()), Some(plain()), Cause::OneWay(There)),
        ("an answer is a sign, too", answered, Some(plain()), Cause::OneWay(There)),
        ("something comes in on both sides", heard(stun()), Some(heard(stun())), Cause::NoTurn),
        ("what we hear alone says nothing", heard(plain()), None, Cause::NoServers),
        ("a path, and no keys", keys.clone(), Some(plain()), Cause::NoKeys),
        ("they say so", plain(), Some(keys), Cause::NoKeys),
        ("a path that works, and no connection", works, None, Cause::NoKeys),
    ];
    for (what, mine, theirs, expected) in table {
        assert_eq!(diagnose(BOTH, mine, theirs.as_ref()), *expected, "{what}");
    }
}

#[test]
fn without_the_relay_or_the_other_nothing_else_matters() {
    let reach = |relay, peer| Reach { relay, peer };
    let theirs = Some(stun());
    for (reach, expected) in [
        (reach(false, true), Cause::RelayAway),
        (reach(false, false), Cause::RelayAway),
        (reach(true, false), Cause::PeerAway),
        (reach(true, true), Cause::NoTurn),
    ] {
        assert_eq!(diagnose(reach, &stun(), theirs.as_ref()), expected, "{reach:?}");
    }
}

/// What one side says of itself, the other says of the other.
#[test]
fn the_two_sides_agree() {
    let turned = |cause| match cause {
        Cause::NoAddresses(side) => Cause::NoAddresses(other(side)),
        Cause::TurnRefused(side) => Cause::TurnRefused(other(side)),
        Cause::TurnAway(side) => Cause::TurnAway(other(side)),
        Cause::UdpBlocked(side) => Cause::UdpBlocked(other(side)),
        Cause::OneWay(side) => Cause::OneWay(other(side)),
        same => same,
    };
    let no_stun = IceReport { stun: true, ..plain() };
    let no_turn = IceReport { turn: true, ..plain() };
    let refused = errors(&[401], no_turn.clone());
    for (mine, theirs) in [
        (plain(), plain()),
        (stun(), no_stun),
        (turn(), no_turn),
        (turn(), refused),
        (plain(), heard(plain())),
        (plain(), IceReport { gathered: true, received: 3, ..IceReport::default() }),
    ] {
        let here = diagnose(BOTH, &mine, Some(&theirs));
        let there = diagnose(BOTH, &theirs, Some(&mine));
        assert_eq!(here, turned(there));
    }
}

const fn other(side: Side) -> Side {
    match side {
        Side::Here => Side::There,
        Side::There => Side::Here,
    }
}
