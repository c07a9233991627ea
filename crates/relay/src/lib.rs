//! The relay: introduces peers to each other and serves the app.
