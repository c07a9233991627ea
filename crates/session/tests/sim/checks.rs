//! What has to hold at the end.

use std::time::Duration;

use sightline_protocol::{Role, TrackState};
use sightline_session::{LinkStatus, Notice, Status, Time};

use super::page::Person;
use super::{World, browser::Pc};

/// After the last fault, everybody is live within this virtual time. The longest way: the
/// fault ends just too late for the third attempt (20 s), after which the next one is made
/// slowly (30 s), or somebody just misses the time for which they are waited for.
pub(crate) const RECOVERY_LIMIT: Duration = Duration::from_secs(75);

/// The same where somebody came back as somebody else, to a room whose seat was kept for
/// who they were: the relay notices the old connection's end (25 s), keeps its seat
/// (60 s), the person or a page that is still connected tries again (3 s, 10 s), and an attempt is made
/// slowly (30 s).
pub(crate) const REFUSED_LIMIT: Duration = Duration::from_secs(150);

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
        let count = self.pages.len();
        let live = self.pages.iter().all(|page| {
            let view = page.session.view();
            let all = if page.role == Role::Receiver { 1 } else { count - 1 };
            let each = view.peers.iter().all(|peer| peer.status == Status::Live);
            view.status == Status::Live
                && each
                && view.notice.is_none()
                && view.link == LinkStatus::Joined
                && (view.present, view.connected) == (all, all)
        });
        let mut open = self.pcs.iter().filter(|pc| pc.open);
        let ends = if self.plan.call { count * (count - 1) } else { 2 * (count - 1) };
        live && open.clone().count() == ends && open.all(Pc::is_settled) && self.all_told()
    }

    /// Whether every candidate that was found has been added at the other end, once and in
    /// order.
    fn all_told(&self) -> bool {
        (0..self.pcs.len()).filter(|pc| self.pcs[*pc].open).all(|pc| {
            self.other_end(pc).is_some_and(|other| self.pcs[pc].found == self.pcs[other].added)
        })
    }

    /// Looks at all pages, as their people do.
    pub(crate) fn look(&mut self) {
        for page in 0..self.pages.len() {
            let at = &self.pages[page];
            let view = at.session.view();
            if view.notice == Some(Notice::WasAway) && !at.trying_again {
                self.begin_again(page);
                continue;
            }
            let stuck = view.link == LinkStatus::Refused && !at.trying_again;
            if stuck {
                self.tally.count("refused, tried again");
                self.pages[page].trying_again = true;
                let delay = self.dice.millis(500, 3_000);
                self.person_will(page, delay, Person::TryAgain);
            } else if view.link == LinkStatus::Joined
                && self.pages[page].live
                && !view.live
                && !self.pages[page].trying_again
            {
                // Its seat was somebody else's for a while: going live takes a click again.
                self.tally.count("went live again");
                self.pages[page].trying_again = true;
                let delay = self.dice.millis(500, 3_000);
                self.person_will(page, delay, Person::GoLive);
            }
        }
        if !self.is_calm() || self.plan.blocked.is_some() {
            return;
        }
        self.settled_since =
            if self.is_settled() { self.settled_since.or(Some(self.now)) } else { None };
        // Tracks are added after the faults, too.
        let trouble_ends = self.calm_from;
        let limit = match trouble_ends {
            Time::ZERO => CALM_LIMIT,
            _ if self.seat_was_refused => REFUSED_LIMIT,
            _ => RECOVERY_LIMIT,
        };
        let late = self.now > trouble_ends + limit && self.settled_since.is_none();
        if late {
            self.explain();
        }
        assert!(!late || self.is_negotiating(), "not live {limit:?} after the last fault");
        assert!(self.now < trouble_ends + 2 * REFUSED_LIMIT, "never settles");
    }

    /// Who was away for too long is not live by itself; its person comes back to it.
    fn begin_again(&mut self, page: usize) {
        self.tally.count("was away");
        let at = &mut self.pages[page];
        assert!(!at.session.view().live, "live without a click");
        at.live = false;
        at.trying_again = true;
        if at.role == Role::Member {
            at.camera = TrackState::Off;
        }
        let delay = self.dice.millis(500, 3_000);
        self.person_will(page, delay, Person::Return);
    }

    /// Says in the trace what is not as it should be.
    fn explain(&self) {
        for (index, page) in self.pages.iter().enumerate() {
            self.note(|_| format!("page {index}: {:?}", page.session.view()));
        }
        for (index, pc) in self.pcs.iter().enumerate().filter(|(_, pc)| pc.open) {
            let other = self.other_end(index);
            let added = other.map(|other| &self.pcs[other].added);
            self.note(|_| {
                format!(
                    "pc {index} of page {}: {:?} up {} settled {} to {other:?} published {} found {:?} \
                     added {added:?}",
                    pc.page,
                    pc.state,
                    pc.up,
                    pc.is_settled(),
                    pc.published,
                    pc.found
                )
            });
        }
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
        let since = self.settled_since.unwrap_or_default().saturating_sub(self.calm_from);
        let seconds = since.as_secs();
        if self.calm_from.is_zero() {
            self.tally.most("longest way to live, calm, s", seconds);
        } else if self.seat_was_refused {
            self.tally.most("longest way to live after a refusal, s", seconds);
        } else {
            self.tally.most("longest way to live, s", seconds);
        }
        let open: Vec<usize> = (0..self.pcs.len()).filter(|pc| self.pcs[*pc].open).collect();
        for pc in open {
            let other = self.other_end(pc).expect("the descriptions match");
            let (here, there) = (&self.pcs[pc], &self.pcs[other]);
            assert_eq!(here.current, there.current.map(|(local, remote)| (remote, local)));
            assert_eq!(here.lines, there.lines);
            for track in here.tracks.iter().chain(&there.tracks) {
                assert!(here.lines.contains(track), "track {track} never arrived");
            }
            let page = &self.pages[here.page];
            let shares = matches!(page.camera, TrackState::On | TrackState::Paused);
            assert_eq!(here.published, shares, "page {}", here.page);
        }
    }

    fn check_blocked(&self, blocked: usize) {
        for (index, page) in self.pages.iter().enumerate() {
            let view = page.session.view();
            let told = matches!(view.notice, Some(Notice::CannotConnect(_)));
            let alone = match page.role {
                Role::Sender | Role::Member => self.pages.len() == 2 || index == blocked,
                Role::Receiver => index == blocked,
            };
            let status = if alone { Status::Failed } else { Status::Live };
            let tells = alone || page.role != Role::Receiver;
            assert_eq!((view.status, told), (status, tells), "page {index}: {view:?}");
        }
    }
}
