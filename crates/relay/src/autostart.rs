//! `autostart=1` in the address of a page that shares a camera is for the person at the machine (a
//! bookmark, a kiosk, OBS), not for other sites.
//!
//! Where a browser has allowed the camera to this host before, it asks nobody again. A
//! link, a redirect or a window opened from another site to `/sender?…&autostart=1` (or `/call?…`)
//! would start the camera, and send it to a room that the other site named. Browsers say
//! in `Sec-Fetch-Site` where a request comes from, and no page can change that header: a
//! visit from elsewhere is sent on to the same address without `autostart`, where the
//! person starts by a click. An address that was typed or kept has `none`.

use hyper::header::{HeaderMap, HeaderValue};
use hyper::http::uri::Uri;

/// The paths of the pages that start a camera. The app takes slashes after them, too.
const CAMERAS: [&str; 2] = ["/sender", "/call"];
const PARAMETER: &[u8] = b"autostart";
const SEC_FETCH_SITE: &str = "sec-fetch-site";

/// Whether this is the address of a page that starts a camera, with the parameter.
pub(crate) fn is_asked_for(address: &Uri) -> bool {
    let starts_camera = CAMERAS.contains(&address.path().trim_end_matches('/'));
    starts_camera && address.query().is_some_and(|query| query.split('&').any(is_autostart))
}

/// Where to send a visit from another site: the same path, with all of the query but the
/// parameter, as it was written. Without a host, so it can't lead anywhere else.
pub(crate) fn without(address: &Uri, headers: &HeaderMap) -> Option<HeaderValue> {
    let from_elsewhere =
        |site: &HeaderValue| matches!(site.as_bytes(), b"cross-site" | b"same-site");
    if !headers.get_all(SEC_FETCH_SITE).iter().any(from_elsewhere) {
        return None;
    }
    let mut there = address.path().to_owned();
    let rest = address.query().unwrap_or_default().split('&').filter(|pair| !is_autostart(pair));
    for (number, pair) in rest.enumerate() {
        there.push(if number == 0 { '?' } else { '&' });
        there.push_str(pair);
    }
    HeaderValue::try_from(there).ok()
}

/// Whether a pair of the query has this name, however it is written: `URLSearchParams`,
/// by which the app reads it, decodes names.
fn is_autostart(pair: &str) -> bool {
    let name = pair.split('=').next().unwrap_or_default();
    decoded(name.as_bytes()).eq(PARAMETER.iter().copied())
}

/// A name's bytes without percent-encoding. What isn't one stands for itself.
fn decoded(name: &[u8]) -> impl Iterator<Item = u8> {
    let mut rest = name;
    std::iter::from_fn(move || {
        let (byte, after) = match rest {
            [b'%', high, low, after @ ..]
                if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() =>
            {
                (hex(*high) << 4 | hex(*low), after)
            }
            [byte, after @ ..] => (*byte, after),
            [] => return None,
        };
        rest = after;
        Some(byte)
    })
}

/// The value of a hexadecimal digit.
fn hex(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => (digit | 0x20) - b'a' + 10,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parameter_is_found_however_it_is_written() {
        for (address, asked) in [
            ("/sender?autostart=1", true),
            ("/call/?room=a&autostart=1", true),
            ("/sender/?autostart=1", true),
            ("/sender//?autostart=1", true),
            ("/sender?room=a&autostart", true),
            ("/sender?%61utostart=1", true),
            ("/sender?%61%75%54ostart=1", false),
            ("/sender?a%75tostar%74=1&x", true),
            ("/sender?autostart%=1", false),
            ("/sender?autostar%7=1", false),
            ("/sender?xautostart=1", false),
            ("/sender?room=autostart", false),
            ("/sender?room=a", false),
            ("/sender", false),
            ("/receiver?autostart=1", false),
            ("/?autostart=1", false),
            ("/sender/x?autostart=1", false),
            ("http://elsewhere.example/sender?autostart=1", true),
        ] {
            assert_eq!(is_asked_for(&address.parse().unwrap()), asked, "{address}");
        }
    }
}
