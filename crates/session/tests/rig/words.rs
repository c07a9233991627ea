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
            Command::SendDirect(connection, payload) => {
                let to = *self.connections.get(&connection.0).expect("an open connection");
                return self.arrives(to, Way::Direct(connection.0), payload);
            }
            Command::CreateConnection { connection, peer, offers, .. } => {
                match (self.role, offers) {
                    (Role::Sender, _) => assert!(offers, "a sender offers"),
                    (Role::Receiver, _) => assert!(!offers, "a receiver answers"),
                    (Role::Member, true) => {
                        return Some(format!("create {} to {}", connection.0, number(peer)));
                    }
                    (Role::Member, false) => {
                        return Some(format!("create {} from {}", connection.0, number(peer)));
                    }
                }
                format!("create {}", connection.0)
            }
            Command::CloseConnection(connection) => format!("end {}", connection.0),
            Command::SetLocalDescription(connection) => format!("set local {}", connection.0),
            Command::SetRemoteDescription(connection, it) if it.kind == DescriptionKind::Offer => {
                format!("set offer {}", connection.0)
            }
            Command::SetRemoteDescription(connection, _) => format!("set answer {}", connection.0),
            Command::AddCandidate(connection, _) => format!("add {}", connection.0),
            Command::Publish(connection) => format!("publish {}", connection.0),
            Command::RestartIce(connection) => format!("restart {}", connection.0),
            Command::Inspect(connection) => format!("inspect {}", connection.0),
            // They have tests of their own, and would be in the way in all others.
            Command::SampleEvery(..) | Command::Configure(..) | Command::SendProbe(..) => {
                return None;
            }
        })
    }
}
