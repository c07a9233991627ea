//! Whether this page was away for so long that it must not go on by itself.
//!
//! A laptop that sleeps, or is without a network, loses its seat after a while, and the others
//! are told that it has left. Nobody expects to be on air when the lid is opened hours later.

use std::time::Duration;

use sightline_protocol::Role;

use super::Session;
use crate::Time;

/// For how long a page that was away goes on by itself: as long as a relay keeps its seat,
/// unless its operator says otherwise.
const KEEP_SEAT: Duration = Duration::from_secs(60);

/// When this page last could be seen or heard, and what has happened since.
#[derive(Debug, Default)]
pub(super) struct Presence {
    /// Session's time, and the sleep that it doesn't have.
    clock: Time,
    slept: Duration,
    /// When there last was a way to the relay, or to anybody.
    contact: Time,
    /// There was none for longer than a seat is kept.
    absent: bool,
    /// Nothing at all happened for that long: what is known of connections is from before.
    asleep: bool,
}

impl Presence {
    /// Something happens, after so much sleep.
    pub(super) fn pass(&mut self, now: Time, slept: Duration) {
        self.slept += slept;
        let clock = now + self.slept;
        self.asleep |= clock.saturating_sub(self.clock) > KEEP_SEAT;
        self.absent |= clock.saturating_sub(self.contact) > KEEP_SEAT;
        self.clock = clock;
    }

    /// There is a way to somebody, as far as this page knows.
    pub(super) const fn touch(&mut self) {
        self.contact = self.clock;
    }

    /// The page begins, however long it was open before.
    pub(super) const fn begin(&mut self) {
        self.touch();
        self.was_there();
    }

    /// The relay has answered on the connection of before, so there was no absence: a hidden
    /// page may be let run once a minute only.
    pub(super) const fn was_there(&mut self) {
        self.absent = false;
        self.asleep = false;
    }
}

impl Session {
    /// A connection to the relay is there. Whether the page may go on where it was; if not,
    /// its person has to say so again.
    pub(super) fn may_go_on(&mut self) -> bool {
        let Presence { absent, asleep, .. } = self.presence;
        self.presence.was_there();
        // Those to whom media flowed all the time know that this page is there.
        let away = asleep || (absent && !self.has_media_path());
        if !away || !self.live {
            return true;
        }
        match self.config.role {
            Role::Member => self.stop(false),
            Role::Sender | Role::Receiver => {
                self.clear_peers();
                self.live = false;
            }
        }
        self.was_away = true;
        self.config.role != Role::Member
    }
}
