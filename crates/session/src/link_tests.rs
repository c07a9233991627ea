//! The relay link: joining, beating, coming back, and knowing when not to.

use sightline_protocol::{InstanceId, PeerSecret, Role, RoomName};

use super::*;

// Heartbeats: when silence means that the relay is gone.
#[path = "link_heartbeat_tests.rs"]
mod heartbeat;

const HEARTBEAT: Heartbeat = Heartbeat { ping_after_ms: 5_000, dead_after_ms: 12_000 };
const CUT: CloseCode = CloseCode(1006);

fn at(millis: u64) -> Time {
    Time::from_millis(millis)
}

/// A link and what it wants.
struct Rig {
    link: Link,
    random: Random,
    commands: VecDeque<Command>,
}

impl Rig {
    fn new() -> Self {
        Self { link: Link::new(false), random: Random::new(1), commands: VecDeque::new() }
    }

    /// A link that is in the room since `now`.
    fn joined(now: Time) -> Self {
        let mut rig = Self::new();
        rig.start(now);
        rig.join(now);
        rig.wants("open");
        rig
    }

    fn start(&mut self, now: Time) {
        self.link.start(now, &mut self.commands);
    }

    fn opened(&mut self, now: Time) {
        let room = RoomName::parse("demo").unwrap();
        let secret = PeerSecret::from_bytes([1; 16]);
        let join = ClientMessage::Join {
            room,
            role: Role::Sender,
            secret,
            instance: InstanceId(7),
            seat: None,
        };
        self.link.opened(now, join, &mut self.commands);
    }

    fn join(&mut self, now: Time) {
        self.opened(now);
        assert_eq!(self.commands.pop_back().map(short), Some("join"));
        self.link.heard(now);
        assert!(self.link.welcomed(now, HEARTBEAT));
    }

    fn closed(&mut self, now: Time, code: CloseCode) -> bool {
        self.link.closed(now, code, false, &mut self.random)
    }

    fn refused(&mut self, code: ErrorCode) -> bool {
        self.link.refused(code, None, false, &mut self.commands)
    }

    /// The relay stops, and asks us to come back after so many milliseconds.
    fn restarts(&mut self, retry_after_ms: u32) {
        let restarting = ErrorCode::Restarting;
        assert!(!self.link.refused(restarting, Some(retry_after_ms), false, &mut self.commands));
    }

    fn advance(&mut self, now: Time) {
        self.link.advance(now, &mut self.random, &mut self.commands);
    }

    /// Goes to the next time that the link wants to be woken at.
    fn next(&mut self) -> Time {
        let due = self.link.next_timeout().unwrap();
        self.advance(due);
        due
    }

    /// Compares the commands since the last time, as words.
    #[track_caller]
    fn wants(&mut self, expected: &str) {
        let words: Vec<_> = self.commands.drain(..).map(short).collect();
        assert_eq!(words.join(" "), expected);
    }

    #[track_caller]
    fn is(&self, status: LinkStatus, notice: Option<Notice>) {
        assert_eq!((self.link.status(), self.link.notice()), (status, notice));
    }
}

fn short(command: Command) -> &'static str {
    match command {
        Command::OpenSocket => "open",
        Command::CloseSocket => "close",
        Command::Send(ClientMessage::Join { .. }) => "join",
        Command::Send(ClientMessage::Ping) => "ping",
        Command::Send(ClientMessage::Leave { keep_seat: false }) => "leave",
        Command::Send(ClientMessage::Leave { keep_seat: true }) => "step out",
        _ => "something else",
    }
}

#[test]
fn opens_joins_and_is_there() {
    let mut rig = Rig::new();
    rig.is(LinkStatus::Off, None);
    assert_eq!(rig.link.next_timeout(), None);
    rig.start(at(0));
    rig.wants("open");
    rig.is(LinkStatus::Connecting, None);
    rig.opened(at(50));
    rig.wants("join");
    rig.opened(at(60));
    rig.wants("");
    assert!(rig.link.welcomed(at(100), HEARTBEAT));
    rig.is(LinkStatus::Joined, None);
    assert!(!rig.link.welcomed(at(110), HEARTBEAT), "a second welcome");
    rig.start(at(120));
    rig.wants("");
}

#[test]
fn a_welcome_that_nobody_asked_for() {
    let mut rig = Rig::new();
    assert!(!rig.link.welcomed(at(0), HEARTBEAT));
    rig.start(at(0));
    assert!(!rig.link.welcomed(at(0), HEARTBEAT));
    rig.is(LinkStatus::Connecting, None);
}

#[test]
fn waits_longer_and_longer() {
    let mut rig = Rig::new();
    let mut now = at(0);
    rig.start(now);
    for tries in 0..20 {
        rig.wants("open");
        assert!(!rig.closed(now, CUT));
        rig.is(LinkStatus::Connecting, Some(Notice::RelayUnreachable));
        let due = rig.link.next_timeout().unwrap();
        assert!(due > now, "never at once");
        assert!(due - now <= backoff::nominal(tries));
        rig.advance(due - at(1));
        rig.wants("");
        now = rig.next();
    }
}

#[test]
fn a_relay_that_does_not_answer() {
    let mut rig = Rig::new();
    rig.start(at(0));
    rig.wants("open");
    assert_eq!(rig.next(), JOIN_TIME, "the socket does not open");
    rig.wants("close");
    let now = rig.next();
    rig.wants("open");
    rig.opened(now + at(100));
    rig.wants("join");
    assert_eq!(rig.next(), now + at(100) + JOIN_TIME, "no welcome comes");
    rig.wants("close");
    rig.is(LinkStatus::Connecting, Some(Notice::RelayUnreachable));
}

#[test]
fn only_a_stable_connection_resets_the_count() {
    for (lasted, expected) in [(STABLE - at(1), 6), (STABLE, 1)] {
        let mut rig = Rig::joined(at(0));
        rig.link.tries = 5;
        assert!(!rig.closed(lasted, CUT));
        assert_eq!(rig.link.tries, expected, "after {lasted:?}");
        rig.is(LinkStatus::Connecting, Some(Notice::RelayLost));
    }
}

#[test]
fn close_codes() {
    let cases = [
        (1000, true, None),
        (1001, true, None),
        (1006, true, None),
        (1012, true, None),
        (4503, true, Some(Notice::RelayFull)),
        (4504, true, None),
        (1003, false, Some(Notice::Refused)),
        (1009, false, Some(Notice::Refused)),
        (4400, false, Some(Notice::Refused)),
        (4403, false, Some(Notice::RoomFull)),
        (4409, false, Some(Notice::SenderPresent)),
        (4410, false, Some(Notice::Replaced)),
        (4422, false, Some(Notice::InvalidRoom)),
    ];
    for (code, retries, notice) in cases {
        let mut rig = Rig::new();
        rig.start(at(0));
        rig.opened(at(0));
        assert_eq!(rig.closed(at(0), CloseCode(code)), !retries, "{code}");
        if retries {
            rig.is(LinkStatus::Connecting, notice.or(Some(Notice::RelayUnreachable)));
            assert!(rig.link.next_timeout().is_some());
        } else {
            rig.is(LinkStatus::Refused, notice);
            assert_eq!(rig.link.next_timeout(), None, "{code} is not tried again");
        }
        assert!(!rig.closed(at(1), CUT), "a second close");
    }
}

/// The same sender on another device, or one receiver too many: it goes on by itself.
#[test]
fn a_place_that_is_taken_is_waited_for() {
    for (error, notice) in
        [(ErrorCode::SenderPresent, Notice::SenderPresent), (ErrorCode::RoomFull, Notice::RoomFull)]
    {
        let mut rig = Rig::new();
        rig.link = Link::new(true);
        rig.start(at(0));
        rig.join(at(0));
        let code = error.close_code().unwrap();
        for n in 0..5 {
            assert!(!rig.refused(error), "its close follows");
            assert!(rig.closed(at(n * 2_100), code), "it has no place");
            rig.is(LinkStatus::WaitingForPlace, Some(notice));
            rig.wants(if n == 0 { "open" } else { "" });
            let next = rig.next();
            assert!(next <= at(n * 2_100 + 2_000), "{next:?}");
            rig.wants("open");
            rig.opened(next);
            rig.wants("join");
            rig.is(LinkStatus::WaitingForPlace, Some(notice));
        }
        // The relay being away for a moment changes nothing for who waits.
        rig.closed(at(20_000), CUT);
        rig.is(LinkStatus::WaitingForPlace, Some(notice));
        rig.link.wake(at(20_001), WOKEN, &mut rig.commands);
        rig.wants("open");
        rig.join(at(20_001));
        rig.is(LinkStatus::Joined, None);
    }
}

#[test]
fn refusals_for_good_need_no_close() {
    for (code, notice) in [
        (ErrorCode::InvalidRoom, Notice::InvalidRoom),
        (ErrorCode::SenderPresent, Notice::SenderPresent),
        (ErrorCode::RoomFull, Notice::RoomFull),
        (ErrorCode::Replaced, Notice::Replaced),
        (ErrorCode::TooLarge, Notice::Refused),
    ] {
        let mut rig = Rig::new();
        rig.start(at(0));
        rig.opened(at(0));
        rig.wants("open join");
        assert!(rig.refused(code));
        rig.wants("close");
        rig.is(LinkStatus::Refused, Some(notice));
        assert!(!rig.refused(code), "said twice");
        rig.link.wake(at(1), WOKEN, &mut rig.commands);
        rig.advance(at(60_000));
        rig.wants("");
        rig.start(at(60_000));
        rig.wants("open");
        rig.is(LinkStatus::Connecting, None);
    }
}

#[test]
fn errors_that_end_nothing() {
    for code in [
        ErrorCode::Malformed,
        ErrorCode::NotJoined,
        ErrorCode::AlreadyJoined,
        ErrorCode::NoSuchPeer,
        ErrorCode::NotAllowed,
        ErrorCode::Unknown,
        ErrorCode::Restarting,
        ErrorCode::TooSlow,
    ] {
        let mut rig = Rig::joined(at(0));
        assert!(!rig.refused(code));
        rig.is(LinkStatus::Joined, None);
        rig.wants("");
    }
}

#[test]
fn errors_without_a_connection_change_nothing() {
    let mut rig = Rig::new();
    assert!(!rig.refused(ErrorCode::InvalidRoom));
    rig.is(LinkStatus::Off, None);
    rig.start(at(0));
    assert!(!rig.closed(at(0), CUT));
    assert!(!rig.refused(ErrorCode::InvalidRoom));
    rig.is(LinkStatus::Connecting, Some(Notice::RelayUnreachable));
    rig.wants("open");
}

#[test]
fn a_reason_is_forgotten_with_its_connection() {
    let mut rig = Rig::new();
    rig.start(at(0));
    rig.opened(at(0));
    assert!(!rig.refused(ErrorCode::RelayFull));
    assert!(!rig.closed(at(0), CloseCode(4503)));
    rig.is(LinkStatus::Connecting, Some(Notice::RelayFull));
    let now = rig.next();
    rig.is(LinkStatus::Connecting, Some(Notice::RelayFull));
    assert!(!rig.closed(now, CUT));
    rig.is(LinkStatus::Connecting, Some(Notice::RelayUnreachable));
}

#[test]
fn a_relay_that_stops_says_when_to_come_back() {
    let second = at(1_000);
    for (asked, waits) in [
        (1, at(1)),
        (3_120, at(3_120)),
        (60_000, LONGEST_WAIT),
        (60_001, LONGEST_WAIT),
        (u32::MAX, LONGEST_WAIT),
    ] {
        let mut rig = Rig::joined(at(0));
        rig.restarts(asked);
        rig.is(LinkStatus::Joined, None);
        assert!(!rig.closed(second, CloseCode::RESTARTING));
        assert_eq!(rig.next(), second + waits, "asked for {asked} ms");
        rig.wants("open");
    }
    let mut rig = Rig::joined(at(0));
    rig.restarts(0);
    assert!(!rig.closed(second, CloseCode::RESTARTING));
    let due = rig.link.next_timeout().unwrap();
    assert!(second < due && due <= second + backoff::FIRST, "no time at all is none: {due:?}");
}

#[test]
fn a_time_to_come_back_is_for_one_try() {
    let mut rig = Rig::joined(at(0));
    rig.restarts(30_000);
    assert!(!rig.closed(at(1_000), CUT), "it may be gone before its close frame");
    let now = rig.next();
    assert_eq!(now, at(31_000));
    assert!(!rig.closed(now, CUT));
    let due = rig.link.next_timeout().unwrap();
    assert!(due <= now + backoff::nominal(1), "{due:?}");
    rig.advance(due);
    rig.wants("open open");
    rig.restarts(30_000);
    rig.join(due);
    assert!(!rig.closed(due, CUT));
    let again = rig.link.next_timeout().unwrap();
    assert!(again <= due + backoff::nominal(2), "said before it let us in: {again:?}");
}

#[test]
fn hope_begins_anew_what_has_not_opened() {
    for (since, wants) in [(HOPEFUL - at(1), ""), (HOPEFUL, "close open")] {
        let mut rig = Rig::new();
        rig.start(at(0));
        rig.wants("open");
        rig.link.wake(since, WOKEN, &mut rig.commands);
        rig.wants(wants);
        let mut rig = Rig::new();
        rig.start(at(0));
        rig.opened(at(100));
        rig.wants("open join");
        rig.link.wake(at(100) + since, WOKEN, &mut rig.commands);
        rig.wants(wants);
    }
}

#[test]
fn who_steps_out_says_so() {
    for (keep_seat, wants) in [(false, "leave close"), (true, "step out close")] {
        let mut rig = Rig::joined(at(0));
        rig.link.stop(keep_seat, &mut rig.commands);
        rig.wants(wants);
        rig.is(LinkStatus::Off, None);
    }
}

#[test]
fn stop_in_each_state() {
    type Step = fn(&mut Rig);
    let cases: [(&str, Step, &str); 6] = [
        ("off", |_| {}, ""),
        ("opening", |rig| rig.start(at(0)), "open close"),
        (
            "joining",
            |rig| {
                rig.start(at(0));
                rig.opened(at(0));
            },
            "open join close",
        ),
        (
            "joined",
            |rig| {
                rig.start(at(0));
                rig.join(at(0));
            },
            "open leave close",
        ),
        (
            "waiting",
            |rig| {
                rig.start(at(0));
                rig.closed(at(0), CUT);
            },
            "open",
        ),
        (
            "refused",
            |rig| {
                rig.start(at(0));
                rig.closed(at(0), CloseCode(4409));
            },
            "open",
        ),
    ];
    for (what, prepare, expected) in cases {
        let mut rig = Rig::new();
        prepare(&mut rig);
        rig.link.stop(false, &mut rig.commands);
        rig.wants(expected);
        rig.is(LinkStatus::Off, None);
        assert_eq!(rig.link.next_timeout(), None, "{what}");
        rig.opened(at(1));
        assert!(!rig.closed(at(1), CUT));
        rig.link.wake(at(1), WOKEN, &mut rig.commands);
        rig.advance(at(100_000));
        rig.wants("");
        rig.start(at(100_000));
        rig.wants("open");
    }
}
