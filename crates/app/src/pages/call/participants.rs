//! Who of the others is in which slot of the call. A participant keeps their slot for as long as
//! they are there, so that whoever comes or goes moves nobody else's video.

use sightline_protocol::PeerId;
use sightline_session::{PeerView, Status, View};

use crate::text;

/// How many are shown: the others of a full call, and some who may be about to leave.
const SLOTS: usize = 6;

/// The slots of a call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Participants {
    slots: [Option<Participant>; SLOTS],
    last_key: u32,
    announcement: String,
}

/// Somebody in a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Participant {
    /// Who it is.
    pub(super) peer: PeerId,
    /// Tells this stay in a slot from all others, also from an earlier one of the same peer.
    pub(super) key: u32,
    /// What everybody in the call calls them by.
    number: u8,
}

/// A peer that the session only remembers is not shown.
fn is_there(peer: &PeerView) -> bool {
    peer.present || peer.connected || peer.status != Status::Waiting
}

impl Participants {
    /// Gives those who have come a slot, and frees those of who has left. It is announced only
    /// to somebody who `has_joined`: for one who leaves the call, everybody else is gone, too.
    pub(super) fn update(&mut self, view: &View, has_joined: bool) {
        let there: Vec<(PeerId, u8)> = view
            .peers
            .iter()
            .filter(|peer| is_there(peer))
            .map(|peer| (peer.peer, peer.seat))
            .collect();
        let mut news = Vec::new();
        for slot in &mut self.slots {
            if let Some(participant) = *slot
                && !there.iter().any(|(peer, _)| *peer == participant.peer)
            {
                *slot = None;
                news.push(text::went(participant.number));
            }
        }
        for (peer, number) in there {
            if let Some(known) = self.slots.iter_mut().flatten().find(|known| known.peer == peer) {
                known.number = number;
                continue;
            }
            if let Some(slot) = self.slots.iter_mut().find(|slot| slot.is_none()) {
                self.last_key += 1;
                *slot = Some(Participant { peer, key: self.last_key, number });
                news.push(text::came(number));
            }
        }
        if !news.is_empty() {
            self.announcement = if has_joined { news.join(" ") } else { String::new() };
        }
    }

    /// Who is there, by slot.
    pub(super) fn list(&self) -> Vec<Participant> {
        self.slots.iter().copied().flatten().collect()
    }

    /// How many are there.
    pub(super) fn count(&self) -> usize {
        self.slots.iter().flatten().count()
    }

    /// Who came or left last, as a sentence.
    pub(super) fn announcement(&self) -> &str {
        &self.announcement
    }
}

#[cfg(test)]
mod tests {
    use sightline_protocol::TrackState;

    use super::*;

    fn view(peers: &[u8]) -> View {
        let peer = |id: u8| PeerView {
            peer: PeerId::from_bytes([id; 16]),
            seat: id,
            present: true,
            connected: true,
            seen: true,
            status: Status::Live,
            notice: None,
            video: TrackState::On,
            audio: TrackState::On,
            speaking: false,
        };
        View { peers: peers.iter().copied().map(peer).collect(), ..View::default() }
    }

    /// What an update announces. None where it announces nothing new.
    fn update(participants: &mut Participants, view: &View) -> Option<String> {
        participants.announcement.clear();
        participants.update(view, true);
        let said = participants.announcement();
        (!said.is_empty()).then(|| said.to_owned())
    }

    #[test]
    fn a_slot_is_kept_whoever_else_comes_or_goes() {
        let mut participants = Participants::default();
        // Everybody has the number that the relay has given them, wherever their tile is.
        let steps: [(&[u8], Option<&str>, [u32; 3]); 7] = [
            (&[], None, [0, 0, 0]),
            (&[7], Some("Guest 7 has joined."), [1, 0, 0]),
            (&[5, 7], Some("Guest 5 has joined."), [1, 2, 0]),
            (&[7, 5], None, [1, 2, 0]),
            (&[5], Some("Guest 7 has left."), [0, 2, 0]),
            (&[5, 9, 3], Some("Guest 9 has joined. Guest 3 has joined."), [3, 2, 4]),
            (&[8, 9, 3], Some("Guest 5 has left. Guest 8 has joined."), [3, 5, 4]),
        ];
        for (peers, news, keys) in steps {
            assert_eq!(update(&mut participants, &view(peers)).as_deref(), news, "{peers:?}");
            let slots = [0, 1, 2].map(|slot| participants.slots[slot].map_or(0, |it| it.key));
            assert_eq!(slots, keys, "{peers:?}");
            let listed: Vec<u32> = participants.list().iter().map(|it| it.key).collect();
            assert_eq!(listed, keys.into_iter().filter(|key| *key > 0).collect::<Vec<_>>());
            assert_eq!(participants.count(), peers.len());
        }
        assert_eq!(participants.list()[1].peer, PeerId::from_bytes([8; 16]));
    }

    #[test]
    fn more_than_there_are_slots() {
        let mut participants = Participants::default();
        participants.update(&view(&[1, 2, 3, 4, 5, 6, 7, 8]), true);
        assert_eq!(participants.count(), SLOTS);
    }

    #[test]
    fn who_lost_the_relay_stays_while_the_connection_does() {
        let mut participants = Participants::default();
        let mut now = view(&[1, 2]);
        participants.update(&now, true);
        for (peer, status) in now.peers.iter_mut().zip([Status::Live, Status::Waiting]) {
            peer.present = false;
            peer.status = status;
        }
        assert_eq!(update(&mut participants, &now), None, "no frame yet, and connected");
        now.peers.iter_mut().for_each(|peer| peer.connected = false);
        assert_eq!(update(&mut participants, &now).as_deref(), Some("Guest 2 has left."));
    }

    #[test]
    fn an_announcement_stays_until_the_next_and_ends_with_the_call() {
        let mut participants = Participants::default();
        participants.update(&view(&[1]), true);
        participants.update(&view(&[1]), true);
        assert_eq!(participants.announcement(), "Guest 1 has joined.");
        participants.update(&view(&[]), false);
        assert_eq!(participants.announcement(), "", "nobody else has left");
    }
}
