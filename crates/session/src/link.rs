//! The connection to the relay: opening, joining, noticing that it is dead, coming
//! back, and knowing when not to.

use std::collections::VecDeque;
use std::time::Duration;

use sightline_protocol::{ClientMessage, CloseCode, ErrorCode, Heartbeat};

use crate::Time;
use crate::backoff;
use crate::event::Command;
use crate::random::Random;
use crate::view::{LinkStatus, Notice};

/// The time for a socket to open and for the relay to answer `join`. A phone on a
/// bad network needs some seconds; beyond this, a new try does better.
const JOIN_TIME: Duration = Duration::from_secs(10);

/// Only a connection that lasted so long makes the next loss a first one. Resetting
/// the count as soon as a socket opens makes a relay that closes at once be
/// asked again without end.
const STABLE: Duration = Duration::from_secs(5);

/// A socket that has not opened for so long is given up where there is a reason to hope
/// for better. Most open within a second.
const HOPEFUL: Duration = Duration::from_secs(2);

/// How long a relay may take to answer whether a connection still stands: after a page was
/// woken, and after the network changed, when it rarely does.
pub(crate) const WOKEN: Duration = Duration::from_secs(2);
pub(crate) const MOVED: Duration = Duration::from_secs(1);

/// How often a place is asked for again that another one has, while our connections last.
const TAKEN_AGAIN: Duration = Duration::from_secs(10);

/// How often a place is asked for that another one has, by a page that waits for it: "at once" for
/// a person, and next to nothing for a relay.
const WAIT_FOR_PLACE: Duration = Duration::from_secs(2);

/// The longest time that a relay can ask a page to stay away.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Off,
    Opening {
        since: Time,
    },
    Joining {
        since: Time,
    },
    Joined {
        since: Time,
    },
    /// `asked`: the relay wants us back then, and not before.
    Waiting {
        until: Time,
        asked: bool,
    },
    Refused,
}

#[derive(Debug)]
pub(crate) struct Link {
    state: State,
    /// Tries since the last stable connection.
    tries: u32,
    joined_before: bool,
    heartbeat: Heartbeat,
    heard: Time,
    pinged: Option<Time>,
    /// How long to wait for the pong, where something hints that the relay is gone.
    pong_timeout: Option<Duration>,
    /// The relay's last reason to close.
    refusal: Option<ErrorCode>,
    /// When to connect again, as the relay asked.
    retry_after: Option<Duration>,
    /// Whether a page whose place is taken, or whose room is full, waits until it is free.
    waits: bool,
    /// It does so now.
    waiting: bool,
}

impl Link {
    /// `waits`: whether to wait for a place that is taken. Otherwise that ends the connection for
    /// good, until the person tries again.
    pub(crate) const fn new(waits: bool) -> Self {
        Self {
            state: State::Off,
            tries: 0,
            joined_before: false,
            heartbeat: Heartbeat { ping_after_ms: 5_000, dead_after_ms: 12_000 },
            heard: Time::ZERO,
            pinged: None,
            pong_timeout: None,
            refusal: None,
            retry_after: None,
            waits,
            waiting: false,
        }
    }

    pub(crate) const fn is_joined(&self) -> bool {
        matches!(self.state, State::Joined { .. })
    }

    pub(crate) const fn status(&self) -> LinkStatus {
        match self.state {
            State::Off => LinkStatus::Off,
            State::Opening { .. } | State::Joining { .. } | State::Waiting { .. }
                if self.waiting =>
            {
                LinkStatus::WaitingForPlace
            }
            State::Opening { .. } | State::Joining { .. } | State::Waiting { .. } => {
                LinkStatus::Connecting
            }
            State::Joined { .. } => LinkStatus::Joined,
            State::Refused => LinkStatus::Refused,
        }
    }

    /// Whether there is a connection, or one is being made.
    pub(crate) const fn is_wanted(&self) -> bool {
        !matches!(self.state, State::Off | State::Refused)
    }

    /// How it stands, for a report: names and numbers.
    pub(crate) fn report(&self, now: Time, mut say: impl FnMut(&str, u128)) {
        let state = match self.state {
            State::Off => 0,
            State::Opening { .. } => 1,
            State::Joining { .. } => 2,
            State::Joined { .. } => 3,
            State::Waiting { .. } => 4,
            State::Refused => 5,
        };
        say("state", state);
        say("tries", self.tries.into());
        say("silent-ms", now.saturating_sub(self.heard).as_millis());
        let code = self.refusal.and_then(ErrorCode::close_code);
        say("refusal", code.map_or(0, |code| code.0.into()));
    }

    /// What is wrong with the connection, if anything.
    pub(crate) const fn notice(&self) -> Option<Notice> {
        match (self.state, self.refusal) {
            (State::Off | State::Joined { .. }, _) => None,
            (State::Refused, Some(ErrorCode::InvalidRoom)) => Some(Notice::InvalidRoom),
            (State::Refused, Some(ErrorCode::SenderPresent)) => Some(Notice::SenderPresent),
            (State::Refused, Some(ErrorCode::RoomFull)) => Some(Notice::RoomFull),
            (State::Refused, Some(ErrorCode::Replaced)) => Some(Notice::Replaced),
            (State::Refused, _) => Some(Notice::Refused),
            (_, Some(ErrorCode::RelayFull)) => Some(Notice::RelayFull),
            (_, Some(ErrorCode::SenderPresent)) if self.waiting => Some(Notice::SenderPresent),
            (_, Some(ErrorCode::RoomFull)) if self.waiting => Some(Notice::RoomFull),
            _ if self.joined_before => Some(Notice::RelayLost),
            _ if self.tries > 0 => Some(Notice::RelayUnreachable),
            _ => None,
        }
    }

    /// Connects now, whatever was before.
    pub(crate) fn start(&mut self, now: Time, commands: &mut VecDeque<Command>) {
        if !matches!(
            self.state,
            State::Opening { .. } | State::Joining { .. } | State::Joined { .. }
        ) {
            if self.state == State::Refused {
                // What was before is over: the person begins again.
                *self = Self::new(self.waits);
            }
            if !self.waiting {
                self.refusal = None;
            }
            self.open(now, commands);
        }
    }

    /// Leaves.
    pub(crate) fn stop(&mut self, keep_seat: bool, commands: &mut VecDeque<Command>) {
        if self.is_joined() {
            commands.push_back(Command::Send(ClientMessage::Leave { keep_seat }));
        }
        if !matches!(self.state, State::Off | State::Refused | State::Waiting { .. }) {
            commands.push_back(Command::CloseSocket);
        }
        *self = Self::new(self.waits);
    }

    /// Tries at once instead of at the end of a wait, unless the relay asked for it.
    /// `patience`: how long a connection that looks well has to show that it is.
    pub(crate) fn wake(&mut self, now: Time, patience: Duration, commands: &mut VecDeque<Command>) {
        match self.state {
            State::Waiting { asked: false, .. } => self.open(now, commands),
            State::Joined { .. } => {
                // The last ping may have gone into the network that isn't there any more.
                self.pong_timeout =
                    Some(self.pong_timeout.map_or(patience, |before| before.min(patience)));
                if self.pinged.is_none() {
                    self.ping(now, commands);
                }
            }
            // Begun on a network that isn't there any more, for all we know.
            State::Opening { since } | State::Joining { since }
                if now.saturating_sub(since) >= HOPEFUL =>
            {
                commands.push_back(Command::CloseSocket);
                self.open(now, commands);
            }
            _ => {}
        }
    }

    pub(crate) fn opened(
        &mut self,
        now: Time,
        join: ClientMessage,
        commands: &mut VecDeque<Command>,
    ) {
        if matches!(self.state, State::Opening { .. }) {
            self.state = State::Joining { since: now };
            self.heard(now);
            commands.push_back(Command::Send(join));
        }
    }

    /// Any message is a sign of life.
    pub(crate) const fn heard(&mut self, now: Time) {
        self.heard = now;
        self.pinged = None;
        self.pong_timeout = None;
    }

    /// The relay let us in. False where it was not asked.
    pub(crate) fn welcomed(&mut self, now: Time, heartbeat: Heartbeat) -> bool {
        if !matches!(self.state, State::Joining { .. }) {
            return false;
        }
        self.state = State::Joined { since: now };
        self.joined_before = true;
        self.refusal = None;
        self.retry_after = None;
        self.waiting = false;
        // A relay that asks for a ping every millisecond gets one a second.
        let ping_after_ms = heartbeat.ping_after_ms.clamp(1_000, 60_000);
        let dead_after_ms = heartbeat.dead_after_ms.clamp(ping_after_ms + 1_000, 300_000);
        self.heartbeat = Heartbeat { ping_after_ms, dead_after_ms };
        true
    }

    /// The relay refused something. True where that ends the connection for good.
    pub(crate) fn refused(
        &mut self,
        code: ErrorCode,
        retry_after_ms: Option<u32>,
        has_media_path: bool,
        commands: &mut VecDeque<Command>,
    ) -> bool {
        let Some(close) = code.close_code() else { return false };
        if !matches!(self.state, State::Joining { .. } | State::Joined { .. }) {
            return false;
        }
        self.refusal = Some(code);
        self.retry_after = retry_after_ms.map(|wait| millis(wait).min(LONGEST_WAIT));
        if close.may_retry() || ((has_media_path || self.waits) && is_taken(close)) {
            // A place that is taken is asked for again when the relay has closed.
            return false;
        }
        self.state = State::Refused;
        commands.push_back(Command::CloseSocket);
        true
    }

    /// The socket is closed. True where this page has no place in the room: for good, or until the
    /// one who has it leaves. `has_media_path`: there are connections that need no relay.
    pub(crate) fn closed(
        &mut self,
        now: Time,
        code: CloseCode,
        has_media_path: bool,
        random: &mut Random,
    ) -> bool {
        if matches!(self.state, State::Off | State::Refused | State::Waiting { .. }) {
            return false;
        }
        if self.refusal.and_then(ErrorCode::close_code) != Some(code) {
            // Closed for another reason than the one it gave before, if any.
            let lasting = [
                ErrorCode::InvalidRoom,
                ErrorCode::SenderPresent,
                ErrorCode::RoomFull,
                ErrorCode::RelayFull,
                ErrorCode::Replaced,
            ];
            let reason = lasting.into_iter().find(|error| error.close_code() == Some(code));
            // While a page waits for a place, a relay that is away for a moment is no news.
            if reason.is_some() || !self.waiting {
                self.refusal = reason;
            }
        }
        if has_media_path && is_taken(code) {
            self.retry_after = Some(TAKEN_AGAIN);
        } else if self.waits && is_taken(code) {
            self.waiting = true;
            self.state = State::Waiting { until: now + WAIT_FOR_PLACE, asked: false };
            return true;
        }
        if code.may_retry() || (has_media_path && is_taken(code)) {
            self.retry(now, random);
            return false;
        }
        self.state = State::Refused;
        true
    }

    pub(crate) fn next_timeout(&self) -> Option<Time> {
        match self.state {
            State::Off | State::Refused => None,
            State::Opening { since } | State::Joining { since } => Some(since + JOIN_TIME),
            State::Waiting { until, .. } => Some(until),
            State::Joined { .. } => Some(match self.pinged {
                Some(pinged) => pinged + self.patience(),
                None => self.heard + millis(self.heartbeat.ping_after_ms),
            }),
        }
    }

    pub(crate) fn advance(
        &mut self,
        now: Time,
        random: &mut Random,
        commands: &mut VecDeque<Command>,
    ) {
        if self.next_timeout().is_none_or(|due| now < due) {
            return;
        }
        match self.state {
            State::Off | State::Refused => {}
            State::Opening { .. } | State::Joining { .. } => {
                commands.push_back(Command::CloseSocket);
                self.retry(now, random);
            }
            State::Waiting { .. } => self.open(now, commands),
            State::Joined { .. } if self.pinged.is_some() => {
                commands.push_back(Command::CloseSocket);
                self.retry(now, random);
            }
            State::Joined { .. } => self.ping(now, commands),
        }
    }

    /// How long a ping may stay unanswered. Counted from the ping and not from the
    /// last message: a hidden page's timers may come a minute late, which says
    /// nothing about the relay.
    fn patience(&self) -> Duration {
        let usual = self.heartbeat.dead_after_ms.saturating_sub(self.heartbeat.ping_after_ms);
        // Taking our own seat over is cheap, should it have been a false alarm.
        self.pong_timeout.unwrap_or_else(|| millis(usual))
    }

    fn ping(&mut self, now: Time, commands: &mut VecDeque<Command>) {
        self.pinged = Some(now);
        commands.push_back(Command::Send(ClientMessage::Ping));
    }

    fn open(&mut self, now: Time, commands: &mut VecDeque<Command>) {
        self.state = State::Opening { since: now };
        self.pinged = None;
        self.pong_timeout = None;
        commands.push_back(Command::OpenSocket);
    }

    fn retry(&mut self, now: Time, random: &mut Random) {
        if matches!(self.state, State::Joined { since } if now.saturating_sub(since) >= STABLE) {
            self.tries = 0;
        }
        let wait = self.retry_after.take().filter(|wait| !wait.is_zero());
        let asked = wait.is_some();
        let wait = wait.unwrap_or_else(|| backoff::jittered(self.tries, random));
        self.tries = self.tries.saturating_add(1);
        self.state = State::Waiting { until: now + wait, asked };
    }
}

/// Whether another one has our place. A relay that was started anew may have given it away
/// before we were back, and have it again when the other one goes.
fn is_taken(code: CloseCode) -> bool {
    [ErrorCode::SenderPresent, ErrorCode::RoomFull]
        .into_iter()
        .any(|error| error.close_code() == Some(code))
}

fn millis(millis: u32) -> Duration {
    Duration::from_millis(millis.into())
}

#[cfg(test)]
#[path = "link_tests.rs"]
mod tests;
