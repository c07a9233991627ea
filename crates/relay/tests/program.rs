//! The program as users start it.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use std::process::Stdio;
use std::time::Duration;

use common::with_timeout;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};

fn sightline(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sightline"));
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

async fn start() -> (Child, Vec<String>) {
    let mut program = sightline(&["--listen=127.0.0.1:0"]).spawn().unwrap();
    let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
    let mut links = Vec::new();
    for _ in 0..3 {
        links.push(with_timeout("a line", lines.next_line()).await.unwrap().unwrap());
    }
    (program, links)
}

async fn signal(program: &Child, name: &str) {
    let id = program.id().unwrap().to_string();
    let sent = Command::new("kill").args([&format!("-{name}"), &id]).status().await.unwrap();
    assert!(sent.success());
}

#[tokio::test]
async fn it_prints_its_address_and_stops_on_either_signal() {
    for name in ["INT", "TERM"] {
        let (mut program, links) = start().await;
        let address = links[0].strip_prefix("Sightline is at http://").unwrap();
        let address = address.strip_suffix('/').unwrap();
        assert_eq!(links[1], format!("  share a camera: http://{address}/sender"));
        assert_eq!(links[2], format!("  watch:          http://{address}/receiver"));
        TcpStream::connect(address).await.unwrap();
        signal(&program, name).await;
        let status = with_timeout("the end", program.wait()).await.unwrap();
        assert!(status.success(), "{name}: {status}");
    }
}

#[tokio::test]
async fn a_second_signal_exits_at_once() {
    let (mut program, links) = start().await;
    let address = links[0].trim_start_matches("Sightline is at http://").trim_end_matches('/');
    // A request that never ends delays the graceful shutdown.
    let mut open = TcpStream::connect(address).await.unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut open, b"GET / HTTP/1.1\r\n").await.unwrap();
    signal(&program, "TERM").await;
    // Signals that follow too closely are merged, so the signal is sent until the program exits.
    let status = loop {
        match tokio::time::timeout(Duration::from_millis(20), program.wait()).await {
            Ok(status) => break status.unwrap(),
            Err(_) => signal(&program, "INT").await,
        }
    };
    assert!(matches!(status.code(), Some(130 | 0)), "{status}");
}

#[tokio::test]
async fn startup_errors_are_explained() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap();
    let listen = format!("--listen={address}");
    let in_use = format!("Can't listen on {address}: port {} is in use", address.port());
    for (argument, code, text) in [
        (listen.as_str(), 1, in_use.as_str()),
        ("--log=sightline=loud", 1, "is not a valid filter"),
        ("--stun=example.org", 2, "expected stun:HOST"),
        ("--idle-timeout=1s", 1, "--ping-after must be shorter"),
    ] {
        let output = with_timeout("the end", sightline(&[argument]).output()).await.unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{argument}: {stderr}");
        assert!(stderr.contains(text), "{argument}: {stderr}");
        assert!(output.stdout.is_empty());
    }
}

#[tokio::test]
async fn it_lists_the_embedded_files() {
    let mut program = sightline(&["--list-assets"]).spawn().unwrap();
    let mut text = String::new();
    let mut out = program.stdout.take().unwrap();
    with_timeout("the list", out.read_to_string(&mut text)).await.unwrap();
    assert!(with_timeout("the end", program.wait()).await.unwrap().success());
    assert!(text.lines().any(|line| line.starts_with("/index.html\t")), "{text}");
    for line in text.lines() {
        let [_path, raw, gzip, brotli] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("four columns: {line}")
        };
        let [raw, gzip, brotli] = [raw, gzip, brotli].map(|size| size.parse::<u64>().unwrap());
        assert!(gzip <= raw && brotli <= raw, "{line}");
    }
}
