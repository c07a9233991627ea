//! The page itself: where it is, what time it is, what it may copy.

use std::time::Duration;

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlElement, UrlSearchParams, Window};

use crate::ScriptError;

/// Where the page is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// `https://example.org`, without a path.
    pub origin: String,
    /// `/sender`.
    pub path: String,
    query: Vec<(String, String)>,
}

impl Location {
    /// Reads it from the window. Empty where there is none.
    #[must_use]
    pub fn current() -> Self {
        let location = window().map(|window| window.location());
        let read = |get: fn(&web_sys::Location) -> Result<String, JsValue>| {
            location.as_ref().and_then(|location| get(location).ok()).unwrap_or_default()
        };
        let search = read(web_sys::Location::search);
        Self {
            origin: read(web_sys::Location::origin),
            path: read(web_sys::Location::pathname),
            query: parse_query(&search),
        }
    }

    /// The first value of a query parameter.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The address of a WebSocket at `path` on the page's own host.
    #[must_use]
    pub fn socket_url(&self, path: &str) -> String {
        // `http` becomes `ws`, `https` becomes `wss`.
        match self.origin.strip_prefix("http") {
            Some(rest) => format!("ws{rest}{path}"),
            None => format!("{}{path}", self.origin),
        }
    }
}

fn parse_query(search: &str) -> Vec<(String, String)> {
    let Ok(params) = UrlSearchParams::new_with_str(search) else { return Vec::new() };
    js_sys::try_iter(&params)
        .ok()
        .flatten()
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .filter_map(|pair| {
            let pair = js_sys::Array::from(&pair);
            Some((pair.get(0).as_string()?, pair.get(1).as_string()?))
        })
        .collect()
}

fn window() -> Option<Window> {
    web_sys::window()
}

/// The time since the page was opened, which no clock change moves.
#[must_use]
pub fn now() -> Duration {
    let millis = window().and_then(|window| window.performance()).map_or(0.0, |clock| clock.now());
    Duration::try_from_secs_f64(millis / 1000.0).unwrap_or_default()
}

/// The date, in whole seconds since 1970.
#[must_use]
pub fn seconds_since_1970() -> u64 {
    Duration::try_from_secs_f64(js_sys::Date::now() / 1000.0).unwrap_or_default().as_secs()
}

/// Random bytes fit for secrets (`crypto.getRandomValues`).
///
/// # Errors
/// [`ScriptError`] where the browser has none, which no supported browser does.
pub fn random_bytes<const N: usize>() -> Result<[u8; N], ScriptError> {
    let mut bytes = [0; N];
    let crypto = window().ok_or_else(|| missing("window"))?.crypto()?;
    crypto.get_random_values_with_u8_array(&mut bytes)?;
    Ok(bytes)
}

/// Puts a path of this app into the address bar without a load: a new entry in the
/// history, or, with `replace`, instead of the current one.
pub fn open_path(path: &str, replace: bool) {
    if let Some(history) = window().and_then(|window| window.history().ok()) {
        // A browser that refuses (too many calls) leaves the address as it was.
        let _ = if replace {
            history.replace_state_with_url(&JsValue::NULL, "", Some(path))
        } else {
            history.push_state_with_url(&JsValue::NULL, "", Some(path))
        };
    }
}

/// Names the page.
pub fn set_title(title: &str) {
    if let Some(document) = window().and_then(|window| window.document()) {
        document.set_title(title);
    }
}

/// Begins at the top, as a page that was loaded does: for those who see it, and, by
/// giving the heading the focus, for those who hear it.
pub fn begin_at_top() {
    if let Some(window) = window() {
        window.scroll_to_with_x_and_y(0.0, 0.0);
        let heading = window.document().and_then(|page| page.query_selector("h1").ok().flatten());
        if let Some(heading) = heading.and_then(|heading| heading.dyn_into::<HtmlElement>().ok()) {
            heading.set_tab_index(-1);
            let _ = heading.focus();
        }
    }
}

/// Copies a text.
///
/// # Errors
/// [`ScriptError`] where the browser doesn't let us: pages on plain HTTP have no
/// clipboard.
pub async fn copy_text(text: &str) -> Result<(), ScriptError> {
    let navigator = window().ok_or_else(|| missing("window"))?.navigator();
    let clipboard = navigator.clipboard();
    if JsValue::from(clipboard.clone()).is_undefined() {
        return Err(missing("clipboard"));
    }
    JsFuture::from(clipboard.write_text(text)).await?;
    Ok(())
}

fn missing(what: &str) -> ScriptError {
    ScriptError { name: "NotFoundError".into(), message: format!("there is no {what} here") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn queries() {
        for (search, expected) in [
            ("", &[][..]),
            ("?", &[]),
            ("?room=demo", &[("room", "demo")]),
            ("room=demo", &[("room", "demo")]),
            ("?a=1&b=2&a=3", &[("a", "1"), ("b", "2"), ("a", "3")]),
            ("?room=a%20b+c%2Fd%26", &[("room", "a b c/d&")]),
            ("?room=caf%C3%A9%F0%9F%8E%A5", &[("room", "café🎥")]),
            // What is no UTF-8, and what is no percent-encoding.
            ("?room=%FF%zz%", &[("room", "\u{fffd}%zz%")]),
            ("?&&room&=x&room==", &[("room", ""), ("", "x"), ("room", "=")]),
            ("?__proto__=1&constructor=2", &[("__proto__", "1"), ("constructor", "2")]),
        ] {
            let found = parse_query(search);
            let found: Vec<_> = found.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
            assert_eq!(found, expected, "{search}");
        }
    }

    #[wasm_bindgen_test]
    fn socket_addresses() {
        for (origin, expected) in [
            ("http://127.0.0.1:8080", "ws://127.0.0.1:8080/ws"),
            ("http://localhost", "ws://localhost/ws"),
            ("https://example.org", "wss://example.org/ws"),
            ("https://example.org:8443", "wss://example.org:8443/ws"),
            ("https://http.example", "wss://http.example/ws"),
            ("http://[::1]:8080", "ws://[::1]:8080/ws"),
            // A page of no origin has no relay, and gets an address of none.
            ("null", "null/ws"),
        ] {
            let (path, query) = (String::new(), Vec::new());
            let location = Location { origin: origin.into(), path, query };
            assert_eq!(location.socket_url("/ws"), expected);
        }
    }
}
