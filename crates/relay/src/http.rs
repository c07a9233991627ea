//! What is answered to a request: the app, `/healthz`, and the way to `/ws`.

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use serde::Serialize;
use std::sync::Arc;

use crate::assets::{self, File};
use crate::autostart;
use crate::encoding::{Encoding, negotiate};
use crate::shared::{Place, Shared};
use crate::upgrade;

pub(crate) type Body = Full<Bytes>;

/// The app's routes besides `/`: paths that are answered with its page.
const ROUTES: [&str; 3] = ["/sender", "/receiver", "/call"];

/// A year, the longest that is of use (RFC 9111 has no limit; caches do).
const FOREVER: &str = "public, max-age=31536000, immutable";
/// May be kept, has to be asked for: `ETag` makes that cheap.
const ASK_AGAIN: &str = "no-cache";

/// Answers a request. `place` is the TCP connection's, which an upgrade holds on to.
pub(crate) fn answer<B>(
    request: &mut Request<B>,
    shared: &Arc<Shared>,
    place: &Arc<Place>,
) -> Response<Body> {
    let mut response = route(request, shared, place);
    shared.headers.add_to(response.headers_mut());
    response
}

fn route<B>(request: &mut Request<B>, shared: &Arc<Shared>, place: &Arc<Place>) -> Response<Body> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let text = "Only GET and HEAD are answered here.\n";
        let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, text);
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    match request.uri().path() {
        sightline_protocol::PATH => upgrade::answer(request, shared, place),
        "/healthz" => health(shared),
        path if autostart::is_asked_for(request.uri()) => {
            let mut response = match autostart::without(request.uri(), request.headers()) {
                Some(address) => see_other(address),
                None => page_or_file(path, request.headers()),
            };
            let vary = HeaderValue::from_static("accept-encoding, sec-fetch-site");
            response.headers_mut().insert(header::VARY, vary);
            response
        }
        path => page_or_file(path, request.headers()),
    }
}

/// A sentence.
pub(crate) fn plain(status: StatusCode, text: impl Into<String>) -> Response<Body> {
    let body = Bytes::from(text.into());
    with_type(status, "text/plain; charset=utf-8", "no-store", body)
}

/// Sends a browser on to another address.
fn see_other(address: HeaderValue) -> Response<Body> {
    let mut response = plain(StatusCode::SEE_OTHER, "");
    response.headers_mut().insert(header::LOCATION, address);
    response
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Health {
    status: &'static str,
    version: &'static str,
    rooms: usize,
    /// Seats in them that are kept for peers whose connection broke.
    kept_seats: usize,
    connections: usize,
    /// Since the start: closed because they didn't take what came for them.
    too_slow: u64,
    /// Since the start: turned away because the relay was full.
    turned_away: u64,
    /// Since the start: read more slowly because they sent too much.
    slowed_down: u64,
    /// Since the start: not read for a moment because who they sent to had enough waiting.
    held_back: u64,
    /// Since the start: handshakes of pages of another origin, refused.
    refused_origins: u64,
}

fn health(shared: &Shared) -> Response<Body> {
    let (rooms, kept_seats) = shared.hub.rooms_and_kept_seats();
    let health = Health {
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
        rooms,
        kept_seats,
        connections: shared.web_sockets.get(),
        too_slow: shared.counters.too_slow.get(),
        turned_away: shared.counters.turned_away.get(),
        slowed_down: shared.counters.slowed_down.get(),
        held_back: shared.counters.held_back.get(),
        refused_origins: shared.counters.refused_origins.get(),
    };
    let body = serde_json::to_vec(&health).expect("numbers and text can be written as JSON");
    with_type(StatusCode::OK, "application/json", "no-store", body.into())
}

fn page_or_file(path: &str, headers: &HeaderMap) -> Response<Body> {
    let route = path.strip_suffix('/').unwrap_or(path);
    if path == "/" || ROUTES.contains(&route) {
        return page(StatusCode::OK, headers);
    }
    if let Some(file) = assets::find(path) {
        return send(file, StatusCode::OK, headers);
    }
    let is_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    if is_file {
        return plain(StatusCode::NOT_FOUND, "There is no such file here.\n");
    }
    // A person who mistyped an address: the app tells them so.
    page(StatusCode::NOT_FOUND, headers)
}

fn page(status: StatusCode, headers: &HeaderMap) -> Response<Body> {
    match assets::index() {
        Some(index) => send(index, status, headers),
        None => plain(StatusCode::NOT_FOUND, "The app is not built into this relay.\n"),
    }
}

fn send(file: &File, status: StatusCode, asked: &HeaderMap) -> Response<Body> {
    let accepted = joined(asked, header::ACCEPT_ENCODING);
    let encoding = negotiate(accepted.as_deref(), |encoding| file.has(encoding));
    let etag = file.etag(encoding);
    let known = joined(asked, header::IF_NONE_MATCH)
        .is_some_and(|tags| Encoding::ALL.iter().any(|form| has_tag(&tags, &file.etag(*form))));
    let cache = if file.immutable { FOREVER } else { ASK_AGAIN };

    let mut response = if known && status == StatusCode::OK {
        let mut response = Response::new(Body::default());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
        response
    } else {
        let mut response = with_type(status, file.mime, cache, file.body(encoding));
        if let Some(name) = encoding.name() {
            let name = HeaderValue::from_static(name);
            response.headers_mut().insert(header::CONTENT_ENCODING, name);
        }
        response
    };
    let headers = response.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(header::ETAG, etag);
    response
}

fn with_type(
    status: StatusCode,
    mime: &'static str,
    cache: &'static str,
    body: Bytes,
) -> Response<Body> {
    let length = HeaderValue::from(body.len());
    let mut response = Response::new(Body::new(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(mime));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    // Said here because the answer to HEAD has it without a body.
    headers.insert(header::CONTENT_LENGTH, length);
    response
}

/// Whether a list of entity tags has this one. Compared weakly (RFC 9110, section
/// 13.1.2): proxies that pack a body anew make tags weak.
fn has_tag(tags: &str, tag: &HeaderValue) -> bool {
    tags.split(',')
        .map(str::trim)
        .any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one).as_bytes() == tag.as_bytes())
}

/// The values of a header that may be there several times, as one list.
pub(crate) fn joined(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    let mut values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    let mut list = values.next()?.to_owned();
    for value in values {
        list.push(',');
        list.push_str(value);
    }
    Some(list)
}
