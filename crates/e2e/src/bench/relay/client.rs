//! A WebSocket client that does as little as it can: the load has one core, and what
//! it uses itself it can't put on the server.

use std::net::SocketAddr;
use std::ops::Range;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Where each client writes to and reads from. An idle client's buffer takes no memory
/// until something comes.
pub(crate) struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// How much of the buffer has been handed out.
    taken: usize,
}

const TEXT: u8 = 1;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;

/// Any but zero, with which some servers skip the work that browsers give them.
const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

impl Client {
    /// Connects and asks for the upgrade, as a page of the server's own origin.
    pub(crate) async fn connect(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await.context("no connection to the server")?;
        stream.set_nodelay(true)?;
        let mut client = Self { stream, buffer: Vec::new(), taken: 0 };
        let request = format!(
            "GET /ws HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nUpgrade: \
             websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: \
             dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: sightline.v1\r\n\r\n"
        );
        client.stream.write_all(request.as_bytes()).await?;
        while client.head_end().is_none() {
            client.fill().await?;
        }
        if !client.buffer.starts_with(b"HTTP/1.1 101 ") {
            let answer = String::from_utf8_lossy(&client.buffer);
            bail!("the upgrade was refused: {}", answer.lines().next().unwrap_or_default());
        }
        client.taken = client.head_end().unwrap_or_default();
        Ok(client)
    }

    fn head_end(&self) -> Option<usize> {
        self.buffer.windows(4).position(|four| four == b"\r\n\r\n").map(|start| start + 4)
    }

    /// Sends a frame that [`masked`] made.
    pub(crate) async fn send(&mut self, frame: &[u8]) -> Result<()> {
        self.stream.write_all(frame).await.context("the server took no more")
    }

    /// The next text that concerns another client; answers pings. Which roles a room has is
    /// said as well, and not measured.
    pub(crate) async fn receive(&mut self) -> Result<&str> {
        let payload = loop {
            let unread = self.buffer.get(self.taken..).unwrap_or_default();
            let Some(frame) = Frame::parse(unread) else {
                self.fill().await?;
                continue;
            };
            let payload = self.taken + frame.payload.start..self.taken + frame.payload.end;
            self.taken = payload.end;
            let text = self.buffer.get(payload.clone()).unwrap_or_default();
            match frame.opcode {
                TEXT if text.starts_with(br#"{"type":"room""#) => {}
                TEXT => break payload,
                PING => {
                    let echo = self.buffer.get(payload).unwrap_or_default().to_vec();
                    self.send(&masked_frame(PONG, &echo)).await?;
                }
                PONG => {}
                CLOSE => bail!("the server closed the connection"),
                other => bail!("the server sent a frame of type {other}"),
            }
        };
        std::str::from_utf8(self.buffer.get(payload).unwrap_or_default())
            .context("the server sent a text that is none")
    }

    /// Lets go of the memory for what comes.
    pub(crate) fn rest(&mut self) {
        if self.taken == self.buffer.len() {
            self.buffer = Vec::new();
            self.taken = 0;
        }
    }

    async fn fill(&mut self) -> Result<()> {
        self.buffer.drain(..self.taken);
        self.taken = 0;
        self.buffer.reserve(4096);
        let read = self.stream.read_buf(&mut self.buffer).await?;
        if read == 0 {
            bail!("the server closed the connection");
        }
        Ok(())
    }
}

/// Where a server's frame lies in what was read.
#[derive(Debug, PartialEq, Eq)]
struct Frame {
    opcode: u8,
    payload: Range<usize>,
}

impl Frame {
    /// The first frame, if it is there as a whole (RFC 6455, section 5.2).
    fn parse(bytes: &[u8]) -> Option<Self> {
        let (first, short) = (bytes.first()?, usize::from(bytes.get(1)? & 0x7f));
        let number = |range: Range<usize>| {
            let digits = bytes.get(range)?.iter();
            Some(digits.fold(0, |number: usize, byte| number << 8 | usize::from(*byte)))
        };
        let (start, length) = match short {
            126 => (4, number(2..4)?),
            127 => (10, number(2..10)?),
            short => (2, short),
        };
        let payload = start..start + length;
        bytes.get(payload.clone())?;
        Some(Self { opcode: first & 0x0f, payload })
    }
}

/// A text as a client sends it.
pub(crate) fn masked(text: &str) -> Vec<u8> {
    masked_frame(TEXT, text.as_bytes())
}

fn masked_frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x80 | opcode];
    match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
        (Ok(short @ 0..=125), _) => frame.push(0x80 | short),
        (_, Ok(medium)) => {
            frame.push(0x80 | 126);
            frame.extend(medium.to_be_bytes());
        }
        _ => {
            frame.push(0x80 | 127);
            frame.extend((payload.len() as u64).to_be_bytes());
        }
    }
    frame.extend(MASK);
    frame.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    frame
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_read_when_they_are_whole() {
        for length in [0_usize, 1, 125, 126, 200, 65_535, 65_536] {
            // A server's frame is a client's without the mask.
            let payload = vec![b'x'; length];
            let mut frame = masked_frame(TEXT, &payload);
            let head = frame.len() - length - 4;
            frame.truncate(head);
            frame[1] &= 0x7f;
            frame.extend(&payload);
            let whole = Frame { opcode: TEXT, payload: head..head + length };
            assert_eq!(Frame::parse(&frame), Some(whole), "{length}");
            frame.push(0x81);
            assert!(Frame::parse(&frame).is_some_and(|one| one.payload.len() == length));
            for cut in [0, 1, head.saturating_sub(1), head + length.saturating_sub(1)] {
                if cut < head + length {
                    assert_eq!(Frame::parse(&frame[..cut]), None, "{length} cut at {cut}");
                }
            }
        }
    }

    #[test]
    fn a_mask_hides_the_text() {
        let frame = masked("Hello");
        assert_eq!(frame, [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58]);
    }
}
