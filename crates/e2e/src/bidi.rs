//! WebDriver BiDi, as far as Firefox needs it: a script that runs in every page before the
//! page's own, which Chromium's DevTools can add without.

use anyhow::{Context, Result};
use fantoccini::Client;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use url::Url;

use crate::network::{Forward, Namespace};
use crate::wait::soon;

/// Keeps a script in every page of a browser.
#[derive(Debug)]
pub(crate) struct Preloaded {
    _socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    _forward: Option<Forward>,
}

/// Has a function run in every page that a browser opens from now on, before the page's own
/// scripts. `inside`: where the browser is, if it isn't on this machine's own network.
pub(crate) async fn preload(
    client: &Client,
    function: &str,
    inside: Option<&Namespace>,
) -> Result<Preloaded> {
    let url = client.capabilities().and_then(|all| all.get("webSocketUrl"));
    let url = url.and_then(Value::as_str).context("the browser has no WebDriver BiDi")?;
    let port = Url::parse(url)?.port().context("no port")?;
    let forward = match inside {
        // The same port here, as the browser only answers who names it by that.
        Some(namespace) => {
            let listener = TcpListener::bind(("127.0.0.1", port)).await?.into_std()?;
            Some(namespace.forward(listener)?)
        }
        None => None,
    };
    let connected = tokio_tungstenite::connect_async(url);
    let (mut socket, _) = soon("WebDriver BiDi", connected).await??;
    let command = json!({
        "id": 1,
        "method": "script.addPreloadScript",
        "params": {"functionDeclaration": function},
    });
    socket.send(Message::text(command.to_string())).await?;
    let answered = async {
        while let Some(message) = socket.next().await {
            let answer: Value = serde_json::from_str(message?.to_text()?)?;
            if answer.get("id").and_then(Value::as_u64) == Some(1) {
                let taken = answer.get("type").and_then(Value::as_str) == Some("success");
                anyhow::ensure!(taken, "not taken: {answer}");
                return Ok(());
            }
        }
        anyhow::bail!("cut off")
    };
    soon("a script to be taken", answered).await??;
    Ok(Preloaded { _socket: socket, _forward: forward })
}
