//! Who of the others sits where. A seat is kept for as long as somebody is there, so that
//! whoever comes or goes disturbs nobody else's picture.

use sightline_protocol::PeerId;
use sightline_session::{PeerView, Status, View};

use crate::text;

/// How many are shown: the others of a full call, and some who may just be on their way out.
pub(super) const SEATS: usize = 6;

/// The seats.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Guests {
    seats: [Option<Guest>; SEATS],
    turns: u8,
}

/// Somebody in a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Guest {
    peer: PeerId,
    /// What everybody in the call calls them by.
    number: u8,
    /// Differs from that of whoever sat there before; never 0.
    turn: u8,
}

/// Somebody of whom there is nothing but the memory is not shown.
fn is_there(peer: &PeerView) -> bool {
    peer.present || peer.connected || peer.status != Status::Waiting
}

impl Guests {
    /// Follows who is there. What there is to be told, where something has changed.
    pub(super) fn follow(&mut self, view: &View) -> Option<String> {
        let there: Vec<(PeerId, u8)> = view
            .peers
            .iter()
            .filter(|peer| is_there(peer))
            .map(|peer| (peer.peer, peer.seat))
            .collect();
        let mut news = Vec::new();
        for seat in &mut self.seats {
            if let Some(guest) = *seat
                && !there.iter().any(|(peer, _)| *peer == guest.peer)
            {
                *seat = None;
                news.push(text::went(guest.number));
            }
        }
        for (peer, number) in there {
            if let Some(known) = self.seats.iter_mut().flatten().find(|guest| guest.peer == peer) {
                known.number = number;
                continue;
            }
            if let Some(seat) = self.seats.iter_mut().find(|seat| seat.is_none()) {
                self.turns = self.turns.checked_add(1).unwrap_or(1);
                *seat = Some(Guest { peer, number, turn: self.turns });
                news.push(text::came(number));
            }
        }
        (!news.is_empty()).then(|| news.join(" "))
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.seats.iter().flatten().count()
    }

    /// A number for whoever sits there; 0 for nobody.
    pub(super) fn turn(&self, seat: usize) -> u8 {
        self.guest(seat).map_or(0, |guest| guest.turn)
    }

    /// Who sits there.
    pub(super) fn at(&self, seat: usize) -> Option<PeerId> {
        self.guest(seat).map(|guest| guest.peer)
    }

    fn guest(&self, seat: usize) -> Option<Guest> {
        self.seats.get(seat).copied().flatten()
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
            picture: TrackState::On,
            sound: TrackState::On,
            speaking: false,
        };
        View { peers: peers.iter().copied().map(peer).collect(), ..View::default() }
    }

    #[test]
    fn a_seat_is_kept_whoever_else_comes_or_goes() {
        let mut guests = Guests::default();
        // Everybody has the number that the relay has given them, wherever their tile is.
        let steps: [(&[u8], Option<&str>, [u8; 3]); 7] = [
            (&[], None, [0, 0, 0]),
            (&[7], Some("Guest 7 has joined."), [1, 0, 0]),
            (&[5, 7], Some("Guest 5 has joined."), [1, 2, 0]),
            (&[7, 5], None, [1, 2, 0]),
            (&[5], Some("Guest 7 has left."), [0, 2, 0]),
            (&[5, 9, 3], Some("Guest 9 has joined. Guest 3 has joined."), [3, 2, 4]),
            (&[8, 9, 3], Some("Guest 5 has left. Guest 8 has joined."), [3, 5, 4]),
        ];
        for (peers, news, turns) in steps {
            assert_eq!(guests.follow(&view(peers)).as_deref(), news, "{peers:?}");
            assert_eq!([0, 1, 2].map(|seat| guests.turn(seat)), turns, "{peers:?}");
            assert_eq!(guests.count(), peers.len());
        }
        assert_eq!(guests.at(1), Some(PeerId::from_bytes([8; 16])));
        assert_eq!(guests.at(SEATS), None);
    }

    #[test]
    fn more_than_there_are_seats() {
        let mut guests = Guests::default();
        guests.follow(&view(&[1, 2, 3, 4, 5, 6, 7, 8]));
        assert_eq!(guests.count(), SEATS);
    }

    #[test]
    fn who_lost_the_relay_stays_while_the_connection_does() {
        let mut guests = Guests::default();
        let mut now = view(&[1, 2]);
        guests.follow(&now);
        for (peer, status) in now.peers.iter_mut().zip([Status::Live, Status::Waiting]) {
            peer.present = false;
            peer.status = status;
        }
        assert_eq!(guests.follow(&now), None, "no frame yet, and connected");
        now.peers.iter_mut().for_each(|peer| peer.connected = false);
        assert_eq!(guests.follow(&now).as_deref(), Some("Guest 2 has left."));
    }
}
