//! Helpers: a relay on a free port, and clients for it. Every wait has a timeout.

#![allow(dead_code, unreachable_pub, reason = "no test uses all helpers")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests are tests"
)]

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use sightline_relay::{Config, Limits};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_util::sync::CancellationToken;

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

/// A client's frame as bytes, so that many can be sent in one write. `first_byte` is 0x81 for a
/// text frame, 0x01 for the first fragment of a text, and 0x00 for a fragment that isn't the last.
pub fn frame(first_byte: u8, text: &str) -> Vec<u8> {
    let mut frame = vec![first_byte];
    match text.len() {
        length @ ..126 => frame.push(0x80 | u8::try_from(length).unwrap()),
        length => {
            frame.push(0x80 | 126);
            frame.extend(u16::try_from(length).unwrap().to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(text.as_bytes());
    frame
}

/// An HTTP response.
#[derive(Debug)]
pub struct Response {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Response {
    pub fn parse(bytes: &[u8]) -> Self {
        let end =
            bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("the end of the head");
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let header = |line: &str| {
            let (name, value) = line.split_once(": ").unwrap();
            (name.to_ascii_lowercase(), value.to_owned())
        };
        Self { status, headers: lines.map(header).collect(), body: bytes[end + 4..].to_vec() }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(one, _)| one == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

/// A WebSocket client.
pub struct Client {
    pub socket: WebSocketStream<TcpStream>,
    /// The roles of each received `room` message. They are separate because most tests are about
    /// other messages.
    pub room_messages: Vec<Value>,
}

impl Client {
    pub async fn send(&mut self, text: &str) {
        self.send_frame(Message::text(text)).await;
    }

    pub async fn send_frame(&mut self, message: Message) {
        with_timeout("to send", self.socket.send(message)).await.unwrap();
    }

    /// The next text message that isn't `room`.
    pub async fn receive_text(&mut self) -> String {
        loop {
            match with_timeout("a message", self.socket.next()).await {
                Some(Ok(Message::Text(text))) if text.starts_with(r#"{"type":"room""#) => {
                    let mut room: Value = serde_json::from_str(&text).unwrap();
                    self.room_messages.push(room["roles"].take());
                }
                Some(Ok(Message::Text(text))) => return text.as_str().to_owned(),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("expected a message, got {other:?}"),
            }
        }
    }

    pub async fn receive(&mut self) -> Value {
        serde_json::from_str(&self.receive_text().await).unwrap()
    }

    /// Receives an error message. Returns its code and its text.
    pub async fn error(&mut self) -> (String, String) {
        let error = self.receive().await;
        assert_eq!(error["type"], "error", "{error}");
        let text = error["message"].as_str().unwrap().to_owned();
        assert!(text.ends_with('.') && text.len() > 20, "a sentence: {text:?}");
        (error["code"].as_str().unwrap().to_owned(), text)
    }

    /// Waits for the close frame. Returns its code.
    pub async fn closed(&mut self) -> u16 {
        loop {
            match with_timeout("the close frame", self.socket.next()).await {
                Some(Ok(Message::Close(Some(frame)))) => {
                    // Reads to the end, so that the reply is sent.
                    while with_timeout("the end", self.socket.next())
                        .await
                        .is_some_and(|m| m.is_ok())
                    {}
                    return frame.code.into();
                }
                Some(Ok(_)) => {}
                other => panic!("expected a close frame, got {other:?}"),
            }
        }
    }

    /// Asserts that there are no unread messages, with a ping.
    pub async fn assert_no_messages(&mut self) {
        self.send(r#"{"type":"ping"}"#).await;
        assert_eq!(self.receive().await, json!({"type": "pong"}));
    }

    /// Resets the TCP connection.
    pub fn reset(self) {
        self.socket.get_ref().set_zero_linger().unwrap();
    }

    pub async fn leave(mut self) {
        self.send(r#"{"type":"leave"}"#).await;
        assert_eq!(self.closed().await, 1000);
    }
}

pub fn secret(number: u8) -> String {
    format!("{number:02x}").repeat(16)
}

/// The peer id for [`secret`].
pub fn id(number: u8) -> String {
    sightline_relay::peer_id(&sightline_protocol::PeerSecret::from_bytes([number; 16])).to_string()
}

/// The page in [`join`].
pub const PAGE: u32 = 7;

pub fn join(room: &str, role: &str, number: u8) -> String {
    join_from(room, role, number, PAGE)
}

/// Like [`join`], from another page.
pub fn join_from(room: &str, role: &str, number: u8, page: u32) -> String {
    let secret = secret(number);
    json!({"type": "join", "room": room, "role": role, "secret": secret, "page": page}).to_string()
}

/// A peer as others see it, in the first seat of its role.
pub fn peer(number: u8, role: &str) -> Value {
    peer_at(number, role, 1)
}

/// Like [`peer`], in another seat.
pub fn peer_at(number: u8, role: &str, seat: u8) -> Value {
    json!({"peer": id(number), "role": role, "page": PAGE, "seat": seat})
}

pub fn peer_joined(number: u8, role: &str) -> Value {
    peer_joined_at(number, role, 1)
}

pub fn peer_joined_at(number: u8, role: &str, seat: u8) -> Value {
    let mut peer = peer_at(number, role, seat);
    peer["type"] = json!("peerJoined");
    peer
}

pub fn peer_left(number: u8, reason: &str) -> Value {
    json!({"type": "peerLeft", "peer": id(number), "reason": reason})
}

/// An envelope with this JSON as its payload.
pub fn signal(to: &Value, payload: &str) -> String {
    format!(r#"{{"type":"signal","to":{to},"payload":{payload}}}"#)
}
