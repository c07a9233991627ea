//! A WebSocket client.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

use super::with_timeout;

/// A WebSocket client. Its methods panic on a timeout and on unexpected messages.
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
