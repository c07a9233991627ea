//! Commands as short texts.

use sightline_protocol::{ClientMessage, Role};
use sightline_session::{Command, DescriptionKind};

use super::others::Way;
use super::{Rig, number};

impl Rig {
    /// The text for a command; none for an acknowledgement alone.
    pub(super) fn word(&mut self, command: Command) -> Option<String> {
        Some(match command {
            Command::OpenSocket => "open".to_owned(),
            Command::CloseSocket => "close".to_owned(),
            Command::Send(ClientMessage::Join { seat: Some(seat), .. }) => format!("join {seat}"),
            Command::Send(ClientMessage::Join { .. }) => "join".to_owned(),
            Command::Send(ClientMessage::Leave { keep_seat: false }) => "leave".to_owned(),
            Command::Send(ClientMessage::Leave { keep_seat: true }) => "step out".to_owned(),
            Command::Send(ClientMessage::Ping) => "ping".to_owned(),
            Command::Send(ClientMessage::Signal { to, payload }) => {
                return self.arrives(number(to), Way::Relay, payload);
            }
            Command::SendDirect(pair, payload) => {
                let to = *self.pairs.get(&pair.0).expect("an open pair");
                return self.arrives(to, Way::Direct(pair.0), payload);
            }
            Command::CreatePair { pair, peer, offers, .. } => {
                match (self.role, offers) {
                    (Role::Sender, _) => assert!(offers, "a sender offers"),
                    (Role::Receiver, _) => assert!(!offers, "a receiver answers"),
                    (Role::Member, true) => {
                        return Some(format!("create {} to {}", pair.0, number(peer)));
                    }
                    (Role::Member, false) => {
                        return Some(format!("create {} from {}", pair.0, number(peer)));
                    }
                }
                format!("create {}", pair.0)
            }
            Command::ClosePair(pair) => format!("end {}", pair.0),
            Command::SetLocalDescription(pair) => format!("set local {}", pair.0),
            Command::SetRemoteDescription(pair, it) if it.kind == DescriptionKind::Offer => {
                format!("set offer {}", pair.0)
            }
            Command::SetRemoteDescription(pair, _) => format!("set answer {}", pair.0),
            Command::AddCandidate(pair, _) => format!("add {}", pair.0),
            Command::Publish(pair) => format!("publish {}", pair.0),
            Command::RestartIce(pair) => format!("restart {}", pair.0),
            Command::Inspect(pair) => format!("inspect {}", pair.0),
            // They have tests of their own, and would be in the way in all others.
            Command::SampleEvery(..) | Command::Configure(..) | Command::SendProbe(..) => {
                return None;
            }
        })
    }
}
