//! The details for a report of a problem: states and counts, and no address.
//!
//! Written out by hand: `Debug` would be 10 kB of what every page downloads, and nobody
//! would look at what it says before it is given away.

use std::fmt::Display;

use sightline_protocol::Findings;

use super::Session;
use super::peers::Peer;
use crate::stream::UnreadCounts;
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

    fn findings(&mut self, whose: &str, findings: Option<&Findings>) {
        let Some(Findings { host, reflexive, relayed, received, errors, paths, .. }) = findings
        else {
            return;
        };
        self.line(whose);
        let counts: [(&str, u16); 8] = [
            ("host", *host),
            ("srflx", *reflexive),
            ("relay", *relayed),
            ("received", *received),
            ("pairs", paths.tried),
            ("heard", paths.heard),
            ("answered", paths.answered),
            ("working", paths.working),
        ];
        counts.iter().for_each(|(name, count)| self.add(name, count));
        errors.iter().for_each(|code| self.add("error", code));
        let flags = findings
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
        text.add(self.picture.name(), &self.sound.name());
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
        text.add(peer.picture.name(), &peer.sound.name());
        text.add("failed", &peer.attempts);
        let UnreadCounts { unknown, malformed } = peer.stream.unread();
        for (name, count) in [("unknown", unknown), ("malformed", malformed)] {
            if count > 0 {
                text.add(name, &count);
            }
        }
        if let Some(pair) = &peer.pair {
            text.add("ms", &pair.age(self.now));
            text.flag("channel", pair.has_channel());
            text.flag("well", pair.is_well());
            text.flag("stalled", pair.is_stalled());
            let (mine, theirs) = pair.findings();
            text.findings("  here", Some(mine));
            text.findings("  there", theirs);
        }
        if let Some((mine, theirs)) = &peer.findings {
            text.findings("  here, before", Some(mine));
            text.findings("  there, before", theirs.as_ref());
        }
    }
}
