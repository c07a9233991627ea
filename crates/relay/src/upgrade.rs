//! From a request for `/ws` to a WebSocket connection.

use std::sync::Arc;

use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::upgrade::OnUpgrade;
use hyper::{Method, Request, Response, StatusCode, Version};
use hyper_util::rt::TokioIo;
use sightline_protocol::{ErrorCode, SUBPROTOCOL};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tracing::warn;

use crate::config::Limits;
use crate::connection::{self, Connection};
use crate::http::{Body, joined, plain};
use crate::origin::may_connect;
use crate::paced::Paced;
use crate::shared::{Place, Shared};
use crate::sparing::for_log;
use crate::stream::Stream;

/// Allocated at once for each connection, and the default is 128 KiB. A candidate
/// fits; an offer takes a few reads more, once.
const READ_BUFFER: usize = 512;

/// Gathers a batch of small messages into one write. Allocated only when needed.
const WRITE_BUFFER: usize = 4 * 1024;

/// What the kernel keeps for a client that doesn't take it, in bytes (Linux doubles it).
/// Left alone it is up to 4 MiB for each, and the kernel asks for more only when a third
/// of that was taken: a slow client would look like one that takes nothing.
const SEND_BUFFER: usize = 64 * 1024;

/// Answers a request for `/ws`.
pub(crate) fn answer<B>(
    request: &mut Request<B>,
    shared: &Arc<Shared>,
    place: &Arc<Place>,
) -> Response<Body> {
    match handshake(request, shared) {
        Ok(accept) => {
            let upgrade = hyper::upgrade::on(request);
            shared.tasks.spawn(serve(upgrade, Arc::clone(shared), Arc::clone(place)));
            switch(accept)
        }
        Err(mut refusal) => {
            // Who is refused has nothing else to ask for, and would try again on the same
            // connection as fast as it can.
            let more = if refusal.headers().contains_key(header::UPGRADE) {
                HeaderValue::from_static("upgrade, close")
            } else {
                HeaderValue::from_static("close")
            };
            refusal.headers_mut().insert(header::CONNECTION, more);
            *refusal
        }
    }
}

/// What to accept the handshake with, or what to refuse it with.
fn handshake<B>(request: &Request<B>, shared: &Shared) -> Result<HeaderValue, Box<Response<Body>>> {
    let refuse = |status, text: &str| Err(Box::new(plain(status, text)));
    let headers = request.headers();
    if !is_upgrade(request) {
        let mut response =
            plain(StatusCode::UPGRADE_REQUIRED, "This address speaks WebSocket only.\n");
        let headers = response.headers_mut();
        headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
        return Err(Box::new(response));
    }
    let Some(key) = headers.get(header::SEC_WEBSOCKET_KEY).filter(|key| is_key(key)) else {
        let text = "Sec-WebSocket-Key has to be there, with 16 bytes in base64.\n";
        return refuse(StatusCode::BAD_REQUEST, text);
    };
    if !has_token(headers, header::SEC_WEBSOCKET_PROTOCOL, SUBPROTOCOL) {
        let text = format!("Offer the sub-protocol {SUBPROTOCOL} (Sec-WebSocket-Protocol).\n");
        return refuse(StatusCode::BAD_REQUEST, &text);
    }
    // Refused before the upgrade, where everything else that concerns pages is refused
    // after it so that they can read why: a page that is not ours is to learn nothing.
    let origin = headers.get(header::ORIGIN).map(|origin| origin.to_str().unwrap_or("null"));
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    if !may_connect(origin, host, &shared.config.allowed_origins) {
        shared.counters.refused_origins.add();
        if let Some(unsaid) = shared.say_refused.may() {
            warn!(
                origin = %for_log(origin.unwrap_or_default()),
                host = %for_log(host.unwrap_or_default()),
                unsaid,
                "refused a page of another origin; --allow-origin lets its pages connect"
            );
        }
        let text = "Pages of this origin may not connect to this relay. Whoever runs it can allow \
                    them with --allow-origin.\n";
        return refuse(StatusCode::FORBIDDEN, text);
    }
    let accept = derive_accept_key(key.as_bytes());
    Ok(HeaderValue::try_from(accept).expect("base64 is fit for a header"))
}

fn switch(accept: HeaderValue) -> Response<Body> {
    let mut response = Response::new(Body::default());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
    headers.insert(header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(SUBPROTOCOL));
    response
}

/// The task of a WebSocket connection. It is not hyper's, whose buffers and state are
/// freed when the upgrade is done; and what the upgrade itself needs is freed, too,
/// before the connection's long life begins.
async fn serve(upgrade: OnUpgrade, shared: Arc<Shared>, place: Arc<Place>) {
    let web_sockets = Arc::clone(&shared.web_sockets);
    let most = shared.config.limits.connections;
    let Some(connection) = Box::pin(finish(upgrade, shared)).await else { return };
    if let Some(_counted) = web_sockets.take(most) {
        connection::run(connection).await;
    } else {
        Box::pin(connection.refuse(ErrorCode::RelayFull)).await;
    }
    drop(place);
}

/// Waits until the answer is out, and takes the connection over from hyper.
async fn finish(upgrade: OnUpgrade, shared: Arc<Shared>) -> Option<Box<Connection>> {
    // Fails where the client goes away or the relay stops before the answer is out.
    let upgraded = upgrade.await.ok()?;
    let Ok(parts) = upgraded.downcast::<TokioIo<Stream>>() else {
        debug_assert!(false, "connections are served as TokioIo<Stream>");
        return None;
    };
    let stream = parts.io.into_inner();
    // Fails only where the connection is gone.
    let _ = stream.limit_send_buffer(SEND_BUFFER);
    // Copied: `Vec::from` would hold on to the whole of hyper's buffer for it.
    let early = parts.read_buf.to_vec();
    drop(parts.read_buf);
    let config = Some(socket_config(&shared.config.limits));
    let stream = Paced::new(stream, Arc::clone(&shared));
    let socket = WebSocketStream::from_partially_read(stream, early, Role::Server, config).await;
    Some(Connection::new(socket, shared))
}

fn socket_config(limits: &Limits) -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(WRITE_BUFFER)
        .max_message_size(Some(limits.message_bytes))
        .max_frame_size(Some(limits.message_bytes))
}

/// RFC 6455, section 4.2.1.
fn is_upgrade<B>(request: &Request<B>) -> bool {
    let headers = request.headers();
    let version = headers.get(header::SEC_WEBSOCKET_VERSION);
    request.method() == Method::GET
        && request.version() >= Version::HTTP_11
        && has_token(headers, header::CONNECTION, "upgrade")
        && has_token(headers, header::UPGRADE, "websocket")
        && version.is_some_and(|version| version.as_bytes() == b"13")
}

/// 16 bytes in base64.
fn is_key(key: &HeaderValue) -> bool {
    let digit = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    key.as_bytes().strip_suffix(b"==").is_some_and(|k| k.len() == 22 && k.iter().all(digit))
}

fn has_token(headers: &HeaderMap, name: HeaderName, token: &str) -> bool {
    joined(headers, name)
        .is_some_and(|list| list.split(',').any(|item| item.trim().eq_ignore_ascii_case(token)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each connection keeps these two for as long as it lives; an `await` in the wrong
    /// place triples them without anybody noticing.
    #[test]
    fn an_idle_connection_is_small() {
        fn size_of_task<A, B, C, F>(_task: fn(A, B, C) -> F) -> usize {
            size_of::<F>()
        }
        let task = size_of_task(serve);
        assert!(task <= 768, "the task has {task} bytes");
        let state = size_of::<Connection>();
        assert!(state <= 512, "the state has {state} bytes");
    }
}
