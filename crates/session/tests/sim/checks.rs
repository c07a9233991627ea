//! What has to hold at the end.

use std::time::Duration;

use sightline_protocol::Role;
use sightline_session::{LinkStatus, Notice, Status};

use super::page::Person;
use super::{World, browser::Pc};

/// After the last fault, everybody is live within this virtual time. The longest way:
/// the fault ends just too late for an attempt (40 s), and the next one is made slowly
/// (30 s) and has to wait for an end of patience on the other side.
pub(crate) const RECOVERY_LIMIT: Duration = Duration::from_secs(120);

/// Where nothing goes wrong, everybody is live within this virtual time: people take
/// up to 5 s of it for their clicks, and every round trip may take 2 s.
pub(crate) const CALM_LIMIT: Duration = Duration::from_secs(15);

/// Where two can't reach each other, they know within this time: three attempts.
pub(crate) const BLOCKED_LIMIT: Duration = Duration::from_secs(150);

/// What is live has to stay so for this long.
const HOLD: Duration = Duration::from_secs(6);

impl World {
    pub(crate) fn is_over(&self) -> bool {
        if self.plan.blocked.is_some() {
            return self.now >= BLOCKED_LIMIT;
        }
        self.settled_since.is_some_and(|since| self.now >= since + HOLD)
    }

    /// Whether everybody is live and has nothing left to do.
    fn is_settled(&self) -> bool {
        let receivers = self.plan.receivers;
        let live = self.pages.iter().all(|page| {
            let view = page.session.view();
            let all = if page.role == Role::Sender { receivers } else { 1 };
            view.status == Status::Live
                && view.notice.is_none()
                && view.link == LinkStatus::Joined
                && (view.present, view.connected) == (all, all)
        });
        let mut open = self.pcs.iter().filter(|pc| pc.open);
        live && open.clone().count() == 2 * receivers && open.all(Pc::is_settled)
    }

    /// Looks at all pages, as their people do.
    pub(crate) fn look(&mut self) {
        for page in 0..self.pages.len() {
            let at = &self.pages[page];
            let view = at.session.view();
            let stuck = view.link == LinkStatus::Refused && !at.trying_again;
            if stuck {
                self.tally.count("refused, tried again");
                self.pages[page].trying_again = true;
                let delay = self.dice.millis(500, 3_000);
                self.person_will(page, delay, Person::TryAgain);
            }
        }
        if !self.is_calm() || self.plan.blocked.is_some() {
            return;
        }
        self.settled_since =
            if self.is_settled() { self.settled_since.or(Some(self.now)) } else { None };
        // Tracks are added after the faults, too.
        let trouble_ends = self.calm_from;
        let limit = if trouble_ends.is_zero() { CALM_LIMIT } else { RECOVERY_LIMIT };
        let late = self.now > trouble_ends + limit && self.settled_since.is_none();
        assert!(!late || self.is_negotiating(), "not live {limit:?} after the last fault");
        assert!(self.now < trouble_ends + 2 * RECOVERY_LIMIT, "never settles");
    }

    /// A track was added a moment ago.
    fn is_negotiating(&self) -> bool {
        self.pcs.iter().any(|pc| pc.open && !pc.is_settled())
    }

    pub(crate) fn check_end(&mut self) {
        if let Some(blocked) = self.plan.blocked {
            self.tally.count("no path");
            self.check_blocked(blocked);
            return;
        }
        self.tally.count(if self.calm_from.is_zero() { "calm" } else { "recovered" });
        let open: Vec<usize> = (0..self.pcs.len()).filter(|pc| self.pcs[*pc].open).collect();
        for pc in open {
            let other = self.other_end(pc).expect("the descriptions match");
            let (here, there) = (&self.pcs[pc], &self.pcs[other]);
            assert_eq!(here.current, there.current.map(|(local, remote)| (remote, local)));
            assert_eq!(here.lines, there.lines);
            for track in here.tracks.iter().chain(&there.tracks) {
                assert!(here.lines.contains(track), "track {track} never arrived");
            }
            assert!(here.polite || here.published);
        }
    }

    fn check_blocked(&self, blocked: usize) {
        for (index, page) in self.pages.iter().enumerate() {
            let view = page.session.view();
            let (status, notice) = match page.role {
                Role::Sender if self.plan.receivers > 1 => {
                    (Status::Live, Some(Notice::ConnectionFailed))
                }
                Role::Sender => (Status::Failed, Some(Notice::ConnectionFailed)),
                Role::Receiver if index == blocked => {
                    (Status::Failed, Some(Notice::ConnectionFailed))
                }
                Role::Receiver => (Status::Live, None),
            };
            assert_eq!((view.status, view.notice), (status, notice), "page {index}: {view:?}");
        }
    }
}
