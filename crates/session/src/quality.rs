//! How the video of one connection is sent: how it begins, and whether it keeps its resolution.
//!
//! While the two wait for "Go live" the path is measured ([`probe`]). If it carries enough for sharp
//! video, the browser gets a high start bitrate ([`start`]) and keeps the resolution. Otherwise it
//! gets a moderate one and keeps the frame rate. Once video flows, [`control`] follows what the path
//! really carries.

mod control;
mod probe;
mod start;

use std::collections::VecDeque;

use self::control::Control;
use self::probe::{Arrivals, Probe};
use crate::Time;
use crate::event::{Command, ConnectionId, Degradation, Outbound, ProbeMessage, SendSettings};

pub(crate) use self::start::{heeds_start_bitrate, with_start_bitrate};

/// What browsers begin with by themselves, in kbit/s.
const BROWSER_START: u32 = 300;

/// Before the path is measured, and on one that carries at least [`MODERATE`], in kbit/s. Where
/// Chromium was told this when it connected, the second frame follows the first at once even if it is told
/// more before the first frame. Where it was told less or nothing, the second comes 120 ms later.
const DEFAULT_START: u32 = 800;

/// From here on the estimate allows [`DEFAULT_START`], in kbit/s: it is below what the path carries.
const MODERATE: u32 = 700;

/// More than this, in kbit/s, Chromium gives no picture of 1280 by 720 pixels.
const MAX_START: u32 = 2_500;

/// From here, in kbit/s, the first picture is sharp.
const SHARP_START: u32 = 1_500;

/// How much of what was measured is used: sound, retransmissions and what others on the
/// same path send need their part.
const USED_PERCENT: u32 = 70;

/// What is known of the session when it is decided for one connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Circumstances {
    /// It is connected, and nothing is wrong with it.
    pub(crate) healthy: bool,
    /// Video or sound is being sent.
    pub(crate) live: bool,
    /// The person wants no data spent that isn't needed.
    pub(crate) save_data: bool,
    /// How many connections share the way out.
    pub(crate) sharing: u32,
}

/// The sending side's decisions for one connection, and the receiving side's answers to a probe.
#[derive(Debug)]
pub(crate) struct Quality {
    sends: bool,
    /// Whether the browser heeds a start bitrate; None before its first description.
    heeds: Option<bool>,
    channel: bool,
    probe: Probe,
    arrivals: Arrivals,
    /// What begins when something is sent.
    control: Control,
    begun: bool,
    /// What the browser was told last.
    settings: SendSettings,
    /// The start bitrate of the description that was applied last.
    applied: Option<u32>,
    start: u32,
}

impl Quality {
    /// `sends`: whether this side sends anything.
    pub(crate) fn new(sends: bool) -> Self {
        Self {
            sends,
            heeds: None,
            channel: false,
            probe: Probe::default(),
            arrivals: Arrivals::default(),
            control: Control::new(Degradation::MaintainFramerate),
            begun: false,
            settings: SendSettings { degradation: Degradation::MaintainFramerate },
            applied: None,
            start: DEFAULT_START,
        }
    }

    /// The browser has made a description.
    pub(crate) fn described(&mut self, local_sdp: &str) {
        self.heeds.get_or_insert_with(|| heeds_start_bitrate(local_sdp));
    }

    /// A remote description as it is to be applied here.
    pub(crate) fn prepare(&mut self, sdp: String) -> String {
        // An offer comes before the first own description: a browser that doesn't heed it,
        // ignores it.
        if !self.sends || self.heeds == Some(false) {
            return sdp;
        }
        self.applied = Some(self.start);
        with_start_bitrate(&sdp, self.start)
    }

    /// Whether the remote description is to be applied once more, as it says something else now.
    pub(crate) fn wants_refresh(&self) -> bool {
        self.sends
            && !self.begun
            && self.heeds == Some(true)
            && self.probe.is_over()
            && self.applied.is_some_and(|applied| applied != self.start)
    }

    pub(crate) const fn channel_opened(&mut self) {
        self.channel = true;
    }

    /// Something came over the probe's channel.
    pub(crate) fn probed(
        &mut self,
        now: Time,
        connection: ConnectionId,
        message: ProbeMessage,
        commands: &mut VecDeque<Command>,
    ) {
        match message {
            ProbeMessage::Chunk { train, bytes } => {
                let report = self.arrivals.chunk(train, bytes).map(ProbeMessage::Report);
                commands.extend(report.map(|report| Command::SendProbe(connection, report)));
            }
            ProbeMessage::Report(report) => {
                if self.probe.report(now, report) && !self.begun {
                    let train = self.probe.begin(now);
                    commands.extend(train.into_iter().map(|it| Command::SendProbe(connection, it)));
                }
            }
        }
    }

    /// A sample of what is sent.
    pub(crate) fn sample(&mut self, now: Time, sample: &Outbound) {
        if self.begun {
            self.control.sample(now, sample);
        }
    }

    /// Does what is due.
    pub(crate) fn advance(
        &mut self,
        now: Time,
        connection: ConnectionId,
        about: Circumstances,
        commands: &mut VecDeque<Command>,
    ) {
        if !self.sends {
            return;
        }
        self.probe.advance(now);
        let Circumstances { healthy, live, save_data, sharing } = about;
        if live && !self.begun {
            self.begun = true;
            self.probe.stop();
        } else if healthy && self.channel && !live && !save_data && !self.probe.has_begun() {
            let train = self.probe.begin(now);
            commands.extend(train.into_iter().map(|it| Command::SendProbe(connection, it)));
        }
        if !self.begun {
            self.plan(sharing);
        }
        let settings = SendSettings { degradation: self.control.mode() };
        if settings != self.settings {
            self.settings = settings;
            commands.push_back(Command::Configure(connection, settings));
        }
    }

    /// How it is to begin.
    fn plan(&mut self, sharing: u32) {
        let Some(estimate) = self.probe.estimate() else { return };
        let share = (estimate.min(MAX_START * 100) / 100 * USED_PERCENT) / sharing.max(1);
        let sharp = share >= SHARP_START;
        self.start = match (sharp, estimate >= MODERATE) {
            (true, _) => share.min(MAX_START),
            (false, true) => DEFAULT_START,
            (false, false) => BROWSER_START,
        };
        let mode =
            if sharp { Degradation::MaintainResolution } else { Degradation::MaintainFramerate };
        if self.control.mode() != mode {
            self.control = Control::new(mode);
        }
    }

    pub(crate) fn next_timeout(&self) -> Option<Time> {
        self.probe.next_timeout()
    }
}

#[cfg(test)]
#[path = "quality_tests.rs"]
mod tests;
