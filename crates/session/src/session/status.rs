//! What the page shows, derived from everything else.

use sightline_protocol::Role;

use super::Session;
use super::roster::Peer;
use crate::pair::Pair;
use crate::view::{LinkStatus, Notice, Status, View};

impl Session {
    /// What the page shows now.
    #[must_use]
    pub fn view(&self) -> View {
        let link_notice = self.link.notice();
        let (status, notice) = match self.config.role {
            _ if self.ended => (Status::Ended, None),
            _ if link_notice == Some(Notice::Replaced) => (Status::Ended, link_notice),
            _ if self.link.status() == LinkStatus::Refused => (Status::Failed, link_notice),
            Role::Sender => self.sender_status(link_notice),
            Role::Receiver => self.receiver_status(link_notice),
        };
        View {
            status,
            notice,
            link: self.link.status(),
            present: self.peers.values().filter(|peer| peer.present).count(),
            connected: self.pairs().filter(|pair| pair.is_connected()).count(),
            live: self.live,
        }
    }

    fn sender_status(&self, link_notice: Option<Notice>) -> (Status, Option<Notice>) {
        let any = |test: fn(&Peer) -> bool| self.peers.values().any(test);
        let failed = any(|peer| peer.gave_up).then_some(Notice::ConnectionFailed);
        let notice = link_notice.or(failed);
        let trying =
            |peer: &Peer| !peer.gave_up && (peer.pair.is_some() || peer.retry_at.is_some());
        let mending = |peer: &Peer| peer.was_connected && trying(peer);
        let status = if !self.live {
            if link_notice == Some(Notice::RelayUnreachable) {
                Status::Failed
            } else {
                Status::Idle
            }
        } else if any(Peer::is_connected) {
            Status::Live
        } else if self.peers.values().any(mending) || link_notice == Some(Notice::RelayLost) {
            Status::Reconnecting
        } else if link_notice.is_some() {
            Status::Failed
        } else if self.peers.values().any(trying) {
            Status::Connecting
        } else if failed.is_some() {
            Status::Failed
        } else if self.link.is_joined() {
            Status::Waiting
        } else {
            Status::Connecting
        };
        (status, notice)
    }

    fn receiver_status(&self, link_notice: Option<Notice>) -> (Status, Option<Notice>) {
        let sender = self.peers.values().max_by_key(|peer| (peer.pair.is_some(), peer.present));
        let failed = link_notice.or(Some(Notice::ConnectionFailed));
        match sender {
            Some(Peer { pair: Some(pair), .. }) if pair.is_connected() => {
                self.connected_status(pair, link_notice)
            }
            Some(peer) if peer.gave_up => (Status::Failed, failed),
            Some(peer) if peer.pair.is_some() || peer.retry_at.is_some() => {
                let mending = peer.was_connected;
                let status = if mending { Status::Reconnecting } else { Status::Connecting };
                (status, link_notice)
            }
            _ => self.lonely_status(link_notice),
        }
    }

    fn connected_status(
        &self,
        pair: &Pair,
        link_notice: Option<Notice>,
    ) -> (Status, Option<Notice>) {
        if pair.has_frames(self.now) {
            (Status::Live, link_notice)
        } else if pair.had_frames() {
            (Status::Reconnecting, link_notice.or(Some(Notice::PictureStopped)))
        } else {
            (Status::Waiting, link_notice)
        }
    }

    /// A receiver without a sender, or whose sender has not begun.
    fn lonely_status(&self, link_notice: Option<Notice>) -> (Status, Option<Notice>) {
        match link_notice {
            Some(Notice::RelayLost) => (Status::Reconnecting, link_notice),
            Some(_) => (Status::Failed, link_notice),
            None if self.link.is_joined() => {
                (Status::Waiting, self.sender_left.then_some(Notice::SenderLeft))
            }
            None if self.link.status() == LinkStatus::Off => (Status::Idle, None),
            None => (Status::Connecting, None),
        }
    }
}
