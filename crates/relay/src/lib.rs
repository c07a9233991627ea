//! The relay: introduces peers to each other and serves the app.
//!
//! A peer opens a WebSocket at `/ws`, joins a room and sends envelopes to the other
//! peers there. The relay looks at their addresses, never into them. Media doesn't
//! come this way.
//!
//! The parts, from the outside in:
//!
//! - `server` takes connections (`stream`), `http` answers requests (the app from
//!   `assets`, `/healthz`), `upgrade` turns a request for `/ws` into a WebSocket.
//! - `connection` is the task of one WebSocket, `paced` how fast it is read, `closing`
//!   its last moments, `outbox` what waits for it.
//! - `hub` connects them: it does what `rooms`, a state machine without IO, decides.
//! - `restart` says when pages are to come back to a relay that stops.
//!
//! ```no_run
//! # async fn example() -> std::io::Result<()> {
//! use tokio_util::sync::CancellationToken;
//!
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! let shutdown = CancellationToken::new();
//! let config = sightline_relay::Config::default();
//! tokio::spawn(sightline_relay::serve(listener, config, shutdown.clone()));
//! // …
//! shutdown.cancel();
//! # Ok(())
//! # }
//! ```

mod assets;
mod autostart;
mod closing;
pub mod config;
mod connection;
mod encoding;
mod headers;
mod http;
mod hub;
mod identity;
mod origin;
mod outbox;
mod paced;
mod refusal;
mod restart;
mod rooms;
mod server;
mod shared;
#[cfg(test)]
mod simulation;
mod sparing;
mod stream;
mod upgrade;
mod wire;

pub use assets::{AssetSize, asset_sizes};
pub use config::{Config, Limits};
pub use identity::peer_id;
pub use origin::{Origin, OriginError};
pub use server::{serve, serve_all};
