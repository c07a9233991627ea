//! What the page shows, derived from everything else.

use std::time::Duration;

use sightline_protocol::{IceReport, PeerId, Role, TrackState};

use super::peers::Peer;
use super::{Session, is_off};
use crate::connection::Connection;
use crate::diagnosis::{Reach, diagnose};
use crate::view::{LinkStatus, Notice, PeerView, Status, View};

/// A picture is said to be gone when it has been for so long.
pub(super) const WORD_SETTLES: Duration = Duration::from_secs(1);

/// For so long a receiver who meets a sender that is not live says that it waits, and not that
/// it connects.
pub(super) const QUIETLY: Duration = Duration::from_secs(1);

type Shown = (Status, Option<Notice>);

impl Session {
    /// What the page shows now.
    #[must_use]
    pub fn view(&self) -> View {
        let link_notice = self.link.notice();
        let peers: Vec<PeerView> =
            self.peers.iter().map(|(id, peer)| self.peer_view(id, peer)).collect();
        let (status, notice) = match self.config.role {
            _ if self.ended => (Status::Ended, self.was_away.then_some(Notice::WasAway)),
            _ if link_notice == Some(Notice::Replaced) => (Status::Ended, link_notice),
            _ if matches!(
                self.link.status(),
                LinkStatus::Refused | LinkStatus::WaitingForPlace
            ) =>
            {
                (Status::Failed, link_notice)
            }
            Role::Sender if !self.live => self.idle_status(link_notice, &peers),
            Role::Sender | Role::Member => self.company_status(link_notice, &peers),
            Role::Receiver => self.receiver_status(link_notice, &peers),
        };
        View {
            status,
            notice,
            link: self.link.status(),
            present: peers.iter().filter(|peer| peer.present).count(),
            connected: peers.iter().filter(|peer| peer.connected).count(),
            live: self.live,
            relay_away: link_notice == Some(Notice::RelayLost),
            seat: self.seat,
            roles: self.roles.clone(),
            peers,
        }
    }

    fn peer_view(&self, id: PeerId, peer: &Peer) -> PeerView {
        let (status, notice) = self.peer_status(peer);
        let connection = peer.connection.as_ref();
        PeerView {
            peer: id,
            seat: peer.seat,
            present: peer.present,
            connected: connection.is_some_and(|connection| connection.seems_connected(self.now)),
            seen: peer.seen,
            status,
            notice,
            video: peer.video,
            audio: peer.audio,
            speaking: status == Status::Live
                && peer.audio == TrackState::On
                && connection.is_some_and(|connection| connection.health.is_speaking(self.now)),
        }
    }

    fn peer_status(&self, peer: &Peer) -> Shown {
        match &peer.connection {
            Some(connection) if connection.seems_connected(self.now) => {
                self.connected_status(peer, connection)
            }
            // A browser may call it unconnected while it looks for another path.
            Some(connection) if connection.is_stalled() => {
                (Status::Reconnecting, Some(Notice::VideoStopped))
            }
            _ if peer.gave_up => (Status::Failed, Some(self.cannot_connect(peer))),
            _ if peer.connected.is_some()
                && (peer.present || peer.connection.is_some() || peer.retry_at.is_some()) =>
            {
                (Status::Reconnecting, self.long_since(peer))
            }
            // It has lost the relay, too.
            _ if peer.connected.is_some() => (Status::Reconnecting, None),
            _ if self.meets_quietly(peer) => (Status::Waiting, None),
            _ if peer.connection.is_some() || peer.retry_at.is_some() => {
                (Status::Connecting, self.long_since(peer))
            }
            _ => (Status::Waiting, None),
        }
    }

    /// Whether a receiver is being connected to a sender who waits, which is soon done and
    /// changes nothing for the person.
    fn meets_quietly(&self, peer: &Peer) -> bool {
        let on_air = !is_off(peer.video) || !is_off(peer.audio);
        self.config.role == Role::Receiver
            && !on_air
            && peer.attempts == 0
            && self.peers.len() == 1
            && peer.connection.is_some()
            && self.now < peer.begun + QUIETLY
    }

    fn connected_status(&self, peer: &Peer, connection: &Connection) -> Shown {
        if self.config.role == Role::Sender {
            return (Status::Live, None);
        }
        let member = self.config.role == Role::Member;
        // A picture that was there and rests is still on the screen.
        let rests = if member || peer.seen { Status::Live } else { Status::Waiting };
        // As does one of a connection before this one, until this one's comes.
        let comes = if peer.seen { Status::Reconnecting } else { Status::Waiting };
        let comes_now = connection.health.has_frames(self.now) && !connection.is_stalled();
        match peer.video {
            TrackState::On | TrackState::Unknown if comes_now => (Status::Live, None),
            // Its last frames are still on their way, or another camera is about to take its place.
            _ if comes_now && peer.seen && self.now < peer.announced_at + WORD_SETTLES => {
                (Status::Live, None)
            }
            TrackState::On
                if connection.health.had_frames() || connection.health.is_blank(self.now) =>
            {
                (comes, Some(Notice::VideoStopped))
            }
            TrackState::On => (comes, None),
            TrackState::Paused => (rests, Some(Notice::CameraPaused)),
            TrackState::Lost if member => (Status::Live, Some(Notice::CameraLost)),
            TrackState::Lost => (Status::Waiting, Some(Notice::CameraLost)),
            TrackState::Off if member || peer.audio == TrackState::On => (Status::Live, None),
            TrackState::Off | TrackState::Unknown => (Status::Waiting, None),
        }
    }

    /// Why an attempt takes so long, where it does.
    fn long_since(&self, peer: &Peer) -> Option<Notice> {
        // Also while the next attempt is as short as this one was.
        peer.failure_shown.then(|| self.cannot_connect(peer))
    }

    fn cannot_connect(&self, peer: &Peer) -> Notice {
        let none = IceReport::default();
        let reach = Reach { relay: self.link.is_joined(), peer: peer.present };
        let last = peer.ice_reports.as_ref().map(|(mine, theirs)| (mine, theirs.as_ref()));
        let now = peer
            .connection
            .as_ref()
            .filter(|connection| connection.takes_long(self.now))
            .map(Connection::ice_reports);
        let (mine, theirs) = now.or(last).unwrap_or((&none, None));
        Notice::CannotConnect(diagnose(reach, mine, theirs))
    }

    /// A sender who only looks at the preview.
    fn idle_status(&self, link_notice: Option<Notice>, peers: &[PeerView]) -> Shown {
        let failed = peers.iter().find(|peer| peer.status == Status::Failed);
        let away = self.was_away.then_some(Notice::WasAway);
        let notice = link_notice.or_else(|| failed.and_then(|peer| peer.notice)).or(away);
        if link_notice == Some(Notice::RelayUnreachable) {
            (Status::Failed, notice)
        } else {
            (Status::Idle, notice)
        }
    }

    /// A sender, or a member of a call: the best that there is with one of the others.
    fn company_status(&self, link_notice: Option<Notice>, peers: &[PeerView]) -> Shown {
        let first = |status: Status| peers.iter().find(|peer| peer.status == status);
        // Who can't be reached is told of, whoever else can.
        let told = peers.iter().find(|peer| matches!(peer.notice, Some(Notice::CannotConnect(_))));
        let notice = link_notice.or_else(|| told.and_then(|peer| peer.notice));
        if first(Status::Live).is_some() {
            return (Status::Live, notice);
        }
        if first(Status::Reconnecting).is_some() || link_notice == Some(Notice::RelayLost) {
            return (Status::Reconnecting, notice);
        }
        if link_notice.is_some() {
            return (Status::Failed, notice);
        }
        let rest = [Status::Connecting, Status::Failed].into_iter().find_map(first);
        match rest {
            Some(peer) => (peer.status, notice),
            None => (self.lonely_status(), notice),
        }
    }

    fn receiver_status(&self, link_notice: Option<Notice>, peers: &[PeerView]) -> Shown {
        let rank = |peer: &&PeerView| {
            (peer.status == Status::Live, peer.status != Status::Waiting, peer.present)
        };
        let sender = peers.iter().max_by_key(rank);
        match sender {
            Some(sender) if sender.status != Status::Waiting || sender.notice.is_some() => {
                // Of what is seen, and what isn't, the relay is the lesser part.
                let both = if sender.status == Status::Live {
                    sender.notice.or(link_notice)
                } else {
                    link_notice.or(sender.notice)
                };
                (sender.status, both)
            }
            // A receiver without a sender, or whose sender has not begun.
            _ => match link_notice {
                // It said so itself.
                Some(Notice::RelayLost) if self.sender_left && peers.is_empty() => {
                    (Status::Waiting, Some(Notice::SenderLeft))
                }
                Some(Notice::RelayLost) => (Status::Reconnecting, link_notice),
                Some(_) => (Status::Failed, link_notice),
                None => {
                    let left = self.sender_left && peers.is_empty() && self.link.is_joined();
                    (self.lonely_status(), left.then_some(Notice::SenderLeft))
                }
            },
        }
    }

    const fn lonely_status(&self) -> Status {
        match self.link.status() {
            LinkStatus::Off => Status::Idle,
            LinkStatus::Joined => Status::Waiting,
            LinkStatus::Connecting | LinkStatus::WaitingForPlace | LinkStatus::Refused => {
                Status::Connecting
            }
        }
    }
}
