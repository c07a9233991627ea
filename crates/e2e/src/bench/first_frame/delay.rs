//! A relay that is far away: a TCP proxy that holds back what passes it, each way.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{Instant, sleep_until};

/// As much as is read at once.
const CHUNK: usize = 16 * 1024;

/// A running proxy; ended when dropped.
pub(crate) struct Delay {
    address: SocketAddr,
    task: AbortHandle,
}

impl Drop for Delay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Delay {
    /// Starts a proxy on a free port that leads to `target` (host and port).
    pub(crate) async fn start(target: &str, each_way: Duration) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.context("no port for the proxy")?;
        let address = listener.local_addr()?;
        let target = target.to_owned();
        let task = tokio::spawn(async move {
            // They end with this task.
            let mut connections = JoinSet::new();
            while let Ok((near, _)) = listener.accept().await {
                let target = target.clone();
                connections.spawn(async move {
                    let Ok(far) = TcpStream::connect(target).await else { return };
                    pass(near, far, each_way).await;
                });
                while connections.try_join_next().is_some() {}
            }
        });
        Ok(Self { address, task: task.abort_handle() })
    }

    /// A page's address behind the proxy; `path` begins with a slash.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

async fn pass(near: TcpStream, far: TcpStream, each_way: Duration) {
    // What is held back is not to be held back once more by TCP.
    let _ = (near.set_nodelay(true), far.set_nodelay(true));
    let (near_in, near_out) = near.into_split();
    let (far_in, far_out) = far.into_split();
    tokio::join!(one_way(near_in, far_out, each_way), one_way(far_in, near_out, each_way));
}

/// Passes on what is read when its time has come; the end, too.
async fn one_way(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    delay: Duration,
) {
    // Pages send some kilobytes a connection.
    let (put, mut take) = mpsc::unbounded_channel::<(Instant, Vec<u8>)>();
    let reading = async move {
        let mut chunk = vec![0; CHUNK];
        while let Ok(length @ 1..) = from.read(&mut chunk).await {
            let bytes = chunk.get(..length).unwrap_or_default().to_vec();
            if put.send((Instant::now() + delay, bytes)).is_err() {
                return;
            }
        }
        let _ = put.send((Instant::now() + delay, Vec::new()));
    };
    let writing = async move {
        while let Some((when, bytes)) = take.recv().await {
            sleep_until(when).await;
            let done =
                if bytes.is_empty() { to.shutdown().await } else { to.write_all(&bytes).await };
            if done.is_err() {
                return;
            }
        }
    };
    tokio::join!(reading, writing);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_passes_comes_later_and_whole() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let target = listener.local_addr().unwrap().to_string();
        let echo = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let (mut from, mut to) = stream.split();
            tokio::io::copy(&mut from, &mut to).await.unwrap();
        });
        let each_way = Duration::from_millis(40);
        let proxy = Delay::start(&target, each_way).await.unwrap();
        let mut stream = TcpStream::connect(proxy.address).await.unwrap();
        let start = Instant::now();
        let sent = vec![7; 100_000];
        stream.write_all(&sent).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut came = Vec::new();
        stream.read_to_end(&mut came).await.unwrap();
        assert_eq!(came, sent);
        assert!(start.elapsed() >= 2 * each_way, "{:?}", start.elapsed());
        echo.await.unwrap();
    }
}
