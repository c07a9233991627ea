//! When silence means that the relay is gone.

use super::*;

#[test]
fn heartbeat() {
    let mut rig = Rig::joined(at(0));
    assert_eq!(rig.next(), at(5_000));
    rig.wants("ping");
    rig.link.heard(at(5_100));
    assert_eq!(rig.next(), at(10_100), "silence counts from the last message");
    rig.wants("ping");
    assert_eq!(rig.next(), at(17_100), "and nothing came");
    rig.wants("close");
    rig.is(LinkStatus::Connecting, Some(Notice::RelayLost));
}

#[test]
fn timers_that_come_late_say_nothing_about_the_relay() {
    let mut rig = Rig::joined(at(0));
    rig.advance(at(60_000));
    rig.wants("ping");
    rig.link.heard(at(60_050));
    rig.advance(at(120_000));
    rig.wants("ping");
    rig.is(LinkStatus::Joined, None);
    rig.advance(at(126_999));
    rig.wants("");
    rig.advance(at(180_000));
    rig.wants("close");
}

#[test]
fn heartbeats_that_make_no_sense() {
    for (ping_after_ms, dead_after_ms) in
        [(0, 0), (1, u32::MAX), (u32::MAX, 0), (u32::MAX, u32::MAX)]
    {
        let mut rig = Rig::new();
        rig.start(at(0));
        rig.opened(at(0));
        rig.link.welcomed(at(0), Heartbeat { ping_after_ms, dead_after_ms });
        let ping = rig.next();
        assert!((at(1_000)..=at(60_000)).contains(&ping), "{ping:?}");
        let dead = rig.next();
        assert!((ping + at(1_000)..=at(300_000)).contains(&dead), "{dead:?}");
    }
}

#[test]
fn waking() {
    let mut rig = Rig::new();
    rig.link.wake(at(0), WOKEN, &mut rig.commands);
    rig.wants("");
    rig.start(at(0));
    rig.closed(at(0), CUT);
    rig.link.wake(at(0), WOKEN, &mut rig.commands);
    rig.wants("open open");
    rig.join(at(0));
    rig.link.wake(at(1_000), WOKEN, &mut rig.commands);
    rig.link.wake(at(1_001), WOKEN, &mut rig.commands);
    rig.wants("ping");
    assert_eq!(rig.next(), at(3_000), "sooner than after any other ping");
    rig.wants("close");
}
