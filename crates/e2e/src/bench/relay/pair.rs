//! Two clients in a room of their own, and the messages between them.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::client::{Client, masked};

/// What is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Payload {
    /// A session description of about a kilobyte.
    Description,
    /// The description that a Chromium of today makes for a camera, with all its codecs:
    /// more than five kilobytes.
    WholeDescription,
    /// A candidate, some 200 bytes.
    Candidate,
}

impl Payload {
    /// Those whose way is measured.
    pub(crate) const TIMED: [Self; 2] = [Self::Description, Self::Candidate];

    /// As the pages send it. The relays hand it on without looking into it.
    fn value(self) -> Value {
        json!({"instance": 3_104_225_873_u32, "toInstance": 1_829_337_004_u32, "ack": 7, "seq": 12,
               "signal": self.signal()})
    }

    fn signal(self) -> Value {
        match self {
            Self::Description | Self::WholeDescription => json!({
                "type": "createOffer", "attempt": 2_815_437_731_u32, "round": 1,
                "sdp": description(if self == Self::Description { 4 } else { 46 }),
            }),
            Self::Candidate => json!({
                "type": "iceCandidate", "attempt": 2_815_437_731_u32, "candidate": {
                    "candidate": "candidate:3868254613 1 udp 2122260223 192.0.2.17 54321 typ host \
                                  generation 0 ufrag Xk3d network-id 1",
                    "sdpMid": "0", "sdpMLineIndex": 0, "usernameFragment": "Xk3d",
                },
            }),
        }
    }

    /// The size of the whole message on its way in, in bytes.
    pub(crate) fn message_bytes(self) -> usize {
        self.message(&"0".repeat(32)).len()
    }

    fn message(self, to: &str) -> String {
        format!(r#"{{"type":"signal","to":"{to}","payload":{}}}"#, self.value())
    }
}

/// What Chromium offers for a picture, with so many codecs.
fn description(codecs: usize) -> String {
    let mut sdp = String::from(
        "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 \
         1\r\na=extmap-allow-mixed\r\na=msid-semantic: WMS\r\nm=video 9 UDP/TLS/RTP/SAVPF 96 97 \
         103\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\na=ice-ufrag:Xk3d\r\na=ice-pwd:\
         asd88fgpdd777uzjYhagZg0x\r\na=ice-options:trickle\r\na=fingerprint:sha-256 \
         D2:FA:0E:C3:22:59:5E:14:95:69:92:3D:13:B4:84:24:2C:C2:A2:C0:3E:FD:34:8E:5E:EA:6F:AF:52:\
         CE:E6:0F\r\na=setup:actpass\r\na=mid:0\r\n",
    );
    let names = ["VP8", "VP9", "H264", "AV1"].into_iter().cycle();
    for (id, codec) in (96..).zip(names).take(codecs) {
        sdp.push_str(&format!("a=rtpmap:{id} {codec}/90000\r\n"));
        for feedback in ["goog-remb", "ccm fir", "nack pli"] {
            sdp.push_str(&format!("a=rtcp-fb:{id} {feedback}\r\n"));
        }
    }
    sdp
}

/// The messages of a kind, ready to be sent, each way.
struct Ready {
    there: Vec<u8>,
    back: Vec<u8>,
}

/// A sender and a receiver that know each other.
pub(crate) struct Pair {
    sender: Client,
    receiver: Client,
    sender_id: String,
    receiver_id: String,
    ready: Vec<(Payload, Ready)>,
    /// Whether the next message goes from the sender to the receiver.
    there: bool,
}

impl Pair {
    /// Connects both and joins them in a room.
    pub(crate) async fn open(address: SocketAddr, number: usize) -> Result<Self> {
        let (sender, receiver) = (Client::connect(address).await?, Client::connect(address).await?);
        Self::join(sender, receiver, number).await
    }

    /// Joins two connected clients in a room.
    pub(crate) async fn join(
        mut sender: Client,
        mut receiver: Client,
        number: usize,
    ) -> Result<Self> {
        let sender_id = join(&mut sender, number, "sender").await?;
        let receiver_id = join(&mut receiver, number, "receiver").await?;
        let news: Value = serde_json::from_str(sender.receive().await?)?;
        if news.get("type").and_then(Value::as_str) != Some("peerJoined") {
            bail!("expected the news that the receiver joined, got {news}");
        }
        let mut pair =
            Self { sender, receiver, sender_id, receiver_id, ready: Vec::new(), there: true };
        pair.rest();
        Ok(pair)
    }

    /// Sends one message and waits until it has come: each time the other way.
    pub(crate) async fn relay(&mut self, payload: Payload) -> Result<()> {
        let ready = match self.ready.iter().position(|(kind, _)| *kind == payload) {
            Some(found) => found,
            None => {
                let message = |to: &str| masked(&payload.message(to));
                let ready =
                    Ready { there: message(&self.receiver_id), back: message(&self.sender_id) };
                self.ready.push((payload, ready));
                self.ready.len() - 1
            }
        };
        let (_, ready) = self.ready.get(ready).context("it was just found")?;
        let came = if self.there {
            self.sender.send(&ready.there).await?;
            self.receiver.receive().await?
        } else {
            self.receiver.send(&ready.back).await?;
            self.sender.receive().await?
        };
        self.there = !self.there;
        if !came.starts_with(r#"{"type":"signal""#) {
            bail!("expected a signal, got {came}");
        }
        Ok(())
    }

    /// Lets go of the memory that an idle pair doesn't need.
    pub(crate) fn rest(&mut self) {
        self.sender.rest();
        self.receiver.rest();
        self.ready = Vec::new();
    }
}

/// Joins a room; the own id.
async fn join(client: &mut Client, number: usize, role: &str) -> Result<String> {
    let seat = if role == "sender" { 1 } else { 2 };
    let secret = format!("{number:024x}{seat:08x}");
    let room = format!("bench-{number}");
    let message =
        json!({"type": "join", "room": room, "role": role, "secret": secret, "instance": 1});
    client.send(&masked(&message.to_string())).await?;
    let welcome: Value = serde_json::from_str(client.receive().await?)?;
    let id = welcome.get("peer").and_then(Value::as_str);
    Ok(id.with_context(|| format!("expected a welcome, got {welcome}"))?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_have_the_sizes_that_the_document_names() {
        let description = Payload::Description.message_bytes();
        assert!((950..1150).contains(&description), "{description}");
        let whole = Payload::WholeDescription.message_bytes();
        assert!((5_100..5_700).contains(&whole), "{whole}");
        let candidate = Payload::Candidate.message_bytes();
        assert!((300..450).contains(&candidate), "{candidate}");
    }
}
