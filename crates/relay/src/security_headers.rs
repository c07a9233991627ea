//! The security headers of every response.
//!
//! The exception is a request that hyper can't parse. hyper responds to it with 400 or 431 and
//! without these headers. Such a response has no body to protect, and no browser sends such a
//! request.

use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};

use crate::assets::SCRIPT_HASHES;

/// The browser features that the page may use. All others are disabled, even for an injected
/// script.
const PERMISSIONS: &str = "autoplay=(self), camera=(self), display-capture=(self), \
     fullscreen=(self), microphone=(self), picture-in-picture=(self), screen-wake-lock=(self), \
     accelerometer=(), browsing-topics=(), geolocation=(), gyroscope=(), hid=(), \
     identity-credentials-get=(), idle-detection=(), local-fonts=(), magnetometer=(), midi=(), \
     payment=(), publickey-credentials-create=(), publickey-credentials-get=(), serial=(), \
     storage-access=(), usb=(), window-management=(), xr-spatial-tracking=()";

/// The headers, built once at the start.
pub(crate) struct SecurityHeaders(Vec<(HeaderName, HeaderValue)>);

impl SecurityHeaders {
    pub(crate) fn new() -> Self {
        let csp = HeaderValue::try_from(content_security_policy(SCRIPT_HASHES))
            .expect("the policy consists of ASCII");
        Self(vec![
            (header::CONTENT_SECURITY_POLICY, csp),
            (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
            // The address contains the room's name, which other sites must not learn.
            (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
            (HeaderName::from_static("permissions-policy"), HeaderValue::from_static(PERMISSIONS)),
            (
                HeaderName::from_static("cross-origin-opener-policy"),
                HeaderValue::from_static("same-origin"),
            ),
            (
                HeaderName::from_static("cross-origin-resource-policy"),
                HeaderValue::from_static("same-origin"),
            ),
        ])
    }

    /// Adds the headers to a response.
    pub(crate) fn add_to(&self, headers: &mut HeaderMap) {
        for (name, value) in &self.0 {
            headers.insert(name.clone(), value.clone());
        }
    }
}

/// The policy: everything from this host and nothing from others. Inline scripts are allowed by
/// their hashes.
fn content_security_policy(script_hashes: &[&str]) -> String {
    let mut scripts = String::from("'self' 'wasm-unsafe-eval'");
    for hash in script_hashes {
        scripts.push(' ');
        scripts.push_str(hash);
    }
    [
        "default-src 'none'",
        &format!("script-src {scripts}"),
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob: mediastream:",
        // `'self'` includes ws: and wss: of the same host (CSP 3, section 6.7.2.8) in Chromium,
        // Firefox and Safari 15.4 and later.
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
    .join("; ")
}
