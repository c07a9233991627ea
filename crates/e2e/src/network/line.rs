//! A line with a delay and a rate: what a host or the relay sends goes through one.
//!
//! The router leads all packets of a host into a TUN device of its own, and this process
//! puts each of them back when its time has come; the kernels of many virtual machines have
//! no `netem` for that. What the host sends at once is limited before the device, by the
//! kernel's token bucket (`tbf`).
//!
//! ```text
//!   host1 --> router: rule "iif host1" --> tbf --> TUN line1 --> this process, 25 ms
//!                     the usual routes <---------- TUN line1 <-----------'
//! ```

use std::time::Duration;

use anyhow::{Context, Result};
use tokio::task::AbortHandle;

use super::namespace::Namespace;

/// The first of the routing tables for lines; the line's number is added.
const TABLE: u32 = 100;

/// How much a router at home holds back before it drops packets: DSL and cable modems hold
/// 50 to several hundred milliseconds.
const QUEUE: &str = "200ms";

/// Packets that wait in a line. 20 Mbit/s are about 50 at a time, so this many are lost only
/// where nothing limits the sender.
#[cfg(target_os = "linux")]
const MOST_PACKETS: usize = 4096;

/// A running line. Dropping it removes its device, and packets go the direct way again.
#[derive(Debug)]
pub(super) struct Line(AbortHandle);

impl Drop for Line {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Lets packets pass a router twice: when they come from a host, and when they come from a
/// line.
pub(super) fn prepare(router: &Namespace) -> Result<()> {
    // The relay's own packets come in by a line, from an address that is the router's own.
    for setting in ["conf.all.accept_local=1", "conf.all.rp_filter=0", "conf.default.rp_filter=0"] {
        router.run("sysctl", &["-q", "-w", &format!("net.ipv4.{setting}")])?;
    }
    // A packet whose socket is known early is not passed on, into a line, but dropped.
    router.run("sysctl", &["-q", "-w", "net.ipv4.ip_early_demux=0"])?;
    // What is for the relay would be taken in before a rule could lead it into a line.
    router.ip("rule add priority 100 lookup local")?;
    router.ip("rule delete priority 0")
}

impl Line {
    /// Leads what a rule matches through a line. Runs as long as this value lives.
    pub(super) async fn start(
        router: &Namespace,
        number: u8,
        from: &str,
        delay: Duration,
    ) -> Result<Self> {
        let task = start_device(router, device(number), delay).await?;
        let line = Self(task);
        let table = TABLE + u32::from(number);
        router.ip(&format!("route add default dev {} table {table}", device(number)))?;
        router.ip(&format!("rule add priority 10 {from} lookup {table}"))?;
        Ok(line)
    }
}

/// Sets the rate of a line, in kilobits a second.
pub(super) fn limit(router: &Namespace, number: u8, kilobits: u32) -> Result<()> {
    // What 5 ms carry, so that a timer that comes late costs nothing, and two packets at least.
    let burst = (kilobits * 5 / 8).max(3_000);
    let (rate, burst) = (format!("{kilobits}kbit"), burst.to_string());
    let qdisc = ["qdisc", "replace", "dev", &device(number), "root"];
    let bucket = ["tbf", "rate", &rate, "burst", &burst, "latency", QUEUE];
    router.run("tc", &[&qdisc[..], &bucket].concat())
}

fn device(number: u8) -> String {
    format!("line{number}")
}

#[cfg(target_os = "linux")]
async fn start_device(router: &Namespace, name: String, delay: Duration) -> Result<AbortHandle> {
    let runtime = tokio::runtime::Handle::current();
    let tun = router.inside(move || {
        // It registers with this process's runtime, from a thread that is not of it.
        let _entered = runtime.enter();
        let mut tuns = tokio_tun::Tun::builder().name(&name).up().build()?;
        tuns.pop().context("no device was made")
    });
    let tun = tun.await.context("a TUN device can't be made (is /dev/net/tun there?)")?;
    Ok(tokio::spawn(hold(tun, delay)).abort_handle())
}

#[cfg(not(target_os = "linux"))]
async fn start_device(_: &Namespace, name: String, _: Duration) -> Result<AbortHandle> {
    anyhow::bail!("{name} can't be made: TUN devices are Linux's")
}

/// Gives each packet back to the device after the delay.
#[cfg(target_os = "linux")]
async fn hold(tun: tokio_tun::Tun, delay: Duration) {
    use std::collections::VecDeque;

    use tokio::time::{Instant, sleep_until};

    let mut waiting = VecDeque::<(Instant, Vec<u8>)>::new();
    let mut packet = vec![0; usize::from(u16::MAX)];
    loop {
        let due = waiting.front().map(|(when, _)| *when);
        tokio::select! {
            length = tun.recv(&mut packet) => {
                // The device is gone with its namespace.
                let Ok(length) = length else { return };
                if waiting.len() < MOST_PACKETS {
                    let bytes = packet.get(..length).unwrap_or_default().to_vec();
                    waiting.push_back((Instant::now() + delay, bytes));
                }
            }
            () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {
                let now = Instant::now();
                while waiting.front().is_some_and(|(when, _)| *when <= now) {
                    let Some((_, bytes)) = waiting.pop_front() else { break };
                    // One that the kernel does not take is lost, as on any line.
                    let _ = tun.send(&bytes).await;
                }
            }
        }
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use std::io::{Read, Write};
    use std::net::{SocketAddr, UdpSocket as BlockingSocket};
    use std::sync::Arc;
    use std::time::Instant;

    use tokio::net::UdpSocket;

    use super::*;
    use crate::network::{Network, RELAY, STUN};
    use crate::wait::soon;

    const EACH_WAY: Duration = Duration::from_millis(25);
    const PACKET: usize = 1_200;
    /// IP and UDP before each packet.
    const HEADERS: usize = 28;

    /// Two hosts that are 25 ms apart, and a socket on each.
    struct Setting {
        network: Network,
        near: crate::Host,
        sockets: [Arc<UdpSocket>; 2],
        far_address: SocketAddr,
    }

    async fn socket(on: &Namespace) -> UdpSocket {
        let socket = on.inside(|| {
            let socket = BlockingSocket::bind("0.0.0.0:5000")?;
            socket.set_nonblocking(true)?;
            Ok(socket)
        });
        UdpSocket::from_std(socket.await.unwrap()).unwrap()
    }

    async fn setting() -> Option<Setting> {
        if let Some(why) = Network::missing() {
            println!("skipped: {why}");
            return None;
        }
        let network = Network::start().await.unwrap();
        let (near, far) = (network.host().unwrap(), network.host().unwrap());
        network.delay(EACH_WAY).await.unwrap();
        let sockets = [socket(near.namespace()).await.into(), socket(far.namespace()).await.into()];
        let far_address = format!("{}:5000", far.address()).parse().unwrap();
        Some(Setting { network, near, sockets, far_address })
    }

    /// The shortest of several round trips: other programs on this machine make some longer.
    async fn round_trip(from: &UdpSocket, to: SocketAddr, request: &[u8]) -> Duration {
        let mut answer = [0; 1500];
        let mut shortest = Duration::MAX;
        for _ in 0..20 {
            let start = Instant::now();
            from.send_to(request, to).await.unwrap();
            soon("an answer", from.recv_from(&mut answer)).await.unwrap().unwrap();
            shortest = shortest.min(start.elapsed());
        }
        shortest
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn everybody_is_a_round_trip_away() {
        let Some(setting) = setting().await else { return };
        let [near, far] = setting.sockets;
        let echo = tokio::spawn(async move {
            let mut packet = [0; 1500];
            while let Ok((length, from)) = far.recv_from(&mut packet).await {
                far.send_to(&packet[..length], from).await.unwrap();
            }
        });
        let between = round_trip(&near, setting.far_address, b"hello").await;
        // A binding request (RFC 8489) to the server that is where the relay would be.
        let request = [&b"\0\x01\0\0\x21\x12\xa4\x42"[..], &[7; 12]].concat();
        let to_relay = round_trip(&near, STUN.parse().unwrap(), &request).await;
        echo.abort();
        println!("between hosts {between:.1?}, to the relay {to_relay:.1?}");
        for trip in [between, to_relay] {
            assert!((2 * EACH_WAY..2 * EACH_WAY + Duration::from_millis(15)).contains(&trip));
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_page_can_be_loaded() {
        let Some(setting) = setting().await else { return };
        let router = setting.network.router();
        let listener = router.inside(|| Ok(std::net::TcpListener::bind(RELAY)?)).await.unwrap();
        let page = vec![7; 300_000];
        let served = page.clone();
        std::thread::spawn(move || listener.accept().unwrap().0.write_all(&served).unwrap());
        let loading = setting.near.namespace().inside(|| {
            let mut stream = std::net::TcpStream::connect(RELAY)?;
            let mut bytes = Vec::new();
            stream.read_to_end(&mut bytes)?;
            Ok(bytes)
        });
        assert_eq!(soon("a page", loading).await.unwrap().unwrap(), page);
    }

    /// Sends so many packets a second for a while; each says when it was sent.
    async fn flood(from: Arc<UdpSocket>, to: SocketAddr, rate: f64, start: Instant) {
        let mut pace = tokio::time::interval(Duration::from_secs_f64(1.0 / rate));
        let mut packet = vec![0; PACKET];
        while start.elapsed() < Duration::from_secs(2) {
            pace.tick().await;
            packet[..16].copy_from_slice(&start.elapsed().as_nanos().to_le_bytes());
            from.send_to(&packet, to).await.unwrap();
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_uplink_carries_its_rate_and_holds_a_queue() {
        let Some(setting) = setting().await else { return };
        let [near, far] = setting.sockets;
        for kilobits in [1_000, 5_000] {
            setting.network.limit_uplink(&setting.near, kilobits).unwrap();
            let line = f64::from(kilobits) * 1_000.0 / ((PACKET + HEADERS) as f64 * 8.0);
            let start = Instant::now();
            let flood = flood(Arc::clone(&near), setting.far_address, 2.0 * line, start);
            let flood = tokio::spawn(flood);
            // When each packet came, and how long it was under way, in seconds.
            let mut came = Vec::new();
            let mut packet = [0; 1500];
            let silence = Duration::from_millis(500);
            while let Ok(length) = tokio::time::timeout(silence, far.recv(&mut packet)).await {
                assert_eq!(length.unwrap(), PACKET);
                let sent = u128::from_le_bytes(packet[..16].try_into().unwrap()) as f64 / 1e9;
                let now = start.elapsed().as_secs_f64();
                came.push((now, now - sent));
            }
            flood.await.unwrap();
            let (first, last) = (came[0].0, came[came.len() - 1].0);
            let share = (came.len() - 1) as f64 / (last - first) / line;
            // All of the second half have met a full queue.
            let mut ways: Vec<f64> = came[came.len() / 2..].iter().map(|(_, way)| *way).collect();
            ways.sort_by(f64::total_cmp);
            let way = ways[ways.len() / 2];
            println!(
                "{kilobits} kbit/s: carried {share:.3} of it, with a full queue in {way:.3} s"
            );
            assert!((0.9..1.06).contains(&share), "{share}");
            assert!((0.2..0.26).contains(&way), "25 ms and the queue's 200: {way}");
        }
    }
}
