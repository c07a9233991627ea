//! The page itself: where it is, what time it is, what it may copy.

use std::time::Duration;

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Element, HtmlElement, NavigationType, PerformanceNavigationTiming, UrlSearchParams, Window,
};

use crate::bindings::ConnectedNavigator;
use crate::promise::settled;
use crate::{ScriptError, soon};

/// Where the page is.
#[derive(Clone, Debug)]
pub struct Location {
    /// `https://example.org`, without a path.
    pub origin: String,
    /// `/sender`.
    pub path: String,
    search: String,
}

impl Location {
    /// Reads it from the window. Empty where there is none.
    #[must_use]
    pub fn current() -> Self {
        let Some(location) = window().map(|window| window.location()) else {
            return Self { origin: String::new(), path: String::new(), search: String::new() };
        };
        Self {
            origin: location.origin().unwrap_or_default(),
            path: location.pathname().unwrap_or_default(),
            search: location.search().unwrap_or_default(),
        }
    }

    /// The first value of a query parameter.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<String> {
        UrlSearchParams::new_with_str(&self.search).ok()?.get(name)
    }

    /// The address of a WebSocket at `path` on the page's own host.
    #[must_use]
    pub fn socket_url(&self, path: &str) -> String {
        // `http` becomes `ws`, `https` becomes `wss`.
        match self.origin.strip_prefix("http") {
            Some(rest) => ["ws", rest, path].concat(),
            None => [&self.origin, path].concat(),
        }
    }
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

/// Loads the page anew.
pub fn reload() {
    if let Some(window) = window() {
        // Where it fails the person sees that the page has ended, and can begin again.
        let _ = window.location().reload();
    }
}

/// Whether this document was loaded because the person, or the page itself, wanted it again, and
/// not by a link, an address or a step in the history (Navigation Timing 2, section 5.1).
#[must_use]
pub fn was_reloaded() -> bool {
    let Some(clock) = window().and_then(|window| window.performance()) else { return false };
    let entry = clock.get_entries_by_type("navigation").get(0);
    // Older browsers list no entry: then `entry` is undefined.
    entry.is_object()
        && entry.unchecked_ref::<PerformanceNavigationTiming>().type_() == NavigationType::Reload
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
        focus(window.document().and_then(|page| page.query_selector("h1").ok().flatten()));
    }
}

/// Whether the focus is on something that a CSS selector finds, or in it.
#[must_use]
pub fn has_focus(within: &str) -> bool {
    let focused = window().and_then(|window| window.document()?.active_element());
    focused.is_some_and(|element| matches!(element.closest(within), Ok(Some(_))))
}

/// Gives an element the focus, wherever it is: what had it is gone, and who goes by keyboard
/// or by ear would begin at the top again.
pub fn focus_on(id: &str) {
    focus(window().and_then(|window| window.document()?.get_element_by_id(id)));
}

fn focus(element: Option<Element>) {
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        element.set_tab_index(-1);
        // It fails only for an element that can't have it.
        let _ = element.focus();
    }
}

/// Copies a text. Calls `done` with whether the browser let us: pages on plain HTTP have no
/// clipboard.
pub fn copy_text(text: &str, done: impl FnOnce(bool) + 'static) {
    let clipboard = window().map(|window| window.navigator().clipboard());
    match clipboard.filter(|clipboard| clipboard.is_object()) {
        Some(clipboard) => settled(clipboard.write_text(text), |copied| done(copied.is_ok())),
        None => soon(|| done(false)),
    }
}

/// What the browser says that it is.
#[must_use]
pub fn user_agent() -> String {
    window().and_then(|window| window.navigator().user_agent().ok()).unwrap_or_default()
}

/// Whether the person wants no data spent that isn't needed (`navigator.connection.saveData`).
#[must_use]
pub fn saves_data() -> bool {
    let saves = || {
        let navigator: ConnectedNavigator = window()?.navigator().unchecked_into();
        navigator.connection()?.save_data()
    };
    saves().unwrap_or(false)
}

fn missing(what: &str) -> ScriptError {
    ScriptError { name: "NotFoundError".into(), message: format!("there is no {what} here") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    fn empty() -> Location {
        Location { origin: String::new(), path: String::new(), search: String::new() }
    }

    #[wasm_bindgen_test]
    fn queries() {
        for (search, expected) in [
            ("", &[][..]),
            ("?", &[]),
            ("?room=demo", &[("room", "demo")]),
            ("room=demo", &[("room", "demo")]),
            ("?a=1&b=2&a=3", &[("a", "1"), ("b", "2")]),
            ("?room=a%20b+c%2Fd%26", &[("room", "a b c/d&")]),
            ("?room=caf%C3%A9%F0%9F%8E%A5", &[("room", "café🎥")]),
            // What is no UTF-8, and what is no percent-encoding.
            ("?room=%FF%zz%", &[("room", "\u{fffd}%zz%")]),
            ("?&&room&=x&room==", &[("room", ""), ("", "x")]),
            ("?__proto__=1&constructor=2", &[("__proto__", "1"), ("constructor", "2")]),
        ] {
            let location = Location { search: search.into(), ..empty() };
            for (name, value) in expected {
                assert_eq!(location.query(name).as_deref(), Some(*value), "{search} {name}");
            }
            assert_eq!(location.query("nothing"), None, "{search}");
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
            let location = Location { origin: origin.into(), ..empty() };
            assert_eq!(location.socket_url("/ws"), expected);
        }
    }
}
