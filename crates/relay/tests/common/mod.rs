//! Helpers: a relay on a free port, and clients for it. Every wait has a timeout.

#![allow(dead_code, unreachable_pub, unused_imports, reason = "no test uses all helpers")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests are tests"
)]

mod client;
mod messages;
mod response;

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use sightline_relay::{Config, Limits};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_util::sync::CancellationToken;

pub use client::{Client, frame};
pub use messages::*;
pub use response::Response;

/// Longer than any test needs, even on a busy machine.
pub const TIMEOUT: Duration = Duration::from_secs(20);

/// Waits, and panics on a timeout.
pub async fn with_timeout<T>(what: &str, future: impl Future<Output = T>) -> T {
    timeout(TIMEOUT, future).await.unwrap_or_else(|_| panic!("timed out: {what}"))
}

/// A relay under test. It shuts down when this is dropped.
pub struct Relay {
    pub address: SocketAddr,
    pub shutdown: CancellationToken,
    pub task: JoinHandle<()>,
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

impl Relay {
    pub async fn start() -> Self {
        Self::with_config(Config::default()).await
    }

    /// Starts a relay with changed limits.
    pub async fn with(change: impl FnOnce(&mut Limits)) -> Self {
        let mut config = Config::default();
        change(&mut config.limits);
        Self::with_config(config).await
    }

    /// A relay that runs elsewhere. This doesn't shut it down.
    pub fn at(address: SocketAddr) -> Self {
        let task = tokio::spawn(std::future::pending());
        Self { address, shutdown: CancellationToken::new(), task }
    }

    pub async fn with_config(config: Config) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shutdown = CancellationToken::new();
        let task = tokio::spawn(sightline_relay::serve(listener, config, shutdown.clone()));
        Self { address, shutdown, task }
    }

    /// Opens a connection without joining a room.
    pub async fn connect(&self) -> Client {
        let stream = TcpStream::connect(self.address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        self.connect_over(stream).await
    }

    /// Opens a TCP connection with a small receive buffer, so that a client that doesn't read is
    /// noticed soon.
    pub async fn connect_with_small_buffer(&self) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4 * 1024).unwrap();
        socket.connect(self.address).await.unwrap()
    }

    /// Like [`Relay::join`], over [`Relay::connect_with_small_buffer`].
    pub async fn join_with_small_buffer(&self, room: &str, role: &str, secret: u8) -> Client {
        let mut client = self.connect_over(self.connect_with_small_buffer().await).await;
        client.send(&join(room, role, secret)).await;
        assert_eq!(client.receive().await["type"], "welcome");
        client
    }

    pub async fn connect_over(&self, stream: TcpStream) -> Client {
        let mut request = format!("ws://{}/ws", self.address).into_client_request().unwrap();
        request.headers_mut().insert("sec-websocket-protocol", "sightline.v1".parse().unwrap());
        let (socket, response) =
            with_timeout("upgrade", tokio_tungstenite::client_async(request, stream))
                .await
                .unwrap();
        assert_eq!(response.headers()["sec-websocket-protocol"], "sightline.v1");
        Client { socket, room_messages: Vec::new() }
    }

    /// Opens a connection and joins a room. Returns the `welcome`, too.
    pub async fn join(&self, room: &str, role: &str, secret: u8) -> (Client, Value) {
        let mut client = self.connect().await;
        client.send(&join(room, role, secret)).await;
        let welcome = client.receive().await;
        assert_eq!(welcome["type"], "welcome", "{welcome}");
        (client, welcome)
    }

    /// Opens a connection whose `join` is refused. Returns the error code and the close code.
    pub async fn join_refused(&self, room: &str, role: &str, secret: u8) -> (String, u16) {
        let mut client = self.connect().await;
        client.send(&join(room, role, secret)).await;
        let (code, _) = client.error().await;
        (code, client.closed().await)
    }

    /// The response of `/healthz`.
    pub async fn health(&self) -> Value {
        let response = self.get("/healthz", &[]).await;
        assert_eq!(response.status, 200);
        serde_json::from_slice(&response.body).unwrap()
    }

    /// Waits until a field of `/healthz` has this value.
    pub async fn wait_for_health(&self, field: &str, expected: u64) {
        let reached = async {
            while self.health().await[field] != expected {
                tokio::task::yield_now().await;
            }
        };
        with_timeout(&format!("{field} to become {expected}"), reached).await;
    }

    /// Asserts that the relay still serves others.
    pub async fn assert_works(&self) {
        let (mut sender, _) = self.join("works", "sender", 201).await;
        let (mut receiver, welcome) = self.join("works", "receiver", 202).await;
        assert_eq!(sender.receive().await["type"], "peerJoined");
        receiver.send(&signal(&welcome["peers"][0]["peer"], "\"hello\"")).await;
        assert_eq!(sender.receive().await["payload"], "hello");
        sender.leave().await;
        receiver.leave().await;
    }

    pub async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Response {
        self.request("GET", path, headers).await
    }

    pub async fn request(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Response {
        let mut head = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\n");
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            head.push_str(&format!("host: {}\r\n", self.address));
        }
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        Response::parse(&self.raw(head.as_bytes()).await)
    }

    /// Sends bytes and reads until the connection is closed.
    pub async fn raw(&self, bytes: &[u8]) -> Vec<u8> {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        let mut response = Vec::new();
        // A reset by the relay is the end of the connection, too.
        let _ = with_timeout("the response", stream.read_to_end(&mut response)).await;
        response
    }

    /// Requests an upgrade with the required headers and these. Returns the status.
    pub async fn upgrade_status(&self, headers: &[(&str, &str)]) -> u16 {
        let mut all = vec![
            ("connection", "upgrade"),
            ("upgrade", "websocket"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
            ("sec-websocket-protocol", "sightline.v1"),
        ];
        all.retain(|(name, _)| !headers.iter().any(|(other, _)| other == name));
        all.extend_from_slice(headers);
        let mut head = "GET /ws HTTP/1.1\r\n".to_owned();
        if !headers.iter().any(|(name, _)| *name == "host") {
            head.push_str(&format!("host: {}\r\n", self.address));
        }
        for (name, value) in all.iter().filter(|(_, value)| !value.is_empty()) {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut start = [0; 12];
        with_timeout("the status line", stream.read_exact(&mut start)).await.unwrap();
        std::str::from_utf8(&start[9..]).unwrap().parse().unwrap()
    }
}

/// Disables the rate limits, for tests of other limits.
pub fn unlimited_rates(limits: &mut Limits) {
    limits.message_rate = 1_000_000_000;
    limits.message_burst = 1_000_000_000;
    limits.byte_rate = 1_000_000_000;
    limits.byte_burst = 1_000_000_000;
}
