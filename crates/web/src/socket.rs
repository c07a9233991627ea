//! The socket to the relay, speaking in messages.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::EventListener;
use sightline_protocol::{ClientMessage, RelayMessage};
use wasm_bindgen::JsCast;
use web_sys::{CloseEvent, Event, MessageEvent, WebSocket};

use crate::listen::listen;
use crate::{ScriptError, json};

/// What a socket reports.
#[derive(Debug, PartialEq, Eq)]
pub enum SocketEvent {
    /// It is open.
    Opened,
    /// A message came.
    Message(RelayMessage),
    /// Something came that is no message.
    Malformed,
    /// It is closed, or could not be opened. Nothing comes after this.
    Closed {
        /// The close code (RFC 6455, section 7.4); 1006 where there was no frame.
        code: u16,
    },
}

/// A socket to a relay. Dropping it closes it; nothing is reported afterwards.
#[derive(Debug)]
#[must_use = "dropping it closes the socket"]
pub struct Socket {
    socket: WebSocket,
    /// What was sent before it was open.
    early: Rc<RefCell<Vec<String>>>,
    _listeners: [EventListener; 3],
}

impl Socket {
    /// Begins to open one. `report` is called with whatever happens to it until it is
    /// dropped, and never before this returns.
    ///
    /// # Errors
    /// [`ScriptError`] where the address is not one, or the browser blocks it.
    pub fn open(
        url: &str,
        protocol: Option<&str>,
        report: impl Fn(SocketEvent) + 'static,
    ) -> Result<Self, ScriptError> {
        let socket = match protocol {
            Some(protocol) => WebSocket::new_with_str(url, protocol),
            None => WebSocket::new(url),
        }?;
        let early: Rc<RefCell<Vec<String>>> = Rc::default();
        let report = Rc::new(report);
        let told = |kind: &'static str, read: fn(&Event) -> SocketEvent| {
            let (report, early, source) = (Rc::clone(&report), Rc::clone(&early), socket.clone());
            listen(&socket, kind, move |event| {
                early.take().iter().for_each(|text| send(&source, text));
                report(read(event));
            })
        };
        // `error` says nothing; `close` follows it.
        let listeners = [
            told("open", |_| SocketEvent::Opened),
            told("message", |event| {
                let text =
                    event.dyn_ref().and_then(|event: &MessageEvent| event.data().as_string());
                text.and_then(|text| json::parse(&text))
                    .map_or(SocketEvent::Malformed, SocketEvent::Message)
            }),
            told("close", |event| SocketEvent::Closed {
                code: event.dyn_ref().map_or(0, CloseEvent::code),
            }),
        ];
        Ok(Self { socket, early, _listeners: listeners })
    }

    /// Sends a message, in order. What is sent to a socket that has closed is lost, as
    /// the network may lose it.
    pub fn send(&self, message: &ClientMessage) {
        let text = json::write(message);
        if self.socket.ready_state() == WebSocket::CONNECTING {
            self.early.borrow_mut().push(text);
        } else {
            send(&self.socket, &text);
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        // What was sent still goes out before it is closed.
        let _ = self.socket.close();
    }
}

/// It fails only while the socket is connecting.
fn send(socket: &WebSocket, text: &str) {
    let _ = socket.send_with_str(text);
}
