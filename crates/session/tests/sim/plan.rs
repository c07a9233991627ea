//! A run's conditions, and the faults in it, drawn from its seed.

use sightline_protocol::TrackState;
use sightline_session::Time;

use super::dice::Dice;
use super::faults::Fault;

/// The latest moment at which something goes wrong.
const MOST_TROUBLE: u64 = 90_000;

/// A run's conditions.
#[derive(Debug)]
pub(crate) struct Plan {
    /// A call of all, or a sender and receivers.
    pub(crate) call: bool,
    /// Beside the first page.
    pub(crate) others: usize,
    /// Each way, in milliseconds, at most.
    pub(crate) latency: u64,
    /// Of a hundred envelopes.
    pub(crate) lose: u64,
    pub(crate) double: u64,
    pub(crate) reorder: u64,
    /// Of a hundred operations.
    pub(crate) refuse: u64,
    pub(crate) calm_from: Time,
    /// No path to this page will ever be found.
    pub(crate) blocked: Option<usize>,
    pub(crate) faults: Vec<(Time, Fault)>,
}

impl Plan {
    pub(crate) fn draw(dice: &mut Dice) -> Self {
        let call = dice.percent(40);
        let most = if call { 3 } else { 2 };
        let others =
            if dice.percent(60) { 1 } else { 1 + usize::try_from(dice.below(most)).unwrap_or(0) };
        let slowest = if dice.percent(20) { 500 } else { 60 };
        let latency = 1 + dice.below(slowest);
        let mut plan = Self {
            call,
            others,
            latency,
            lose: 0,
            double: 0,
            reorder: 0,
            refuse: 0,
            calm_from: Time::ZERO,
            blocked: None,
            faults: Vec::new(),
        };
        match dice.below(10) {
            // All is well from the start; tracks are added all the same, and envelopes
            // may overtake each other.
            0 => plan.reorder = if dice.percent(50) { dice.below(100) } else { 0 },
            1 => plan.blocked = Some(others),
            _ => {
                plan.calm_from = dice.millis(1_000, MOST_TROUBLE);
                let some =
                    |dice: &mut Dice, most| if dice.percent(50) { dice.below(most) } else { 0 };
                plan.lose = some(dice, 60);
                plan.double = some(dice, 50);
                plan.reorder = some(dice, 50);
                plan.refuse = some(dice, 4);
                let last = plan.calm_from.as_millis().try_into().unwrap_or(MOST_TROUBLE);
                for _ in 0..dice.below(9) {
                    let at = dice.millis(0, last);
                    plan.draw_fault(at, dice);
                }
            }
        }
        for _ in 0..dice.below(4) {
            let at = dice.millis(1_000, 1_000 + MOST_TROUBLE / 3);
            plan.add_tracks(at, dice);
        }
        plan
    }

    /// Somebody leaves while the relay is away.
    pub(crate) fn draw_goodbye(&mut self, dice: &mut Dice) {
        let end = u64::try_from(self.calm_from.as_millis()).unwrap_or(0);
        if end < 20_000 || dice.percent(90) {
            return;
        }
        let page = usize::try_from(dice.below(self.pages() as u64)).unwrap_or(0);
        let at = dice.millis(10_000, end - 8_000);
        self.faults.push((at, Fault::RelayDies));
        self.faults.push((at + dice.millis(100, 5_000), Fault::LeaveUnheard(page)));
        self.faults.push((at + dice.millis(6_000, 8_000), Fault::RelayReturns));
    }

    /// How many pages there are.
    pub(crate) const fn pages(&self) -> usize {
        1 + self.others
    }

    fn add_tracks(&mut self, at: Time, dice: &mut Dice) {
        let receiver = 1 + usize::from(self.others > 1 && dice.percent(50));
        let (sender, receiver) = match dice.below(4) {
            0 => (true, None),
            1 => (false, Some(receiver)),
            _ => (true, Some(receiver)),
        };
        self.faults.push((at, Fault::AddTracks { sender, receiver }));
    }

    fn draw_fault(&mut self, at: Time, dice: &mut Dice) {
        let page = usize::try_from(dice.below(self.pages() as u64)).unwrap_or(0);
        let fault = match dice.below(17) {
            0 => Fault::Cut(page),
            1 => Fault::Mute(page),
            2 | 3 => {
                let back = (at + dice.millis(100, 15_000)).min(self.calm_from);
                let dies = if dice.percent(60) { Fault::RelayDies } else { Fault::RelayStops };
                self.faults.push((at, dies));
                return self.faults.push((back, Fault::RelayReturns));
            }
            4 | 5 => {
                let back = (at + dice.millis(100, 40_000)).min(self.calm_from);
                self.faults.push((at, Fault::PathCut));
                return self.faults.push((back, Fault::PathReturns));
            }
            6 | 7 => {
                let (same_secret, orderly) = (dice.percent(75), dice.percent(60));
                Fault::Reload { page, same_secret, orderly }
            }
            8 => Fault::Stop(page),
            9 => Fault::Hide(page, dice.millis(1_000, 120_000)),
            10 => Fault::Wake(page),
            11 => Fault::Camera(page, TrackState::Lost),
            12 => Fault::Camera(page, TrackState::Paused),
            13 => Fault::NetworkChanges(page),
            14 => Fault::MediaStick(page),
            15 => {
                let back = (at + dice.millis(1_000, 80_000)).min(self.calm_from);
                self.faults.push((at, Fault::Sleep(page)));
                return self.faults.push((back, Fault::WakeUp(page)));
            }
            _ if dice.percent(50) => Fault::Report(page),
            _ => return self.add_tracks(at, dice),
        };
        self.faults.push((at, fault));
    }
}
