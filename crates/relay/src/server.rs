//! The accept loop, and the HTTP part of a connection.

use std::convert::Infallible;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::time::{interval, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info, warn};

use crate::config::Config;
use crate::http;
use crate::router::Router;
use crate::state::{ConnectionPermit, RelayState};
use crate::stream::{Listener, Stream};

/// The largest request head, in bytes. Other services on the same host name may have set cookies
/// of several kilobytes.
const MAX_HEAD: usize = 16 * 1024;

/// How long to wait after `accept` failed, for example because there are no file descriptors
/// left. An immediate retry would only waste processor time.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_secs(1);

/// How often expired kept seats are freed. This only frees memory: everything that depends on a
/// kept seat checks its expiry.
const EXPIRY_INTERVAL: Duration = Duration::from_secs(10);

/// Serves connections from `listener` until `shutdown` is cancelled. Then the port is closed, all
/// clients are notified, and this returns when all connections have closed or after
/// [`Limits::drain_timeout`](crate::Limits::drain_timeout).
pub async fn serve(listener: TcpListener, config: Config, shutdown: CancellationToken) {
    serve_all(vec![listener], config, shutdown).await;
}

/// Like [`serve`], with several listeners that share the same rooms.
pub async fn serve_all(listeners: Vec<TcpListener>, config: Config, shutdown: CancellationToken) {
    run(listeners.into_iter().map(Listener::Tcp), config, shutdown).await;
}

pub(crate) async fn run(
    listeners: impl IntoIterator<Item = Listener>,
    config: Config,
    shutdown: CancellationToken,
) {
    let drain_timeout = config.limits.drain_timeout;
    let state = Arc::new(RelayState::new(config, shutdown));
    for listener in listeners {
        state.tasks.spawn(accept(listener, Arc::clone(&state)));
    }
    tokio::select! {
        () = state.shutdown.cancelled() => {}
        () = expire_kept_seats(&state.router) => {}
    }
    state.tasks.close();
    if timeout(drain_timeout, state.tasks.wait()).await.is_err() {
        warn!(connections = state.tasks.len(), "some connections did not close in time");
    } else {
        info!("all connections are closed");
    }
}

async fn expire_kept_seats(router: &Router) {
    let mut timer = interval(EXPIRY_INTERVAL);
    loop {
        timer.tick().await;
        router.expire_kept_seats();
    }
}

async fn accept(listener: Listener, state: Arc<RelayState>) {
    let limits = &state.config.limits;
    let max_connections = limits.connections.saturating_add(limits.spare_connections);
    loop {
        let accepted = tokio::select! {
            biased;
            () = state.shutdown.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let stream = match accepted {
            Ok(stream) => stream,
            Err(error) if is_connection_error(&error) => continue,
            Err(error) => {
                error!(%error, "cannot accept connections; retrying");
                tokio::select! {
                    () = state.shutdown.cancelled() => return,
                    () = sleep(ACCEPT_RETRY_DELAY) => continue,
                }
            }
        };
        let Some(permit) = state.tcp_connections.try_acquire(max_connections) else {
            state.counters.turned_away.increment();
            if let Some(suppressed) = state.relay_full_log.check() {
                warn!(
                    connections = max_connections,
                    suppressed, "the relay is full; raise the limit with --max-connections"
                );
            }
            continue;
        };
        state.tasks.spawn(serve_http(stream, Arc::clone(&state), permit));
    }
}

/// Whether only this connection failed: the client went away before it was accepted.
fn is_connection_error(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}

/// Responds to the requests of one connection. An upgrade ends this task, and frees its buffers.
async fn serve_http(stream: Stream, state: Arc<RelayState>, permit: ConnectionPermit) {
    // Handshakes consist of many small messages. This fails only if the connection is closed.
    let _ = stream.set_nodelay();
    let limits = state.config.limits;
    let permit = Arc::new(permit);
    let service = {
        let state = Arc::clone(&state);
        service_fn(move |mut request: Request<Incoming>| {
            let response = http::respond(&mut request, &state, &permit);
            async { Ok::<_, Infallible>(response) }
        })
    };
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_timeout)
        .max_buf_size(MAX_HEAD)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    let shutdown = || state.shutdown.cancelled();
    tokio::select! {
        result = connection.as_mut() => return log_error(result),
        () = shutdown() => {}
        () = sleep(limits.http_timeout) => {}
    }
    // Accepts no further request, but finishes the current response. hyper keeps a connection
    // that has sent nothing yet (browsers open some in advance) until the head times out.
    connection.as_mut().graceful_shutdown();
    let shutdown_timeout = async {
        shutdown().await;
        sleep(limits.close_timeout).await;
    };
    tokio::select! {
        result = connection.as_mut() => log_error(result),
        () = shutdown_timeout => {}
        () = sleep(limits.http_grace) => debug!("HTTP connection timed out"),
    }
}

fn log_error(result: hyper::Result<()>) {
    if let Err(error) = result {
        debug!(%error, "HTTP connection failed");
    }
}
