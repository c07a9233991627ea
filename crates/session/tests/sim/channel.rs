//! The data channels between pages.

use sightline_protocol::Payload;

use super::{Happening, World};

impl World {
    /// A page sends something directly: it waits until there is a path.
    pub(crate) fn send_direct(&mut self, pc: usize, payload: Payload) {
        assert!(self.pcs[pc].channel.open, "sent before the channel is open");
        self.tally.count("sent directly");
        self.pcs[pc].channel.waiting.push_back(payload);
        self.flush_channel(pc);
    }

    /// Packets go through: what waits travels.
    pub(crate) fn flush_channel(&mut self, pc: usize) {
        let Some(other) = self.other_end(pc) else { return };
        if !self.pcs[pc].up || !self.pcs[other].open {
            return;
        }
        while let Some(payload) = self.pcs[pc].channel.waiting.pop_front() {
            let at = self.now + self.dice.millis(1, 60);
            let channel = &mut self.pcs[pc].channel;
            channel.last = channel.last.max(at);
            let at = channel.last;
            self.at(at, Happening::Direct(other, payload));
        }
    }

    /// The connection stands for the first time.
    pub(crate) fn open_channel(&mut self, pc: usize) {
        if !self.pcs[pc].channel.open {
            let delay = self.dice.millis(1, 200);
            self.after(delay, Happening::ChannelOpens(pc));
        }
    }
}
