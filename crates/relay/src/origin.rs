//! Checks which pages may open the WebSocket. Browsers let any page open a WebSocket to any host,
//! and send the page's origin in `Origin`. The server has to check it.

use std::fmt;
use std::str::FromStr;

use hyper::Uri;
use hyper::http::uri::Authority;

/// A page's origin: scheme, host and port (RFC 6454).
#[derive(Clone, PartialEq, Eq)]
pub struct Origin {
    scheme: String,
    host: String,
    port: Option<u16>,
}

/// The text is not an origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected scheme://host or scheme://host:port, for example https://example.org")]
pub struct OriginError;

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        let uri: Uri = text.parse().map_err(|_| OriginError)?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(OriginError);
        };
        let has_no_path = matches!(uri.path(), "" | "/") && uri.query().is_none();
        // `Uri` silently drops a fragment, so it has to be found in the text.
        if !has_no_path || authority.as_str().contains('@') || text.contains('#') {
            return Err(OriginError);
        }
        let scheme = scheme.to_ascii_lowercase();
        let port = port_of(authority)?.or_else(|| default_port(&scheme));
        Ok(Self { host: authority.host().to_ascii_lowercase(), port, scheme })
    }
}

impl Origin {
    /// Whether a page of this origin was served by `host` (the value of a `Host` header).
    ///
    /// The scheme is not compared: behind a TLS proxy the page is `https`, while the relay
    /// speaks plain HTTP. A missing port is the default port of the page's scheme.
    #[must_use]
    pub fn is_host(&self, host: &str) -> bool {
        let Ok(authority) = host.parse::<Authority>() else { return false };
        let Ok(port) = port_of(&authority) else { return false };
        authority.host().eq_ignore_ascii_case(&self.host)
            && port.or_else(|| default_port(&self.scheme)) == self.port
    }
}

/// The port, if there is one. `Authority::port_u16` isn't used because it returns `None` for a port
/// out of range, too, which would then be taken for the default port.
fn port_of(authority: &Authority) -> Result<Option<u16>, OriginError> {
    let rest = authority.as_str().rsplit_once('@').map_or(authority.as_str(), |(_, rest)| rest);
    match rest.strip_prefix(authority.host()) {
        Some("" | ":") => Ok(None),
        Some(port) => {
            let port = port.strip_prefix(':').ok_or(OriginError)?;
            port.parse().map(Some).map_err(|_| OriginError)
        }
        None => Err(OriginError),
    }
}

fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.host)?;
        match self.port {
            Some(port) if default_port(&self.scheme) != Some(port) => write!(f, ":{port}"),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Origin({self})")
    }
}

/// Whether a page of `origin` may connect to `host`. A client without `Origin` is not a browser, so
/// no page can abuse it.
pub(crate) fn may_connect(origin: Option<&str>, host: Option<&str>, allowed: &[Origin]) -> bool {
    let Some(origin) = origin else { return true };
    let Ok(origin) = origin.parse::<Origin>() else { return false };
    host.is_some_and(|host| origin.is_host(host)) || allowed.contains(&origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_parsed_and_printed() {
        for (text, expected) in [
            ("https://example.org", Ok("https://example.org")),
            ("https://Example.ORG:443/", Ok("https://example.org")),
            ("http://example.org:443", Ok("http://example.org:443")),
            ("http://[::1]:8080", Ok("http://[::1]:8080")),
            ("tauri://localhost", Ok("tauri://localhost")),
            ("example.org", Err(OriginError)),
            ("https://example.org/page", Err(OriginError)),
            ("https://example.org?q", Err(OriginError)),
            ("https://example.org#x", Err(OriginError)),
            ("https://me@example.org", Err(OriginError)),
            ("https://example.org:99999", Err(OriginError)),
            ("null", Err(OriginError)),
            ("*", Err(OriginError)),
            ("", Err(OriginError)),
        ] {
            let origin = text.parse::<Origin>().map(|origin| origin.to_string());
            assert_eq!(origin.as_deref(), expected.as_ref().copied(), "{text:?}");
        }
    }

    #[test]
    fn pages_may_connect_to_their_own_host_and_if_allowed() {
        let allowed = ["https://friend.example".parse().unwrap()];
        for (origin, host, expected) in [
            (None, Some("a.example"), true),
            (None, None, true),
            (Some("http://a.example"), Some("a.example"), true),
            (Some("https://a.example"), Some("a.example"), true),
            (Some("https://a.example"), Some("a.example:443"), true),
            (Some("http://a.example"), Some("a.example:80"), true),
            (Some("https://A.example"), Some("a.EXAMPLE"), true),
            (Some("http://127.0.0.1:8080"), Some("127.0.0.1:8080"), true),
            (Some("http://[::1]:8080"), Some("[::1]:8080"), true),
            (Some("http://a.example:8080"), Some("a.example:8081"), false),
            (Some("http://a.example:8080"), Some("a.example"), false),
            (Some("http://a.example"), Some("a.example:8080"), false),
            (Some("http://a.example"), Some("a.example:99999"), false),
            (Some("https://b.example"), Some("a.example"), false),
            (Some("https://a.example.evil"), Some("a.example"), false),
            (Some("https://evil-a.example"), Some("a.example"), false),
            (Some("null"), Some("a.example"), false),
            (Some(""), Some("a.example"), false),
            (Some("https://a.example"), None, false),
            (Some("https://friend.example"), Some("a.example"), true),
            (Some("https://friend.example:443"), Some("a.example"), true),
            (Some("http://friend.example"), Some("a.example"), false),
            (Some("https://friend.example:8443"), Some("a.example"), false),
        ] {
            assert_eq!(may_connect(origin, host, &allowed), expected, "{origin:?} to {host:?}");
        }
    }
}
