//! What a Sightline peer decides, and nothing else.
//!
//! A [`Session`] is one page's part in one room. It does no IO: it holds no clock,
//! no socket and no browser object, and makes no randomness of its own. The page's
//! driver feeds it what happened ([`Event`]) with the time, carries out what it
//! wants done ([`Command`]), calls it again when its [`Session::next_timeout`] is
//! reached, and shows its [`View`]:
//!
//! ```
//! use std::time::Duration;
//! use sightline_protocol::{PeerSecret, Role, RoomName};
//! use sightline_session::{Command, Config, Event, Session};
//!
//! let mut session = Session::new(Config {
//!     role: Role::Receiver,
//!     room: RoomName::parse("demo")?,
//!     secret: PeerSecret::from_bytes([7; 16]),
//!     seed: 42,
//! });
//! session.handle(Duration::ZERO, Event::Start);
//! assert_eq!(session.poll(), Some(Command::OpenSocket));
//! assert_eq!(session.poll(), None);
//! # Ok::<(), sightline_protocol::RoomNameError>(())
//! ```
//!
//! The parts, from the outside in: [`Session`] keeps the roster and the connections; its
//! relay link decides when to connect, to join and to give up; with each other page
//! there is a stream of numbered messages that survives both; each connection of
//! peers has attempts to connect, each with a recovery ladder; each attempt has a
//! [`Negotiation`], which is the W3C's perfect negotiation. [`diagnose`] says why none
//! succeeds.
//!
//! Because everything comes in as an argument, two sessions can be run against each
//! other in virtual time, thousands of times a second (`tests/simulation.rs`).
//! An error is something that came from outside; a panic would be a bug.

mod backoff;
mod budget;
mod connection;
mod diagnosis;
mod event;
mod health;
mod link;
mod negotiation;
mod quality;
mod random;
mod reliable_channel;
mod sampling;
mod session;
mod settling;
mod sleep;
mod view;

pub use diagnosis::{Cause, Reach, Side, diagnose};
pub use event::{
    Command, ConnectionEvent, ConnectionId, ConnectionState, Degradation, Description,
    DescriptionKind, Event, Limitation, Outbound, ProbeMessage, Sample, SendSettings, SetFailed,
};
pub use negotiation::{Action, Negotiation};
pub use session::{Config, Session};
pub use settling::{SHORTEST, Settling, Urgency};
pub use sleep::SleepWatch;
pub use view::{LinkStatus, Notice, PeerView, Status, View};

/// A moment: the time since an epoch that the driver picks and keeps to.
pub type Time = std::time::Duration;
