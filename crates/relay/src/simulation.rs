//! Tests in a simulated network (turmoil) with virtual time: hosts crash, and links are cut. They
//! cover what takes minutes or needs a network that fails. The reply to each message is tested
//! over real sockets, in `tests/`.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use sightline_protocol::PeerSecret;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_util::sync::CancellationToken;
use turmoil::net::{TcpListener, TcpStream};
use turmoil::{Builder, Sim};

use crate::config::{Config, HEARTBEAT};
use crate::peer_id;
use crate::server::run;
use crate::stream::Listener;

mod faults;
mod shutdown;

const PORT: u16 = 8080;
/// The largest network latency.
const LATENCY: Duration = Duration::from_millis(20);

/// A simulation of at most `minutes`. Its relay restarts when it is bounced, and shuts down when
/// `shutdown` is cancelled.
fn simulation(minutes: u64, shutdown: &CancellationToken) -> Sim<'static> {
    let mut sim = Builder::new()
        .simulation_duration(Duration::from_secs(60 * minutes))
        .tick_duration(Duration::from_millis(10))
        .max_message_latency(LATENCY)
        .rng_seed(7)
        .build();
    let shutdown = shutdown.clone();
    sim.host("relay", move || {
        let shutdown = shutdown.clone();
        async move {
            let listener = TcpListener::bind(("0.0.0.0", PORT)).await?;
            run([Listener::Simulated(listener)], Config::default(), shutdown).await;
            Ok(())
        }
    });
    sim
}

/// Runs the simulation until this time.
fn run_until(sim: &mut Sim<'_>, until: Duration) {
    while sim.elapsed() < until {
        assert!(!sim.step().unwrap(), "all clients finished too early");
    }
}

/// What pages received, and when, for checks after the simulation.
type EventLog = Rc<RefCell<Vec<(Duration, Value)>>>;

/// A page's connection.
struct Page {
    socket: WebSocketStream<TcpStream>,
    /// Messages that have arrived and were not returned yet.
    received: VecDeque<Value>,
}

fn id(number: u8) -> String {
    peer_id(&PeerSecret::from_bytes([number; 16])).to_string()
}

fn peer(number: u8, role: &str, page: u32) -> Value {
    json!({"peer": id(number), "role": role, "instance": page, "seat": 1})
}

impl Page {
    /// Connects and joins. Returns the first reply. Fails if the network does.
    async fn join(role: &str, number: u8, page: u32) -> Result<(Self, Value), Error> {
        let stream = TcpStream::connect(("relay", PORT)).await?;
        let mut request = format!("ws://relay:{PORT}/ws").into_client_request()?;
        request.headers_mut().insert("sec-websocket-protocol", "sightline.v1".parse().unwrap());
        let (socket, _) = tokio_tungstenite::client_async(request, stream).await?;
        let mut page_ = Self { socket, received: VecDeque::new() };
        let secret = format!("{number:02x}").repeat(16);
        let join =
            json!({"type": "join", "room": "r", "role": role, "secret": secret, "instance": page});
        page_.socket.send(Message::text(join.to_string())).await?;
        let reply = page_.receive().await?;
        Ok((page_, reply))
    }

    /// Like [`Page::join`]; the join must succeed.
    async fn joined(role: &str, number: u8, page: u32) -> (Self, Value) {
        let (page, reply) = Self::join(role, number, page).await.unwrap();
        assert_eq!(reply["type"], "welcome", "{reply}");
        (page, reply)
    }

    /// The error code with which a join is refused.
    async fn refused(role: &str, number: u8) -> Value {
        Self::join(role, number, 1).await.unwrap().1["code"].clone()
    }

    /// The next message. Like a page, this sends a ping after some silence, and fails if there is
    /// no reply.
    async fn receive(&mut self) -> Result<Value, Error> {
        let ping_after = Duration::from_millis(HEARTBEAT.ping_after_ms.into());
        let dead_after = Duration::from_millis(HEARTBEAT.dead_after_ms.into()) - ping_after;
        loop {
            if let Some(message) = self.received.pop_front() {
                return Ok(message);
            }
            let frame = match timeout(ping_after, self.socket.next()).await {
                Ok(frame) => frame,
                Err(_) => {
                    self.socket.send(Message::text(r#"{"type":"ping"}"#)).await?;
                    let next = timeout(dead_after, self.socket.next()).await;
                    next.map_err(|_| Error::ConnectionClosed)?
                }
            };
            match frame.ok_or(Error::ConnectionClosed)?? {
                Message::Text(text) => {
                    let message: Value = serde_json::from_str(&text).unwrap();
                    if message["type"] != "pong" && message["type"] != "room" {
                        self.received.push_back(message);
                    }
                }
                Message::Close(_) => return Err(Error::ConnectionClosed),
                _ => {}
            }
        }
    }
}
