//! Responds to HTTP requests: the app, `/healthz`, and the upgrade at `/ws`.

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use serde::Serialize;
use std::sync::Arc;

use crate::assets::{self, Asset};
use crate::autostart;
use crate::encoding::{Encoding, negotiate};
use crate::state::{ConnectionPermit, RelayState};
use crate::upgrade;

pub(crate) type Body = Full<Bytes>;

/// The app's routes besides `/`. All of them are answered with `index.html`.
const APP_ROUTES: [&str; 3] = ["/sender", "/receiver", "/call"];

/// For files whose name contains a hash of the content: cache for a year.
const CACHE_FOREVER: &str = "public, max-age=31536000, immutable";
/// For all other files: cache, but revalidate with the `ETag` before each use.
const CACHE_REVALIDATE: &str = "no-cache";

/// Responds to a request. `permit` belongs to the TCP connection; an upgrade keeps it.
pub(crate) fn respond<B>(
    request: &mut Request<B>,
    state: &Arc<RelayState>,
    permit: &Arc<ConnectionPermit>,
) -> Response<Body> {
    let mut response = route(request, state, permit);
    state.security_headers.add_to(response.headers_mut());
    response
}

fn route<B>(
    request: &mut Request<B>,
    state: &Arc<RelayState>,
    permit: &Arc<ConnectionPermit>,
) -> Response<Body> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let text = "Only GET and HEAD are supported.\n";
        let mut response = text_response(StatusCode::METHOD_NOT_ALLOWED, text);
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    match request.uri().path() {
        sightline_protocol::PATH => upgrade::respond(request, state, permit),
        "/healthz" => health(state),
        path if autostart::is_requested(request.uri()) => {
            let mut response = match autostart::redirect(request.uri(), request.headers()) {
                Some(location) => see_other(location),
                None => page_or_file(path, request.headers()),
            };
            let vary = HeaderValue::from_static("accept-encoding, sec-fetch-site");
            response.headers_mut().insert(header::VARY, vary);
            response
        }
        path => page_or_file(path, request.headers()),
    }
}

/// A response with plain text.
pub(crate) fn text_response(status: StatusCode, text: impl Into<String>) -> Response<Body> {
    let body = Bytes::from(text.into());
    response(status, "text/plain; charset=utf-8", "no-store", body)
}

fn see_other(location: HeaderValue) -> Response<Body> {
    let mut response = text_response(StatusCode::SEE_OTHER, "");
    response.headers_mut().insert(header::LOCATION, location);
    response
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Health {
    status: &'static str,
    version: &'static str,
    rooms: usize,
    /// Seats that are kept for peers whose connection ended.
    kept_seats: usize,
    /// Open WebSocket connections.
    connections: usize,
    /// See [`Counters`](crate::state::Counters) for this and the following.
    too_slow: u64,
    turned_away: u64,
    slowed_down: u64,
    held_back: u64,
    refused_origins: u64,
}

fn health(state: &RelayState) -> Response<Body> {
    let (rooms, kept_seats) = state.router.count_rooms_and_kept_seats();
    let health = Health {
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
        rooms,
        kept_seats,
        connections: state.websockets.get(),
        too_slow: state.counters.too_slow.get(),
        turned_away: state.counters.turned_away.get(),
        slowed_down: state.counters.slowed_down.get(),
        held_back: state.counters.held_back.get(),
        refused_origins: state.counters.refused_origins.get(),
    };
    let body = serde_json::to_vec(&health).expect("numbers and strings can be written as JSON");
    response(StatusCode::OK, "application/json", "no-store", body.into())
}

fn page_or_file(path: &str, headers: &HeaderMap) -> Response<Body> {
    let route = path.strip_suffix('/').unwrap_or(path);
    if path == "/" || APP_ROUTES.contains(&route) {
        return page(StatusCode::OK, headers);
    }
    if let Some(asset) = assets::find(path) {
        return serve_asset(asset, StatusCode::OK, headers);
    }
    let is_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    if is_file {
        return text_response(StatusCode::NOT_FOUND, "File not found.\n");
    }
    // Probably a mistyped address. The app shows a "not found" page.
    page(StatusCode::NOT_FOUND, headers)
}

fn page(status: StatusCode, headers: &HeaderMap) -> Response<Body> {
    match assets::index() {
        Some(index) => serve_asset(index, status, headers),
        None => text_response(StatusCode::NOT_FOUND, "The app is not built into this relay.\n"),
    }
}

/// Responds with an embedded file, or with 304 if the client has it already.
fn serve_asset(asset: &Asset, status: StatusCode, request_headers: &HeaderMap) -> Response<Body> {
    let accept_encoding = combine_values(request_headers, header::ACCEPT_ENCODING);
    let encoding = negotiate(accept_encoding.as_deref(), |encoding| asset.has_encoding(encoding));
    let etag = asset.etag(encoding);
    let is_cached = combine_values(request_headers, header::IF_NONE_MATCH)
        .is_some_and(|etags| Encoding::ALL.iter().any(|e| has_etag(&etags, &asset.etag(*e))));
    let cache_control = if asset.is_immutable { CACHE_FOREVER } else { CACHE_REVALIDATE };

    let mut response = if is_cached && status == StatusCode::OK {
        let mut response = Response::new(Body::default());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        let cache_control = HeaderValue::from_static(cache_control);
        response.headers_mut().insert(header::CACHE_CONTROL, cache_control);
        response
    } else {
        let mut response = response(status, asset.mime, cache_control, asset.body(encoding));
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

fn response(
    status: StatusCode,
    mime: &'static str,
    cache_control: &'static str,
    body: Bytes,
) -> Response<Body> {
    let length = HeaderValue::from(body.len());
    let mut response = Response::new(Body::new(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(mime));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache_control));
    // Set here because a response to HEAD has this header and no body.
    headers.insert(header::CONTENT_LENGTH, length);
    response
}

/// Whether a list of entity tags contains this one. The comparison is weak (RFC 9110, section
/// 13.1.2), because proxies that compress a body make its tag weak.
fn has_etag(list: &str, etag: &HeaderValue) -> bool {
    list.split(',').map(str::trim).any(|tag| {
        tag == "*" || tag.strip_prefix("W/").unwrap_or(tag).as_bytes() == etag.as_bytes()
    })
}

/// The values of a header that may be repeated, as one comma-separated list.
pub(crate) fn combine_values(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    let mut values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    let mut list = values.next()?.to_owned();
    for value in values {
        list.push(',');
        list.push_str(value);
    }
    Some(list)
}
