//! A client of the relay without a browser: fills rooms, and sends what no page would.

#![allow(clippy::indexing_slicing, reason = "what a JSON value doesn't have is null")]

use anyhow::{Result, bail};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::record;
use crate::relay::Relay;
use crate::wait::soon;

/// A client that has joined a room. Dropping it cuts its connection.
#[derive(Debug)]
pub struct Client {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// What the relay said when it joined.
    pub welcome: Value,
}

impl Client {
    /// Joins a room, as `sender` or `receiver`. Clients with different numbers are
    /// different peers.
    ///
    /// # Errors
    /// If the relay doesn't let it in: with its message.
    pub async fn join(relay: &Relay, room: &str, role: &str, number: u8) -> Result<Self> {
        let mut request = format!("ws://{}/ws", relay.address()).into_client_request()?;
        let protocol = sightline_protocol::SUBPROTOCOL.parse()?;
        request.headers_mut().insert("sec-websocket-protocol", protocol);
        let connected = tokio_tungstenite::connect_async(request);
        let (socket, _) = soon("the relay to take a client", connected).await??;
        let mut client = Self { socket, welcome: Value::Null };
        let secret = format!("{number:02x}").repeat(16);
        let join = json!({"type": "join", "room": room, "role": role, "secret": secret, "instance": number});
        client.send(&join).await?;
        client.welcome = client.receive().await?;
        anyhow::ensure!(client.welcome["type"] == "welcome", "refused: {}", client.welcome);
        Ok(client)
    }

    /// The first other peer that was there, or that came since: its `peer`, which is its
    /// id, and its `page`.
    ///
    /// # Errors
    /// If nobody comes.
    pub async fn first_peer(&mut self) -> Result<Value> {
        if let Some(peer) = self.welcome["peers"].get(0) {
            return Ok(peer.clone());
        }
        self.receive_type("peerJoined").await
    }

    /// Sends a message.
    ///
    /// # Errors
    /// If the connection is gone.
    pub async fn send(&mut self, message: &Value) -> Result<()> {
        record::acted();
        Ok(soon("to send", self.socket.send(Message::text(message.to_string()))).await??)
    }

    /// Sends an envelope to a peer.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn signal(&mut self, to: &Value, payload: Value) -> Result<()> {
        self.send(&json!({"type": "signal", "to": to, "payload": payload})).await
    }

    /// The next message.
    ///
    /// # Errors
    /// If none comes.
    pub async fn receive(&mut self) -> Result<Value> {
        loop {
            match soon("a message from the relay", self.socket.next()).await? {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text)?),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => bail!("expected a message, got {other:?}"),
            }
        }
    }

    /// The next message of a type; others are skipped.
    ///
    /// # Errors
    /// If none comes.
    pub async fn receive_type(&mut self, wanted: &str) -> Result<Value> {
        let next = async {
            loop {
                let message = self.receive().await?;
                if message["type"] == wanted {
                    return Ok::<_, anyhow::Error>(message);
                }
            }
        };
        soon(format_args!("a message {wanted}"), next).await?
    }

    /// Leaves for good. The relay may have much to read before.
    ///
    /// # Errors
    /// If the relay does not take leave.
    pub async fn leave(mut self) -> Result<()> {
        self.send(&json!({"type": "leave"})).await?;
        let gone = async {
            while let Some(message) = self.socket.next().await {
                if let Message::Close(frame) = message? {
                    let code = frame.map(|frame| u16::from(frame.code));
                    anyhow::ensure!(code == Some(1000), "closed with {code:?}");
                    return Ok(());
                }
            }
            bail!("cut off")
        };
        soon("the relay to take leave", gone).await?
    }
}
