//! Removes `autostart=1` from addresses that another site opens.
//!
//! `/sender?autostart=1` and `/call?autostart=1` start the camera without a click. They are for
//! bookmarks, kiosks and OBS. A browser that has the camera permission for this host doesn't ask
//! again, so another site could link to such an address and send the camera to a room of its
//! choice.
//!
//! Browsers say in `Sec-Fetch-Site` where a request comes from, and no page can change that
//! header. Requests from another site are redirected to the same address without `autostart`,
//! where the person has to click. A typed address or a bookmark has the value `none`.

use hyper::header::{HeaderMap, HeaderValue};
use hyper::http::uri::Uri;

/// The pages that start a camera. The app also accepts them with trailing slashes.
const CAMERA_PATHS: [&str; 2] = ["/sender", "/call"];
const PARAMETER: &[u8] = b"autostart";
const SEC_FETCH_SITE: &str = "sec-fetch-site";

/// Whether this is a camera page with the parameter.
pub(crate) fn is_requested(address: &Uri) -> bool {
    let starts_camera = CAMERA_PATHS.contains(&address.path().trim_end_matches('/'));
    starts_camera && address.query().is_some_and(|query| query.split('&').any(is_autostart))
}

/// Where to redirect a request from another site: the same path and query without the
/// parameter. The location has no host, so it can't lead to another site. Returns `None` for a
/// request that isn't from another site.
pub(crate) fn redirect(address: &Uri, headers: &HeaderMap) -> Option<HeaderValue> {
    let is_other_site =
        |site: &HeaderValue| matches!(site.as_bytes(), b"cross-site" | b"same-site");
    if !headers.get_all(SEC_FETCH_SITE).iter().any(is_other_site) {
        return None;
    }
    let mut location = address.path().to_owned();
    let rest = address.query().unwrap_or_default().split('&').filter(|pair| !is_autostart(pair));
    for (number, pair) in rest.enumerate() {
        location.push(if number == 0 { '?' } else { '&' });
        location.push_str(pair);
    }
    HeaderValue::try_from(location).ok()
}

/// Whether this pair of the query is the parameter. The name may be percent-encoded: the app
/// reads it with `URLSearchParams`, which decodes names.
fn is_autostart(pair: &str) -> bool {
    let name = pair.split('=').next().unwrap_or_default();
    percent_decode(name.as_bytes()).eq(PARAMETER.iter().copied())
}

/// Decodes percent-encoding. Invalid sequences are left unchanged.
fn percent_decode(name: &[u8]) -> impl Iterator<Item = u8> {
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
    fn the_parameter_is_found_in_any_spelling() {
        for (address, expected) in [
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
            assert_eq!(is_requested(&address.parse().unwrap()), expected, "{address}");
        }
    }
}
