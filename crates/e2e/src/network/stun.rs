//! A STUN server for a network, as small as one can be (RFC 8489): it says to each who
//! asks what its address is. By it a page can tell a network without UDP from one where
//! just the other page does not answer.

use std::net::{SocketAddr, SocketAddrV4, UdpSocket as BlockingSocket};

use anyhow::Result;
use tokio::net::UdpSocket;
use tokio::task::AbortHandle;

use super::namespace::Namespace;

/// RFC 8489, section 5: the type of a request, of its answer, and what follows.
const REQUEST: [u8; 2] = [0x00, 0x01];
const SUCCESS: [u8; 2] = [0x01, 0x01];
const COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
const HEADER: usize = 20;

/// A server at the router. Dropping it ends it.
#[derive(Debug)]
pub(super) struct Stun(AbortHandle);

impl Stun {
    pub(super) async fn start(router: &Namespace, address: &'static str) -> Result<Self> {
        let socket = router.inside(move || {
            let socket = BlockingSocket::bind(address)?;
            socket.set_nonblocking(true)?;
            Ok(socket)
        });
        let socket = UdpSocket::from_std(socket.await?)?;
        let task = tokio::spawn(async move {
            let mut datagram = [0; 1500];
            while let Ok((length, from)) = socket.recv_from(&mut datagram).await {
                if let Some(answer) = datagram.get(..length).and_then(|all| answer(all, from)) {
                    // A lost answer is asked for again.
                    let _ = socket.send_to(&answer, from).await;
                }
            }
        });
        Ok(Self(task.abort_handle()))
    }
}

impl Drop for Stun {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The answer to a binding request: one XOR-MAPPED-ADDRESS (section 14.2).
fn answer(datagram: &[u8], from: SocketAddr) -> Option<Vec<u8>> {
    let SocketAddr::V4(from) = from else { return None };
    let header = datagram.get(..HEADER)?;
    let transaction = header.strip_prefix(&REQUEST)?.get(2..)?;
    transaction.strip_prefix(&COOKIE)?;
    let mut answer = [SUCCESS, [0, 12]].concat();
    answer.extend_from_slice(transaction);
    answer.extend_from_slice(&[0x00, 0x20, 0, 8, 0, 1]);
    answer.extend_from_slice(&mapped(from));
    Some(answer)
}

/// Port and address, so that no network in between takes them for its own to change.
fn mapped(from: SocketAddrV4) -> [u8; 6] {
    let [high, low] = from.port().to_be_bytes();
    let [a, b, c, d] = from.ip().octets();
    let [w, x, y, z] = COOKIE;
    [high ^ w, low ^ x, a ^ w, b ^ x, c ^ y, d ^ z]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The transaction and the mapped address of RFC 5769, sections 2.1 and 2.2.
    #[test]
    fn an_address_is_told() {
        let id = *b"\xb7\xe7\xa7\x01\xbc\x34\xd6\x86\xfa\x87\xdf\xae";
        let request = [&REQUEST[..], &[0, 0], &COOKIE, &id].concat();
        let from: SocketAddr = "192.0.2.1:32853".parse().unwrap();
        let answered = answer(&request, from).unwrap();
        let value = b"\x00\x20\x00\x08\x00\x01\xa1\x47\xe1\x12\xa6\x43";
        assert_eq!(answered, [&SUCCESS[..], &[0, 12], &COOKIE, &id, value].concat());
        for wrong in [&request[..19], b"", &answered] {
            assert_eq!(answer(wrong, from), None);
        }
    }
}
