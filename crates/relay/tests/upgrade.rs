//! The upgrade to a WebSocket: which requests and which origins are accepted.

mod common;

use common::{Relay, Response};
use sightline_relay::Config;

/// Headers of an upgrade request.
type Headers<'a> = &'a [(&'a str, &'a str)];

#[tokio::test]
async fn only_the_own_origin_and_allowed_origins_may_connect() {
    let config = Config {
        allowed_origins: vec!["https://friend.example".parse().unwrap()],
        ..Config::default()
    };
    let relay = Relay::with_config(config).await;
    let own = format!("http://{}", relay.address);
    let secure = format!("https://{}", relay.address);
    let cases: [(Headers, u16); 10] = [
        (&[], 101),
        (&[("origin", &own)], 101),
        (&[("origin", &secure)], 101),
        (&[("origin", "https://cam.example"), ("host", "cam.example")], 101),
        (&[("origin", "https://cam.example"), ("host", "cam.example:443")], 101),
        (&[("origin", "https://friend.example")], 101),
        (&[("origin", "http://friend.example")], 403),
        (&[("origin", "https://evil.example")], 403),
        (&[("origin", "null")], 403),
        (&[("origin", "http://127.0.0.1:1")], 403),
    ];
    for (headers, status) in cases {
        assert_eq!(relay.upgrade_status(headers).await, status, "{headers:?}");
    }
}

#[tokio::test]
async fn invalid_upgrade_requests_are_refused() {
    let relay = Relay::start().await;
    let cases: [(Headers, u16); 12] = [
        (&[], 101),
        (&[("connection", "keep-alive, Upgrade")], 101),
        (&[("sec-websocket-protocol", "chat, sightline.v1")], 101),
        (&[("sec-websocket-protocol", "")], 400),
        (&[("sec-websocket-protocol", "sightline.v2")], 400),
        (&[("sec-websocket-protocol", "sightline.v10")], 400),
        (&[("sec-websocket-key", "")], 400),
        (&[("sec-websocket-key", "short")], 400),
        (&[("sec-websocket-version", "8")], 426),
        (&[("sec-websocket-version", "")], 426),
        (&[("upgrade", "h2c")], 426),
        (&[("connection", "keep-alive")], 426),
    ];
    for (headers, status) in cases {
        assert_eq!(relay.upgrade_status(headers).await, status, "{headers:?}");
    }
    let page = relay.get("/ws", &[]).await;
    assert_eq!((page.status, page.header("upgrade")), (426, Some("websocket")));
}

#[tokio::test]
async fn a_refused_handshake_ends_the_connection() {
    let relay = Relay::start().await;
    let required = format!(
        "GET /ws HTTP/1.1\r\nhost: {}\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
         sec-websocket-version: 13\r\n",
        relay.address
    );
    let key = "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    let protocol = "sec-websocket-protocol: sightline.v1\r\n";
    for (head, status) in [
        (format!("{required}{key}{protocol}origin: https://evil.example\r\n\r\n"), 403),
        (format!("{required}{key}\r\n"), 400),
        (format!("{required}{protocol}\r\n"), 400),
        (format!("GET /ws HTTP/1.1\r\nhost: {}\r\n\r\n", relay.address), 426),
    ] {
        // The relay doesn't read the second request.
        let response = Response::parse(&relay.raw(head.repeat(2).as_bytes()).await);
        assert_eq!(response.status, status);
        let connection = response.header("connection").unwrap();
        assert!(connection.split(", ").any(|token| token == "close"), "{connection}");
        let length: usize = response.header("content-length").unwrap().parse().unwrap();
        assert_eq!(response.body.len(), length, "one response");
    }
    assert_eq!(relay.health().await["refusedOrigins"], 1);
}
