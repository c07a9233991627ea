//! The limits of HTTP requests and responses.

mod common;

use std::time::Duration;

use common::{Relay, Response, with_timeout};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;

const SHORT: Duration = Duration::from_millis(200);

#[tokio::test]
async fn a_slow_request_head() {
    let relay = Relay::with(|limits| limits.head_timeout = SHORT).await;
    let mut stream = TcpStream::connect(relay.address).await.unwrap();
    let start = Instant::now();
    stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n").await.unwrap();
    let mut rest = Vec::new();
    let _ = with_timeout("the relay to close the connection", stream.read_to_end(&mut rest)).await;
    assert!(start.elapsed() >= SHORT / 2);
    // A connection that sends nothing, and a keep-alive connection.
    assert_eq!(relay.raw(b"").await, b"");
    let keep_alive = relay.raw(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n").await;
    assert!(keep_alive.starts_with(b"HTTP/1.1 200 OK"));
    relay.assert_works().await;
}

#[tokio::test]
async fn a_client_that_reads_a_response_byte_by_byte() {
    let relay = Relay::with(|limits| {
        limits.http_timeout = SHORT;
        limits.http_grace = SHORT;
        limits.head_timeout = Duration::from_secs(60);
    })
    .await;
    assert_eq!(relay.raw(b"").await, b"", "closed before the head timeout");
    relay.assert_works().await;
}

#[tokio::test]
async fn the_current_response_is_not_cut_off() {
    let relay = Relay::with(|limits| limits.http_timeout = SHORT).await;
    let largest = sightline_relay::asset_sizes().max_by_key(|file| file.raw).unwrap();
    let request = format!("GET {} HTTP/1.1\r\nhost: a\r\n\r\n", largest.path);
    let mut stream = relay.connect_with_small_buffer().await;
    // More than the socket buffers hold, with pipelined requests.
    let many = 100.max((8 << 20) / largest.raw).min(8_000 / request.len());
    stream.write_all(request.repeat(many).as_bytes()).await.unwrap();
    tokio::time::sleep(SHORT * 3).await;
    let mut response = Vec::new();
    with_timeout("the end", stream.read_to_end(&mut response)).await.unwrap();
    let last = response.windows(9).rposition(|nine| nine == b"HTTP/1.1 ").unwrap();
    assert!(last < (many - 1) * largest.raw, "no further request is accepted");
    assert_eq!(Response::parse(&response[last..]).body.len(), largest.raw);
}

#[tokio::test]
async fn a_huge_request_head() {
    let relay = Relay::start().await;
    let long = "x".repeat(64 * 1024);
    let response = relay.raw(format!("GET /{long} HTTP/1.1\r\nhost: a\r\n\r\n").as_bytes()).await;
    assert!(response.is_empty() || response.starts_with(b"HTTP/1.1 4"));
    relay.assert_works().await;
}
