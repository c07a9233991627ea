//! A relay on a free port, and clients for it. Every wait has an end.

#![allow(dead_code, unreachable_pub, reason = "each test program uses its part of this")]
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

/// Longer than anything here takes, even on a machine that is busy with other tests.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Waits, but not for ever.
pub async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    timeout(PATIENCE, future).await.unwrap_or_else(|_| panic!("waited in vain: {what}"))
}

/// A relay under test; stopped when dropped.
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

    /// With other limits than the usual ones.
    pub async fn with(change: impl FnOnce(&mut Limits)) -> Self {
        let mut config = Config::default();
        change(&mut config.limits);
        Self::with_config(config).await
    }

    /// One that runs elsewhere, and isn't stopped by this.
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

    /// A connection that hasn't joined a room.
    pub async fn connect(&self) -> Client {
        let stream = TcpStream::connect(self.address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        self.connect_over(stream).await
    }

    /// A connection over which little is under way, so that whoever doesn't read is
    /// noticed soon.
    pub async fn connect_narrow(&self) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4 * 1024).unwrap();
        socket.connect(self.address).await.unwrap()
    }

    /// As [`Relay::join`], over [`Relay::connect_narrow`].
    pub async fn join_narrow(&self, room: &str, role: &str, secret: u8) -> Client {
        let mut client = self.connect_over(self.connect_narrow().await).await;
        client.send(&join(room, role, secret)).await;
        assert_eq!(client.receive().await["type"], "welcome");
        client
    }

    pub async fn connect_over(&self, stream: TcpStream) -> Client {
        let mut request = format!("ws://{}/ws", self.address).into_client_request().unwrap();
        request.headers_mut().insert("sec-websocket-protocol", "sightline.v1".parse().unwrap());
        let (socket, response) =
            soon("upgrade", tokio_tungstenite::client_async(request, stream)).await.unwrap();
        assert_eq!(response.headers()["sec-websocket-protocol"], "sightline.v1");
        Client { socket, rooms: Vec::new() }
    }

    /// A connection that has joined, with what the relay welcomed it with.
    pub async fn join(&self, room: &str, role: &str, secret: u8) -> (Client, Value) {
        let mut client = self.connect().await;
        client.send(&join(room, role, secret)).await;
        let welcome = client.receive().await;
        assert_eq!(welcome["type"], "welcome", "{welcome}");
        (client, welcome)
    }

    /// A connection whose `join` is refused: the error message and the close code.
    pub async fn join_refused(&self, room: &str, role: &str, secret: u8) -> (String, u16) {
        let mut client = self.connect().await;
        client.send(&join(room, role, secret)).await;
        let (code, _) = client.error().await;
        (code, client.closed().await)
    }

    /// What `/healthz` says.
    pub async fn health(&self) -> Value {
        let response = self.get("/healthz", &[]).await;
        assert_eq!(response.status, 200);
        serde_json::from_slice(&response.body).unwrap()
    }

    /// Waits until `/healthz` says that a number is what it should be.
    pub async fn health_becomes(&self, field: &str, expected: u64) {
        let reached = async {
            while self.health().await[field] != expected {
                tokio::task::yield_now().await;
            }
        };
        soon(&format!("{field} to become {expected}"), reached).await;
    }

    /// The relay serves others as if nothing had happened.
    pub async fn still_works(&self) {
        let (mut sender, _) = self.join("still-works", "sender", 201).await;
        let (mut receiver, welcome) = self.join("still-works", "receiver", 202).await;
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

    /// Sends bytes and reads to the end.
    pub async fn raw(&self, bytes: &[u8]) -> Vec<u8> {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        let mut answer = Vec::new();
        // A connection that the relay breaks off has ended, too.
        let _ = soon("the answer", stream.read_to_end(&mut answer)).await;
        answer
    }

    /// Asks for an upgrade with these headers besides the necessary ones; the status.
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
        soon("the status line", stream.read_exact(&mut start)).await.unwrap();
        std::str::from_utf8(&start[9..]).unwrap().parse().unwrap()
    }
}

/// Rates that nobody runs into: for tests that are about other limits.
pub fn any_rate(limits: &mut Limits) {
    limits.message_rate = 1_000_000_000;
    limits.message_burst = 1_000_000_000;
    limits.byte_rate = 1_000_000_000;
    limits.byte_burst = 1_000_000_000;
}

/// A client's frame as bytes, so that many can go out in one write. `start` is its first
/// byte: 0x81 for text, 0x01 for text that goes on, 0x00 for a part that goes on.
pub fn frame(start: u8, text: &str) -> Vec<u8> {
    let mut frame = vec![start];
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
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a response");
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
    /// The roles of each `room` that came: set aside, as most tests are about other messages.
    pub rooms: Vec<Value>,
}

impl Client {
    pub async fn send(&mut self, text: &str) {
        self.send_frame(Message::text(text)).await;
    }

    pub async fn send_frame(&mut self, message: Message) {
        soon("to send", self.socket.send(message)).await.unwrap();
    }

    /// The next text that isn't a `room`, as it came.
    pub async fn receive_text(&mut self) -> String {
        loop {
            match soon("a message", self.socket.next()).await {
                Some(Ok(Message::Text(text))) if text.starts_with(r#"{"type":"room""#) => {
                    let mut room: Value = serde_json::from_str(&text).unwrap();
                    self.rooms.push(room["roles"].take());
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

    /// The next message is an error: its code and its sentence.
    pub async fn error(&mut self) -> (String, String) {
        let error = self.receive().await;
        assert_eq!(error["type"], "error", "{error}");
        let sentence = error["message"].as_str().unwrap().to_owned();
        assert!(sentence.ends_with('.') && sentence.len() > 20, "a sentence: {sentence:?}");
        (error["code"].as_str().unwrap().to_owned(), sentence)
    }

    /// The connection ends with a close frame: its code.
    pub async fn closed(&mut self) -> u16 {
        loop {
            match soon("the close frame", self.socket.next()).await {
                Some(Ok(Message::Close(Some(frame)))) => {
                    // Reads on, so that the answer goes out.
                    while soon("the end", self.socket.next()).await.is_some_and(|m| m.is_ok()) {}
                    return frame.code.into();
                }
                Some(Ok(_)) => {}
                other => panic!("expected a close frame, got {other:?}"),
            }
        }
    }

    /// Asserts that nothing else came before the answer to this.
    pub async fn nothing_waits(&mut self) {
        self.send(r#"{"type":"ping"}"#).await;
        assert_eq!(self.receive().await, json!({"type": "pong"}));
    }

    /// Breaks the connection off, as a network does.
    pub fn break_off(self) {
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

/// The id that belongs to [`secret`].
pub fn id(number: u8) -> String {
    sightline_relay::peer_id(&sightline_protocol::PeerSecret::from_bytes([number; 16])).to_string()
}

/// The page that [`join`] is from.
pub const PAGE: u32 = 7;

pub fn join(room: &str, role: &str, number: u8) -> String {
    join_from(room, role, number, PAGE)
}

/// As [`join`], from another load of the page.
pub fn join_from(room: &str, role: &str, number: u8, page: u32) -> String {
    let secret = secret(number);
    json!({"type": "join", "room": room, "role": role, "secret": secret, "page": page}).to_string()
}

/// A peer as others are told of it, in the first seat of its role.
pub fn peer(number: u8, role: &str) -> Value {
    peer_at(number, role, 1)
}

/// The same in another seat.
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

/// An envelope with this text as its payload.
pub fn signal(to: &Value, payload: &str) -> String {
    format!(r#"{{"type":"signal","to":{to},"payload":{payload}}}"#)
}
