//! What the log contains, and what it never contains.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use std::process::Stdio;

use common::{Relay, id, join, secret, signal, with_timeout};
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};

/// Starts the program.
async fn start(arguments: &[&str], filter: Option<&str>) -> (Child, Relay) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sightline"));
    command.args(["--listen=127.0.0.1:0"]).args(arguments).env_remove("SIGHTLINE_LOG");
    if let Some(filter) = filter {
        command.env("SIGHTLINE_LOG", filter);
    }
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut program = command.spawn().unwrap();
    let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
    let first = with_timeout("a line", lines.next_line()).await.unwrap().unwrap();
    // Reads all output, because the program fails if it can't write.
    for _ in 0..2 {
        with_timeout("a line", lines.next_line()).await.unwrap().unwrap();
    }
    let address = first.trim_start_matches("Sightline is at http://").trim_end_matches('/');
    (program, Relay::at(address.parse().unwrap()))
}

/// Stops the program and returns its log.
async fn stop(mut program: Child) -> String {
    let mut log = String::new();
    let mut stderr = program.stderr.take().unwrap();
    let pid = program.id().unwrap().to_string();
    assert!(Command::new("kill").arg(&pid).status().await.unwrap().success());
    with_timeout("the log", stderr.read_to_string(&mut log)).await.unwrap();
    assert!(with_timeout("the end", program.wait()).await.unwrap().success());
    log
}

#[tokio::test]
async fn no_filter_makes_it_log_what_peers_send() {
    const SENDER: u8 = 0x5e;
    const RECEIVER: u8 = 0x7a;
    let everything = "trace,tungstenite=trace,tokio_tungstenite=trace,hyper=trace,log=trace";
    for (arguments, filter) in [
        (&["--log=trace"][..], None),
        (&[][..], Some("trace")),
        (&[][..], Some(everything)),
        (&["--log=sightline_relay=trace,tungstenite::protocol=trace"][..], Some("info")),
    ] {
        let (program, relay) = start(arguments, filter).await;
        let (mut sender, _) = relay.join("hidden-room", "sender", SENDER).await;
        let (mut receiver, _) = relay.join("hidden-room", "receiver", RECEIVER).await;
        sender.receive().await;
        let payload =
            r#"{"type":"createOffer","sdp":"v=0 hidden-words a=candidate:1 udp 192.0.2.77"}"#;
        receiver.send(&signal(&json!(id(SENDER)), payload)).await;
        assert_eq!(sender.receive().await["type"], "signal");
        receiver.send("hidden-nonsense").await;
        assert_eq!(receiver.error().await.0, "malformed");
        receiver.send(&join("hidden-other", "sender", SENDER)).await;
        assert_eq!(receiver.error().await.0, "alreadyJoined");
        let refused = relay.join_refused("hidden-room!", "sender", SENDER).await;
        assert_eq!(refused.0, "invalidRoom");
        relay.get("/receiver?room=hidden-room", &[("cookie", "hidden-cookie")]).await;
        receiver.leave().await;
        drop(sender);

        let log = stop(program).await;
        assert!(log.contains("joined") && log.contains("invalid message"), "{filter:?}: {log}");
        let ids = [id(SENDER), id(RECEIVER)];
        for hidden in
            ["hidden", "v=0", "candidate", "192.0.2.77", &secret(SENDER), &secret(RECEIVER)]
                .into_iter()
                .chain(ids.iter().map(String::as_str))
        {
            assert!(!log.contains(hidden), "{filter:?}: {hidden} is in\n{log}");
        }
    }
}

#[tokio::test]
async fn refused_pages_do_not_flood_the_log() {
    let (program, relay) = start(&[], None).await;
    let long = format!("https://{}.example", "b".repeat(12_000));
    for _ in 0..50 {
        let headers = [("origin", long.as_str()), ("host", "a\tb")];
        assert_eq!(relay.upgrade_status(&headers).await, 403);
    }
    assert_eq!(relay.health().await["refusedOrigins"], 50);
    let log = stop(program).await;
    let lines: Vec<_> = log.lines().filter(|line| line.contains("--allow-origin")).collect();
    assert_eq!(lines.len(), 1, "{log}");
    assert!(lines[0].len() < 1_000 && lines[0].contains("https://bbb"), "{log}");
    assert!(lines[0].contains(r"a\tb"), "{log}");
}
