//! The socket to the relay, speaking in messages.

use std::cell::Cell;
use std::future::poll_fn;
use std::rc::Rc;

use futures_channel::mpsc;
use futures_util::future::{Either, select};
use futures_util::{SinkExt, StreamExt};
use gloo_net::websocket::futures::WebSocket;
use gloo_net::websocket::{Message, State, WebSocketError};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{ScriptError, json, spawn_local};

/// What a browser reports where the connection ended without a close frame.
const NO_CLOSE_FRAME: u16 = 1006;

/// What a socket reports.
#[derive(Debug, PartialEq, Eq)]
pub enum SocketEvent<M> {
    /// It is open.
    Opened,
    /// A message came.
    Message(M),
    /// Something came that is no message.
    Garbage,
    /// It is closed, or could not be opened. Nothing comes after this.
    Closed {
        /// The close code (RFC 6455, section 7.4); 1006 where there was no frame.
        code: u16,
    },
}

/// A socket that speaks JSON. Dropping it closes it; nothing is reported afterwards.
#[derive(Debug)]
#[must_use = "dropping it closes the socket"]
pub struct Socket {
    outgoing: mpsc::UnboundedSender<String>,
    alive: Rc<Cell<bool>>,
}

impl Socket {
    /// Begins to open one. `report` is called with whatever happens to it until it is
    /// dropped, and never before this returns.
    ///
    /// # Errors
    /// [`ScriptError`] where the address is not one, or the browser blocks it.
    pub fn open<M: DeserializeOwned + 'static>(
        url: &str,
        protocol: Option<&str>,
        mut report: impl FnMut(SocketEvent<M>) + 'static,
    ) -> Result<Self, ScriptError> {
        let socket = match protocol {
            Some(protocol) => WebSocket::open_with_protocol(url, protocol),
            None => WebSocket::open(url),
        };
        let socket =
            socket.map_err(|error| ScriptError { name: error.name, message: error.message })?;
        let alive = Rc::new(Cell::new(true));
        let wanted = Rc::clone(&alive);
        let (outgoing, queue) = mpsc::unbounded();
        spawn_local(run(socket, queue, move |event| {
            if wanted.get() {
                report(event);
            }
        }));
        Ok(Self { outgoing, alive })
    }

    /// Sends a message, in order. What is sent to a socket that has closed is lost, as
    /// the network may lose it.
    ///
    /// # Errors
    /// [`ScriptError`] where it can't be written as JSON.
    pub fn send<T: Serialize>(&self, message: &T) -> Result<(), ScriptError> {
        let text = json::write(message)?;
        let _ = self.outgoing.unbounded_send(text);
        Ok(())
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.alive.set(false);
        // What was sent still goes out before the task ends and closes the socket.
        self.outgoing.close_channel();
    }
}

/// Owns the socket until it is closed or nobody wants it any more.
async fn run<M: DeserializeOwned>(
    mut socket: WebSocket,
    mut queue: mpsc::UnboundedReceiver<String>,
    mut report: impl FnMut(SocketEvent<M>),
) {
    let mut early = Vec::new();
    loop {
        let opened = poll_fn(|context| socket.poll_ready_unpin(context));
        match select(opened, queue.next()).await {
            Either::Left(_) => break,
            Either::Right((Some(text), _)) => early.push(text),
            Either::Right((None, _)) => return,
        }
    }
    if matches!(socket.state(), State::Open) {
        report(SocketEvent::Opened);
    }
    for text in early {
        let _ = socket.send(Message::Text(text)).await;
    }
    let mut code = NO_CLOSE_FRAME;
    loop {
        match select(queue.next(), socket.next()).await {
            Either::Left((Some(text), _)) => {
                // A failure has its `close` event in the stream.
                let _ = socket.send(Message::Text(text)).await;
            }
            Either::Left((None, _)) => return,
            Either::Right((Some(Ok(Message::Text(text))), _)) => {
                report(json::read(&text).map_or(SocketEvent::Garbage, SocketEvent::Message));
            }
            Either::Right((Some(Ok(Message::Bytes(_))), _)) => report(SocketEvent::Garbage),
            Either::Right((Some(Err(WebSocketError::ConnectionClose(event))), _)) => {
                code = event.code;
            }
            // `error` says nothing; `close` follows it.
            Either::Right((Some(Err(_)), _)) => {}
            Either::Right((None, _)) => break,
        }
    }
    report(SocketEvent::Closed { code });
}
