//! The headers that stand on every response and keep the page to itself.
//!
//! Every response of this program's, that is. What hyper can't read as a request it
//! answers by itself, with 400 or 431 and without these headers: such an answer has no
//! body, so there is nothing that they could protect, and no browser sends such a
//! request.

use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};

use crate::assets::SCRIPT_HASHES;

/// What a page may use, and what it may not, even from a script that got in.
const PERMISSIONS: &str = "autoplay=(self), camera=(self), display-capture=(self), \
     fullscreen=(self), microphone=(self), picture-in-picture=(self), screen-wake-lock=(self), \
     accelerometer=(), browsing-topics=(), geolocation=(), gyroscope=(), hid=(), \
     identity-credentials-get=(), idle-detection=(), local-fonts=(), magnetometer=(), midi=(), \
     payment=(), publickey-credentials-create=(), publickey-credentials-get=(), serial=(), \
     storage-access=(), usb=(), window-management=(), xr-spatial-tracking=()";

/// The headers, made once.
pub(crate) struct SecurityHeaders(Vec<(HeaderName, HeaderValue)>);

impl SecurityHeaders {
    pub(crate) fn new() -> Self {
        let csp = HeaderValue::try_from(content_security_policy(SCRIPT_HASHES))
            .expect("the policy is of letters, digits and base64");
        Self(vec![
            (header::CONTENT_SECURITY_POLICY, csp),
            (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
            // A room's name stands in the address; nobody else is to learn it.
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

    pub(crate) fn add_to(&self, headers: &mut HeaderMap) {
        for (name, value) in &self.0 {
            headers.insert(name.clone(), value.clone());
        }
    }
}

/// Everything from this host, nothing from elsewhere, no script in the page but the
/// one that Trunk put there, known by its hash.
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
        // `'self'` takes in ws: and wss: of the same host (CSP 3, section 6.7.2.8), in
        // Chromium, Firefox and, since 15.4, Safari.
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
    .join("; ")
}
