//! The details for a report of a problem: states and counts, and no address.
//!
//! Written out by hand: `Debug` would be 10 kB of what every page downloads, and nobody
//! would look at what it says before it is given away.

use std::fmt::Display;

use sightline_protocol::IceReport;

use super::Session;
use super::peers::Peer;
use crate::reliable_channel::UnreadCounts;
use crate::view::{Notice, PeerView};

/// Words and numbers, in lines.
struct Text(String);

impl Text {
    fn line(&mut self, words: &str) {
        self.0.push('\n');
        self.0.push_str(words);
    }

    fn add(&mut self, name: &str, value: &dyn Display) {
        // Writing to a string can't fail.
        let _ = std::fmt::write(&mut self.0, format_args!(" {name} {value}"));
    }

    fn flag(&mut self, name: &str, holds: bool) {
        if holds {
            self.0.push(' ');
            self.0.push_str(name);
        }
    }

    fn notice(&mut self, notice: Option<Notice>) {
        if let Some(notice) = notice {
            self.add("notice", &notice.name());
        }
    }

    fn ice_report(&mut self, whose: &str, report: Option<&IceReport>) {
        let Some(IceReport { host, reflexive, relayed, received, errors, paths, .. }) = report
        else {
            return;
        };
        self.line(whose);
        let counts: [(&str, u16); 8] = [
            ("host", *host),
            ("srflx", *reflexive),
            ("relay", *relayed),
            ("received", *received),
            ("connections", paths.tried),
            ("heard", paths.heard),
            ("answered", paths.answered),
            ("working", paths.working),
        ];
        counts.iter().for_each(|(name, count)| self.add(name, count));
        errors.iter().for_each(|code| self.add("error", code));
        let flags = report
            .map_or([false; 4], |all| [all.gathered, all.stun, all.turn, all.paths.keys_failed]);
        for (name, holds) in ["gathered", "STUN", "TURN", "keys-failed"].into_iter().zip(flags) {
            self.flag(name, holds);
        }
    }
}

impl Session {
    /// What this side knows, in lines of text that can be shown to anybody: no address, no
    /// room's name, no secret.
    #[must_use]
    pub fn report(&self) -> String {
        let view = self.view();
        let mut text = Text(String::from("Sightline"));
        text.add("version", &env!("CARGO_PKG_VERSION"));
        text.add(self.config.role.name(), &view.status.name());
        text.notice(view.notice);
        text.line("relay");
        self.link.report(self.now, |name, value| text.add(name, &value));
        text.line("media");
        text.add(self.video.name(), &self.audio.name());
        for (peer, shown) in self.peers.values().zip(&view.peers) {
            self.report_peer(&mut text, peer, shown);
        }
        text.0
    }

    fn report_peer(&self, text: &mut Text, peer: &Peer, shown: &PeerView) {
        text.line("peer");
        text.0.push(' ');
        text.0.push_str(shown.status.name());
        text.notice(shown.notice);
        text.flag("present", shown.present);
        text.add(peer.video.name(), &peer.audio.name());
        text.add("failed", &peer.attempts);
        let UnreadCounts { unknown, malformed } = peer.channel.unread();
        for (name, count) in [("unknown", unknown), ("malformed", malformed)] {
            if count > 0 {
                text.add(name, &count);
            }
        }
        if let Some(connection) = &peer.connection {
            text.add("ms", &connection.age(self.now));
            text.flag("channel", connection.has_data_channel());
            text.flag("healthy", connection.is_healthy());
            text.flag("stalled", connection.is_stalled());
            let (mine, theirs) = connection.ice_reports();
            text.ice_report("  here", Some(mine));
            text.ice_report("  there", theirs);
        }
        if let Some((mine, theirs)) = &peer.ice_reports {
            text.ice_report("  here, before", Some(mine));
            text.ice_report("  there, before", theirs.as_ref());
        }
    }
}
