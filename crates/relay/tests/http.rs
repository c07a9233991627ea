//! HTTP: the app and `/healthz`. The upgrade is tested in `upgrade.rs`.

mod common;

use std::io::Read;

use base64::Engine;
use common::Relay;

#[tokio::test]
async fn the_apps_routes_respond_with_its_page() {
    let relay = Relay::start().await;
    let index = relay.get("/", &[]).await;
    assert_eq!(index.status, 200);
    assert_eq!(index.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(index.header("cache-control"), Some("no-cache"));
    assert_eq!(index.header("content-encoding"), None);
    assert_eq!(index.header("vary"), Some("accept-encoding"));
    assert!(index.text().starts_with("<!doctype html>") || index.text().starts_with("<!DOCTYPE"));
    for (path, status) in [
        ("/index.html", 200),
        ("/sender", 200),
        ("/sender/", 200),
        ("/sender?room=kabod-lupim&autostart=1", 200),
        ("/call", 200),
        ("/call?room=kabod-lupim", 200),
        ("/receiver?room=kabod-lupim", 200),
        ("/receiver/", 200),
        ("/?x=.", 200),
        ("/nowhere", 404),
        ("/calls", 404),
        ("/sender/more", 404),
        ("/sender//", 404),
        ("//", 404),
    ] {
        let page = relay.get(path, &[]).await;
        assert_eq!((page.status, page.text()), (status, index.text()), "{path}");
    }
    for path in ["/nothing.js", "/a/b.css", "/../Cargo.toml", "/%2e%2e/x.txt", "/.git/config.x"] {
        let missing = relay.get(path, &[]).await;
        assert_eq!(missing.status, 404, "{path}");
        assert_eq!(missing.header("content-type"), Some("text/plain; charset=utf-8"), "{path}");
    }
}

#[tokio::test]
async fn files_have_an_encoding_that_the_client_accepts() {
    let relay = Relay::start().await;
    for file in sightline_relay::asset_sizes() {
        let plain = relay.get(file.path, &[]).await;
        assert_eq!((plain.status, plain.body.len()), (200, file.raw), "{}", file.path);
        let accept = |value| [("accept-encoding", value)];

        let gzip = relay.get(file.path, &accept("gzip, deflate")).await;
        assert_eq!(gzip.body.len(), file.gzip);
        if gzip.header("content-encoding").is_some() {
            assert_eq!(gzip.header("content-encoding"), Some("gzip"));
            let mut decompressed = Vec::new();
            flate2::read::GzDecoder::new(&*gzip.body).read_to_end(&mut decompressed).unwrap();
            assert_eq!(decompressed, plain.body, "{}", file.path);
        }
        let brotli = relay.get(file.path, &accept("gzip, deflate, br, zstd")).await;
        if brotli.header("content-encoding") == Some("br") {
            assert_eq!(brotli.body.len(), file.brotli);
            let mut decompressed = Vec::new();
            brotli::BrotliDecompress(&mut &*brotli.body, &mut decompressed).unwrap();
            assert_eq!(decompressed, plain.body, "{}", file.path);
        }
        for response in [&plain, &gzip, &brotli] {
            assert_eq!(response.header("content-type"), plain.header("content-type"));
            let length: usize = response.header("content-length").unwrap().parse().unwrap();
            assert_eq!(length, response.body.len());
            assert_eq!(response.header("vary"), Some("accept-encoding"));
        }
    }
}

#[tokio::test]
async fn type_and_caching_depend_on_the_name() {
    let relay = Relay::start().await;
    for file in sightline_relay::asset_sizes() {
        let response = relay.get(file.path, &[]).await;
        let mime = match file.path.rsplit('.').next() {
            Some("html") => "text/html; charset=utf-8",
            Some("js") => "text/javascript; charset=utf-8",
            Some("css") => "text/css; charset=utf-8",
            Some("wasm") => "application/wasm",
            Some("svg") => "image/svg+xml",
            _ => continue,
        };
        assert_eq!(response.header("content-type"), Some(mime), "{}", file.path);
        let is_immutable = file.path.ends_with("_bg.wasm") || file.path.starts_with("/style-");
        if is_immutable {
            let cache = response.header("cache-control").unwrap();
            assert_eq!(cache, "public, max-age=31536000, immutable", "{}", file.path);
        }
    }
}

#[tokio::test]
async fn a_cached_file_is_not_sent_again() {
    let relay = Relay::start().await;
    let plain = relay.get("/", &[]).await;
    let compressed = relay.get("/", &[("accept-encoding", "br")]).await;
    let tag = plain.header("etag").unwrap();
    let compressed_tag = compressed.header("etag").unwrap();
    assert_ne!(tag, compressed_tag, "a strong tag identifies the bytes");
    let weak = format!("W/{tag}");
    let list = format!("\"other\", {tag}");
    for (known, status) in [
        (tag, 304),
        (compressed_tag, 304),
        (weak.as_str(), 304),
        (list.as_str(), 304),
        ("*", 304),
        ("\"other\"", 200),
        ("", 200),
    ] {
        let response = relay.get("/", &[("if-none-match", known)]).await;
        assert_eq!(response.status, status, "{known}");
        assert_eq!(response.header("etag"), Some(tag));
        assert_eq!(response.header("cache-control"), Some("no-cache"));
        assert_eq!(response.header("vary"), Some("accept-encoding"));
        assert!(response.header("content-security-policy").is_some());
        assert_eq!(response.body.is_empty(), status == 304);
    }
    let missing = relay.get("/nowhere", &[("if-none-match", tag)]).await;
    assert_eq!(missing.status, 404, "a page that doesn't exist is never 304");
}

#[tokio::test]
async fn head_is_get_without_the_body_and_other_methods_are_refused() {
    let relay = Relay::start().await;
    for path in ["/", "/receiver", "/nowhere", "/nothing.js", "/healthz"] {
        let get = relay.get(path, &[]).await;
        let head = relay.request("HEAD", path, &[]).await;
        assert_eq!(head.status, get.status, "{path}");
        assert!(head.body.is_empty(), "{path}");
        for name in ["content-type", "content-length", "etag", "cache-control"] {
            assert_eq!(head.header(name), get.header(name), "{path}: {name}");
        }
    }
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "SPY"] {
        for path in ["/", "/ws", "/healthz"] {
            let response = relay.request(method, path, &[]).await;
            assert_eq!(response.status, 405, "{method} {path}");
            assert_eq!(response.header("allow"), Some("GET, HEAD"));
        }
    }
}

#[tokio::test]
async fn every_response_has_the_security_headers() {
    let relay = Relay::start().await;
    for (method, path) in [
        ("GET", "/"),
        ("GET", "/nowhere"),
        ("GET", "/nothing.js"),
        ("GET", "/healthz"),
        ("GET", "/ws"),
        ("POST", "/"),
        ("HEAD", "/sender"),
    ] {
        let response = relay.request(method, path, &[]).await;
        let header = |name| response.header(name).unwrap_or_else(|| panic!("{path}: {name}"));
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("cross-origin-opener-policy"), "same-origin");
        assert_eq!(header("cross-origin-resource-policy"), "same-origin");
        let permissions = header("permissions-policy");
        for own in ["camera", "microphone", "display-capture", "autoplay", "screen-wake-lock"] {
            assert!(permissions.contains(&format!("{own}=(self)")), "{permissions}");
        }
        for off in ["geolocation", "usb", "payment"] {
            assert!(permissions.contains(&format!("{off}=()")), "{permissions}");
        }
        let policy = header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'"));
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
        for part in ["connect-src 'self'", "frame-ancestors 'none'", "base-uri 'self'"] {
            assert!(policy.split("; ").any(|one| one == part), "{policy}");
        }
    }
}

#[tokio::test]
async fn inline_scripts_are_allowed_by_their_hash() {
    let relay = Relay::start().await;
    let index = relay.get("/", &[]).await;
    let policy = index.header("content-security-policy").unwrap();
    let mut inline = 0;
    for script in index.text().split("<script").skip(1) {
        let (attributes, rest) = script.split_once('>').unwrap();
        let (text, _) = rest.split_once("</script>").unwrap();
        if attributes.contains("src=") {
            continue;
        }
        inline += 1;
        let hash = base64::engine::general_purpose::STANDARD.encode(sha256(text.as_bytes()));
        assert!(policy.contains(&format!("'sha256-{hash}'")), "{policy}");
    }
    assert_eq!(policy.matches("'sha256-").count(), inline);
}

fn sha256(bytes: &[u8]) -> Vec<u8> {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).to_vec()
}

#[tokio::test]
async fn another_site_cannot_start_a_camera() {
    let relay = Relay::start().await;
    let all = ["cross-site", "same-site", "same-origin", "none"];
    for (address, location) in [
        ("/sender?autostart=1", "/sender"),
        ("/call?room=a-b&autostart=1", "/call?room=a-b"),
        ("/sender/?autostart=1", "/sender/"),
        ("/sender//?autostart=1", "/sender//"),
        ("/sender?room=a-b&autostart=1", "/sender?room=a-b"),
        ("/sender?autostart=1&room=a-b", "/sender?room=a-b"),
        (
            "/sender?autostart&room=%61%2f%2F&x=//evil.example&",
            "/sender?room=%61%2f%2F&x=//evil.example&",
        ),
        ("/sender?a=autostart&%61utostart=1&autostart=0&b", "/sender?a=autostart&b"),
        ("http://evil.example/sender?autostart=1", "/sender"),
    ] {
        let plain = relay.get(address, &[]).await;
        let status = if location == "/sender//" { 404 } else { 200 };
        assert_eq!((plain.status, plain.header("location")), (status, None), "{address}");
        for site in all {
            let response = relay.get(address, &[("sec-fetch-site", site)]).await;
            let is_redirected = site.ends_with("-site");
            assert_eq!(
                response.status,
                if is_redirected { 303 } else { status },
                "{address} from {site}"
            );
            assert_eq!(response.header("location"), is_redirected.then_some(location), "{address}");
            assert_eq!(response.header("vary"), Some("accept-encoding, sec-fetch-site"));
            assert!(response.header("content-security-policy").is_some());
            let head = relay.request("HEAD", address, &[("sec-fetch-site", site)]).await;
            assert_eq!(head.status, response.status, "{address} from {site}");
            assert_eq!(head.header("location"), response.header("location"), "{address}");
        }
        let known = relay.get("/", &[]).await.header("etag").unwrap().to_owned();
        let headers = [("sec-fetch-site", "cross-site"), ("if-none-match", known.as_str())];
        assert_eq!(relay.get(address, &headers).await.status, 303, "{address}");
    }
    for address in [
        "/sender",
        "/sender?room=a-b",
        "/sender?xautostart=1",
        "/receiver?room=a-b&autostart=1",
        "/?autostart=1",
    ] {
        for site in all {
            let response = relay.get(address, &[("sec-fetch-site", site)]).await;
            assert_eq!(response.status, 200, "{address} from {site}");
            assert_eq!(response.header("vary"), Some("accept-encoding"), "{address}");
        }
    }
}

#[tokio::test]
async fn healthz_reports_the_state() {
    let relay = Relay::start().await;
    let response = relay.get("/healthz", &[]).await;
    assert_eq!(response.header("content-type"), Some("application/json"));
    assert_eq!(response.header("cache-control"), Some("no-store"));
    let health = relay.health().await;
    assert_eq!(health["status"], "ok");
    assert_eq!(health["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!((&health["rooms"], &health["connections"]), (&0.into(), &0.into()));
    for field in ["tooSlow", "turnedAway", "slowedDown", "heldBack", "refusedOrigins"] {
        assert_eq!(health[field], 0, "{field}");
    }
    let _client = relay.join("r", "sender", 1).await;
    let health = relay.health().await;
    assert_eq!((&health["rooms"], &health["connections"]), (&1.into(), &1.into()));
}
