//! What a Sightline peer decides, and nothing else.
//!
//! A [`Session`] is one page's part in one room. It does no IO: it has no clock, no socket, no
//! browser object and no randomness of its own. Its driver reports what happened ([`Event`]) and
//! when, carries out its [`Command`]s, calls it again at [`Session::next_timeout`], and shows its
//! [`View`]:
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
//! The parts, from the outside in:
//!
//! - [`Session`] has the roster of peers. The link decides when to connect to the relay, to join and
//!   to give up.
//! - Each peer has a reliable channel: numbered messages that arrive once and in order, over
//!   whichever of the relay and the data channel works.
//! - Each peer has at most one connection at a time, which is one attempt. Its phase decides when
//!   to restart ICE and when to make a new one.
//! - Each connection has a [`Negotiation`], which is the W3C's perfect negotiation.
//! - [`diagnose`] says why no attempt succeeds.
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

/// A point in time, as the duration since an epoch that the driver chooses.
pub type Time = std::time::Duration;
