//! Something in front of the relay: lets pages through, and treats their WebSockets as
//! a broken network or a hostile relay would.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result};
use futures_util::{SinkExt, StreamExt};
use sightline_protocol::{PATH, SUBPROTOCOL};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};
pub use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
pub use tokio_tungstenite::tungstenite::protocol::CloseFrame;

use crate::record;
use crate::relay::Relay;

/// What becomes of a WebSocket.
#[derive(Clone, Debug)]
pub enum Relaying {
    /// It goes to the relay.
    Through,
    /// It is cut off at once.
    Refused,
    /// Nothing passes, either way, and nobody says so: a network that is gone.
    Silent,
    /// Those that are open fall silent, new ones go to the relay: a router in between has
    /// forgotten the connections, which each side takes for open.
    Forgotten,
    /// After the first message that comes, it gets these, and no others.
    Instead(Arc<[Message]>),
}

/// A second address of a relay. Dropping it closes all that goes through it.
#[derive(Debug)]
pub struct Front {
    address: String,
    relaying: watch::Sender<Relaying>,
    sockets: Arc<AtomicU32>,
    listening: AbortHandle,
}

impl Front {
    /// Listens on a free port.
    ///
    /// # Errors
    /// If there is none.
    pub async fn of(relay: &Relay, relaying: Relaying) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?.to_string();
        let (sender, receiver) = watch::channel(relaying);
        let sockets = Arc::<AtomicU32>::default();
        let listening = listen(listener, relay.clone(), receiver, Arc::clone(&sockets));
        let listening = tokio::spawn(listening).abort_handle();
        Ok(Self { address, relaying: sender, sockets, listening })
    }

    /// A page's address; `path` begins with a slash.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// From now on. WebSockets that are open are cut off, or fall silent.
    pub fn relaying(&self, relaying: Relaying) {
        record::acted();
        // Nobody listening any more is no matter.
        let _ = self.relaying.send(relaying);
    }

    /// How many WebSockets were asked for.
    #[must_use]
    pub fn sockets(&self) -> u32 {
        self.sockets.load(Ordering::Relaxed)
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn listen(
    listener: TcpListener,
    relay: Relay,
    relaying: watch::Receiver<Relaying>,
    sockets: Arc<AtomicU32>,
) {
    // Dropped with this task, and all connections with it.
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let connection = serve(stream, relay.clone(), relaying.clone(), Arc::clone(&sockets));
        connections.spawn(async move {
            // A connection that breaks is the page's business.
            let _ = connection.await;
        });
    }
}

async fn serve(
    mut stream: TcpStream,
    relay: Relay,
    mut relaying: watch::Receiver<Relaying>,
    sockets: Arc<AtomicU32>,
) -> Result<()> {
    let socket = format!("GET {PATH} ");
    let mut start = vec![0; socket.len()];
    // A browser sends at least its request line in one piece.
    let length = stream.peek(&mut start).await?;
    if start.get(..length) != Some(socket.as_bytes()) {
        return through(&mut stream, &relay).await;
    }
    sockets.fetch_add(1, Ordering::Relaxed);
    let now = relaying.borrow_and_update().clone();
    let served = async {
        match now {
            Relaying::Through | Relaying::Forgotten => through(&mut stream, &relay).await,
            Relaying::Refused => Ok(()),
            Relaying::Silent => std::future::pending().await,
            Relaying::Instead(messages) => instead(&mut stream, &messages).await,
        }
    };
    tokio::pin!(served);
    tokio::select! {
        served = &mut served => return served,
        changed = relaying.changed() => changed?,
    }
    // What is in `served` is open until it is dropped.
    while matches!(*relaying.borrow_and_update(), Relaying::Silent | Relaying::Forgotten) {
        relaying.changed().await?;
    }
    Ok(())
}

async fn through(stream: &mut TcpStream, relay: &Relay) -> Result<()> {
    let mut onward = TcpStream::connect(relay.address()).await?;
    onward.set_nodelay(true)?;
    stream.set_nodelay(true)?;
    copy_bidirectional(stream, &mut onward).await?;
    Ok(())
}

async fn instead(stream: &mut TcpStream, messages: &[Message]) -> Result<()> {
    #[allow(clippy::result_large_err, reason = "the callback's type is not ours")]
    let protocol = |_: &Request, mut response: Response| {
        let protocol = hyper::header::HeaderValue::from_static(SUBPROTOCOL);
        response.headers_mut().insert("sec-websocket-protocol", protocol);
        Ok(response)
    };
    let mut socket = tokio_tungstenite::accept_hdr_async(stream, protocol).await?;
    socket.next().await.context("nothing came")??;
    for message in messages {
        socket.send(message.clone()).await?;
    }
    while let Some(message) = socket.next().await {
        message?;
    }
    Ok(())
}
