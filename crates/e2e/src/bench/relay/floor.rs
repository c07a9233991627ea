//! The least that a relay can do, to measure the others against: one thread that waits
//! for whoever has something to say, reads it once, turns the frame into a server's and
//! writes it once. It keeps an index for each connection and knows no rooms, no limits
//! and no errors: whoever joins as a receiver is the partner of who joined before.

use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;

use anyhow::{Context, Result};
use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};

/// As much as comes at once.
const SCRATCH: usize = 64 * 1024;

const LISTENER: Token = Token(usize::MAX);

struct Connection {
    stream: TcpStream,
    upgraded: bool,
    partner: Option<usize>,
}

struct Floor {
    poll: Poll,
    listener: TcpListener,
    connections: Vec<Option<Connection>>,
    free: Vec<usize>,
    last: usize,
}

/// Serves until the program is ended.
pub(crate) fn serve() -> Result<()> {
    let poll = Poll::new()?;
    let mut listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
    poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
    let mut out = std::io::stdout();
    writeln!(out, "listening on http://{}/", listener.local_addr()?)?;
    out.flush()?;
    let (connections, free) = (Vec::new(), Vec::new());
    let mut floor = Floor { poll, listener, connections, free, last: 0 };
    let mut events = Events::with_capacity(1024);
    let mut scratch = vec![0; SCRATCH];
    loop {
        match floor.poll.poll(&mut events, None) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            done => done?,
        }
        for event in &events {
            if event.token() == LISTENER {
                floor.accept()?;
            } else if floor.turn(event.token().0, &mut scratch).is_none() {
                floor.close(event.token().0);
            }
        }
    }
}

impl Floor {
    fn accept(&mut self) -> Result<()> {
        loop {
            let mut stream = match self.listener.accept() {
                Ok((stream, _)) => stream,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error).context("no more connections"),
            };
            stream.set_nodelay(true)?;
            let index = self.free.pop().unwrap_or_else(|| {
                self.connections.push(None);
                self.connections.len() - 1
            });
            self.poll.registry().register(&mut stream, Token(index), Interest::READABLE)?;
            if let Some(place) = self.connections.get_mut(index) {
                *place = Some(Connection { stream, upgraded: false, partner: None });
            }
        }
    }

    fn close(&mut self, index: usize) {
        if self.connections.get_mut(index).and_then(Option::take).is_some() {
            self.free.push(index);
        }
    }

    /// Takes one message and passes it on; nothing where the connection is to end.
    fn turn(&mut self, index: usize, scratch: &mut [u8]) -> Option<()> {
        let connection = self.connections.get_mut(index)?.as_mut()?;
        let length = match connection.stream.read(scratch) {
            Ok(0) => return None,
            Ok(length) => length,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Some(()),
            Err(_) => return None,
        };
        let bytes = scratch.get_mut(..length)?;
        if !connection.upgraded {
            // The load asks for it in one packet, and doesn't check the key.
            connection.upgraded = bytes.ends_with(b"\r\n\r\n");
            let answer = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
                           Connection: Upgrade\r\nSec-WebSocket-Protocol: sightline.v1\r\n\r\n";
            return connection.stream.write_all(answer).ok();
        }
        let frame = unmasked(bytes)?;
        match connection.partner {
            Some(partner) => self.write(partner, frame),
            None => {
                let join = frame.windows(8).any(|word| word == b"receiver");
                self.join(index, join)
            }
        }
    }

    fn join(&mut self, index: usize, as_receiver: bool) -> Option<()> {
        let text = format!(r#"{{"type":"welcome","peer":"{index:032x}"}}"#);
        self.write(index, &framed(&text)?)?;
        let last = std::mem::replace(&mut self.last, index);
        if as_receiver {
            self.connections.get_mut(index)?.as_mut()?.partner = Some(last);
            self.connections.get_mut(last)?.as_mut()?.partner = Some(index);
            self.write(last, &framed(r#"{"type":"peerJoined"}"#)?)?;
        }
        Some(())
    }

    fn write(&mut self, index: usize, frame: &[u8]) -> Option<()> {
        // A partner that is gone is no matter.
        let Some(Some(connection)) = self.connections.get_mut(index) else { return Some(()) };
        connection.stream.write_all(frame).ok()
    }
}

/// A short text as a server sends it.
fn framed(text: &str) -> Option<Vec<u8>> {
    let mut frame = vec![0x81, u8::try_from(text.len()).ok().filter(|length| *length < 126)?];
    frame.extend(text.as_bytes());
    Some(frame)
}

/// Makes a client's frame of at most 64 KiB into a server's, in its place.
fn unmasked(bytes: &mut [u8]) -> Option<&[u8]> {
    let head = if *bytes.get(1)? & 0x7f == 126 { 4 } else { 2 };
    let mask: [u8; 4] = bytes.get(head..head + 4)?.try_into().ok()?;
    for (byte, mask) in bytes.get_mut(head + 4..)?.iter_mut().zip(mask.iter().cycle()) {
        *byte ^= mask;
    }
    *bytes.get_mut(1)? &= 0x7f;
    bytes.copy_within(..head, 4);
    bytes.get(4..)
}

#[cfg(test)]
mod tests {
    use super::super::client::masked;
    use super::*;

    #[test]
    fn a_frame_loses_its_mask() {
        assert_eq!(unmasked(&mut masked("Hello")), framed("Hello").as_deref());
        let long = "x".repeat(1000);
        let frame = unmasked(&mut masked(&long)).map(<[u8]>::to_vec).unwrap();
        assert_eq!(frame[..4], [0x81, 126, 3, 232]);
        assert_eq!(&frame[4..], long.as_bytes());
        assert_eq!(unmasked(&mut [0x81]), None);
    }
}
