//! The relay: introduces peers to each other and serves the app.
//!
//! A peer opens a WebSocket at `/ws`, joins a room and sends envelopes to the other peers there.
//! The relay reads an envelope's recipient, and never its payload. Media doesn't pass through the
//! relay.
//!
//! The modules, from the outside in:
//!
//! - `server` accepts connections (`stream`), `http` responds to requests (the app from `assets`,
//!   `/healthz`), `upgrade` turns a request for `/ws` into a WebSocket.
//! - `connection` is the task of one WebSocket. `rate_limit` limits how fast it is read,
//!   `send_queue` holds the messages for it, `close` closes it.
//! - `router` routes messages between connections, as decided by `rooms`, a state machine without
//!   IO.
//! - `codec` parses and encodes messages, `error_text` has the texts of errors.
//! - `retry_delay` spreads the reconnects after a shutdown.
//! - `state` is what all connections share, `config` has every limit with its reason.
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
mod close;
mod codec;
pub mod config;
mod connection;
mod encoding;
mod error_text;
mod http;
mod identity;
mod log_throttle;
mod origin;
mod rate_limit;
mod retry_delay;
mod rooms;
mod router;
mod security_headers;
mod send_queue;
mod server;
#[cfg(test)]
mod simulation;
mod state;
mod stream;
mod upgrade;

pub use assets::{AssetSize, asset_sizes};
pub use config::{Config, Limits};
pub use identity::peer_id;
pub use origin::{Origin, OriginError};
pub use server::{serve, serve_all};
