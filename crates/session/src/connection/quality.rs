//! How an attempt's video is sent, and how often its statistics are taken: what was decided
//! becomes commands.

use std::collections::VecDeque;
use std::time::Duration;

use super::Connection;
use crate::Time;
use crate::event::Command;
use crate::quality::Circumstances;

impl Connection {
    /// Whether an answer that is applied once more is what this has failed by.
    pub(crate) const fn is_refreshing(&self) -> bool {
        self.negotiation.is_refreshing()
    }

    /// Sees to how video is sent.
    pub(crate) fn poll_quality(
        &mut self,
        now: Time,
        live: bool,
        save_data: bool,
        refreshes: bool,
        sharing: u32,
        commands: &mut VecDeque<Command>,
    ) {
        let healthy = self.is_healthy();
        let about = Circumstances { healthy, live, save_data, sharing };
        self.quality.advance(now, self.id, about, commands);
        // While a path is looked for anew, that goes first.
        if refreshes && healthy && self.quality.wants_refresh() && !self.restarted_lately(now) {
            self.negotiation.refresh();
        }
    }

    /// Sees to how often statistics are taken.
    pub(crate) fn sample_every(
        &mut self,
        often: Option<Duration>,
        commands: &mut VecDeque<Command>,
    ) {
        if self.sampled != often {
            self.sampled = often;
            commands.push_back(Command::SampleEvery(self.id, often));
        }
    }
}
