//! The accept loop, and one HTTP connection.

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
use crate::hub::Hub;
use crate::shared::{Place, Shared};
use crate::stream::{Listener, Stream};

/// The largest request head. Other services on the same host name may have set
/// cookies of some kilobytes.
const MAX_HEAD: usize = 16 * 1024;

/// How long to leave the accept loop alone when file descriptors ran out: trying at
/// once would only burn the processor.
const ACCEPT_PAUSE: Duration = Duration::from_secs(1);

/// How often kept seats are looked at whose time may be over. Whoever could notice one
/// looks by itself, so this is only about memory.
const SWEEP_EVERY: Duration = Duration::from_secs(10);

/// Serves connections from `listener` until `shutdown` is cancelled. Then the port is
/// closed, every client is told, and this returns when all connections have ended or
/// [`Limits::drain_timeout`](crate::Limits::drain_timeout) is over.
pub async fn serve(listener: TcpListener, config: Config, shutdown: CancellationToken) {
    serve_all(vec![listener], config, shutdown).await;
}

/// As [`serve`], from several listeners into the same rooms.
pub async fn serve_all(listeners: Vec<TcpListener>, config: Config, shutdown: CancellationToken) {
    run(listeners.into_iter().map(Listener::Tcp), config, shutdown).await;
}

pub(crate) async fn run(
    listeners: impl IntoIterator<Item = Listener>,
    config: Config,
    shutdown: CancellationToken,
) {
    let drain_timeout = config.limits.drain_timeout;
    let shared = Arc::new(Shared::new(config, shutdown));
    for listener in listeners {
        shared.tasks.spawn(accept(listener, Arc::clone(&shared)));
    }
    tokio::select! {
        () = shared.shutdown.cancelled() => {}
        () = sweep(&shared.hub) => {}
    }
    shared.tasks.close();
    if timeout(drain_timeout, shared.tasks.wait()).await.is_err() {
        warn!(connections = shared.tasks.len(), "some connections did not end in time");
    } else {
        info!("every connection has ended");
    }
}

async fn sweep(hub: &Hub) {
    let mut rounds = interval(SWEEP_EVERY);
    loop {
        rounds.tick().await;
        hub.sweep();
    }
}

async fn accept(listener: Listener, shared: Arc<Shared>) {
    let limits = &shared.config.limits;
    let most = limits.connections.saturating_add(limits.spare_connections);
    loop {
        let accepted = tokio::select! {
            biased;
            () = shared.shutdown.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let stream = match accepted {
            Ok(stream) => stream,
            Err(error) if concerns_one_connection(&error) => continue,
            Err(error) => {
                error!(%error, "no connection can be taken at the moment");
                tokio::select! {
                    () = shared.shutdown.cancelled() => return,
                    () = sleep(ACCEPT_PAUSE) => continue,
                }
            }
        };
        let Some(place) = shared.sockets.take(most) else {
            shared.counters.turned_away.add();
            if let Some(unsaid) = shared.say_full.may() {
                warn!(
                    connections = most,
                    unsaid, "the relay is full; --max-connections raises the limit"
                );
            }
            continue;
        };
        shared.tasks.spawn(serve_http(stream, Arc::clone(&shared), place));
    }
}

/// Errors of a client that went away while it was waiting to be accepted.
fn concerns_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}

/// Answers the requests of one connection. It ends with an upgrade, too, and all its
/// buffers with it.
async fn serve_http(stream: Stream, shared: Arc<Shared>, place: Place) {
    // Handshakes are many small messages, each waited for. Fails only where the
    // connection is gone.
    let _ = stream.set_nodelay();
    let limits = shared.config.limits;
    let place = Arc::new(place);
    let service = {
        let shared = Arc::clone(&shared);
        service_fn(move |mut request: Request<Incoming>| {
            let response = http::answer(&mut request, &shared, &place);
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
    let stopping = || shared.shutdown.cancelled();
    tokio::select! {
        end = connection.as_mut() => return log_end(end),
        () = stopping() => {}
        () = sleep(limits.http_timeout) => {}
    }
    // Takes no other request, but lets the response under way come to its end; and hyper
    // lets a connection that has sent nothing yet (browsers open some in advance) go on
    // until its head is due.
    connection.as_mut().graceful_shutdown();
    let stopped = async {
        stopping().await;
        sleep(limits.close_timeout).await;
    };
    tokio::select! {
        end = connection.as_mut() => log_end(end),
        () = stopped => {}
        () = sleep(limits.http_grace) => debug!("an HTTP connection took too long"),
    }
}

fn log_end(end: hyper::Result<()>) {
    if let Err(error) = end {
        debug!(%error, "an HTTP connection broke");
    }
}
