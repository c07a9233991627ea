//! Upgrades a request for `/ws` to a WebSocket connection.

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
use crate::http::{Body, combine_values, text_response};
use crate::log_throttle::sanitize;
use crate::origin::may_connect;
use crate::rate_limit::RateLimited;
use crate::state::{ConnectionPermit, RelayState};
use crate::stream::Stream;

/// The read buffer, in bytes. It is allocated for each connection, and the default is 128 KiB. A
/// candidate fits into it; an offer needs a few reads.
const READ_BUFFER: usize = 512;

/// The write buffer, in bytes. It combines a batch of small messages into one write, and is
/// allocated only when needed.
const WRITE_BUFFER: usize = 4 * 1024;

/// The kernel's send buffer, in bytes (Linux doubles it). By default it grows to 4 MiB a
/// connection, and the socket becomes writable again only when a third of that is free: a slow
/// client would look like one that reads nothing.
const SEND_BUFFER: usize = 64 * 1024;

/// Responds to a request for `/ws`.
pub(crate) fn respond<B>(
    request: &mut Request<B>,
    state: &Arc<RelayState>,
    permit: &Arc<ConnectionPermit>,
) -> Response<Body> {
    match check_handshake(request, state) {
        Ok(accept) => {
            let upgrade = hyper::upgrade::on(request);
            state.tasks.spawn(serve(upgrade, Arc::clone(state), Arc::clone(permit)));
            switching_protocols(accept)
        }
        Err(mut refusal) => {
            // Closes the connection: a refused client has no other request, and might retry on
            // the same connection as fast as it can.
            let connection = if refusal.headers().contains_key(header::UPGRADE) {
                HeaderValue::from_static("upgrade, close")
            } else {
                HeaderValue::from_static("close")
            };
            refusal.headers_mut().insert(header::CONNECTION, connection);
            *refusal
        }
    }
}

/// Checks the handshake. Returns the value of `Sec-WebSocket-Accept`, or the response that refuses
/// the handshake.
fn check_handshake<B>(
    request: &Request<B>,
    state: &RelayState,
) -> Result<HeaderValue, Box<Response<Body>>> {
    let refuse = |status, text: &str| Err(Box::new(text_response(status, text)));
    let headers = request.headers();
    if !is_upgrade(request) {
        let mut response =
            text_response(StatusCode::UPGRADE_REQUIRED, "This address only accepts WebSockets.\n");
        let headers = response.headers_mut();
        headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
        return Err(Box::new(response));
    }
    let Some(key) = headers.get(header::SEC_WEBSOCKET_KEY).filter(|key| is_key(key)) else {
        let text = "Sec-WebSocket-Key is required: 16 bytes in base64.\n";
        return refuse(StatusCode::BAD_REQUEST, text);
    };
    if !has_token(headers, header::SEC_WEBSOCKET_PROTOCOL, SUBPROTOCOL) {
        let text =
            format!("The sub-protocol {SUBPROTOCOL} is required (Sec-WebSocket-Protocol).\n");
        return refuse(StatusCode::BAD_REQUEST, &text);
    }
    // Other refusals come after the upgrade, where the page can read the reason. A page of
    // another origin must not learn anything.
    let origin = headers.get(header::ORIGIN).map(|origin| origin.to_str().unwrap_or("null"));
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    if !may_connect(origin, host, &state.config.allowed_origins) {
        state.counters.refused_origins.increment();
        if let Some(suppressed) = state.refused_origin_log.check() {
            warn!(
                origin = %sanitize(origin.unwrap_or_default()),
                host = %sanitize(host.unwrap_or_default()),
                suppressed,
                "refused a page of another origin; allow it with --allow-origin"
            );
        }
        let text = "Pages of this origin are not allowed to connect to this relay. Its operator can \
                    allow them with --allow-origin.\n";
        return refuse(StatusCode::FORBIDDEN, text);
    }
    let accept = derive_accept_key(key.as_bytes());
    Ok(HeaderValue::try_from(accept).expect("base64 is valid in a header"))
}

fn switching_protocols(accept: HeaderValue) -> Response<Body> {
    let mut response = Response::new(Body::default());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
    headers.insert(header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(SUBPROTOCOL));
    response
}

/// The task of a WebSocket connection. It is a task of its own so that hyper's buffers and state
/// are freed after the upgrade. The memory for the upgrade itself is freed, too, before the
/// connection is served.
async fn serve(upgrade: OnUpgrade, state: Arc<RelayState>, permit: Arc<ConnectionPermit>) {
    let websockets = Arc::clone(&state.websockets);
    let max_connections = state.config.limits.connections;
    let Some(connection) = Box::pin(complete(upgrade, state)).await else { return };
    if let Some(_permit) = websockets.try_acquire(max_connections) {
        connection::serve(connection).await;
    } else {
        Box::pin(connection.refuse(ErrorCode::RelayFull)).await;
    }
    drop(permit);
}

/// Waits until the response is sent, and takes the connection over from hyper.
async fn complete(upgrade: OnUpgrade, state: Arc<RelayState>) -> Option<Box<Connection>> {
    // Fails if the client goes away or the relay stops before the response is sent.
    let upgraded = upgrade.await.ok()?;
    let Ok(parts) = upgraded.downcast::<TokioIo<Stream>>() else {
        debug_assert!(false, "connections are served as TokioIo<Stream>");
        return None;
    };
    let stream = parts.io.into_inner();
    // Fails only if the connection is closed.
    let _ = stream.limit_send_buffer(SEND_BUFFER);
    // Copied, because `Vec::from` would keep all of hyper's buffer.
    let early_bytes = parts.read_buf.to_vec();
    drop(parts.read_buf);
    let config = Some(socket_config(&state.config.limits));
    let stream = RateLimited::new(stream, Arc::clone(&state));
    let socket =
        WebSocketStream::from_partially_read(stream, early_bytes, Role::Server, config).await;
    Some(Connection::new(socket, state))
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
    combine_values(headers, name)
        .is_some_and(|list| list.split(',').any(|item| item.trim().eq_ignore_ascii_case(token)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each connection needs both for its whole life. An `await` in the wrong place would triple
    /// them unnoticed.
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
