//! Whether the server that the page came from answers.

use gloo_net::http::Request;
use wasm_bindgen_futures::spawn_local;
use web_sys::RequestCache;

/// From here on a status says that there is no server behind the one that answers (RFC 9110,
/// section 15.6).
const SERVER_ERROR: u16 = 500;

/// Calls `done` with whether the page's own server answers at a path.
pub fn is_reachable(path: &'static str, done: impl FnOnce(bool) + 'static) {
    spawn_local(async move {
        let answer = Request::get(path).cache(RequestCache::NoStore).send().await;
        done(answer.is_ok_and(|answer| answer.status() < SERVER_ERROR));
    });
}
