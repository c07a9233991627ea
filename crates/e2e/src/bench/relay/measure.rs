//! The measurements themselves: what one server does in one round.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use futures_util::future::try_join_all;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use tokio::time::{sleep, timeout};

use super::client::Client;
use super::pair::{Pair, Payload};
use super::server::{Kind, Server};
use crate::common::stats::Series;

/// How much is done.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Amount {
    /// Messages of each kind, one at a time.
    pub(crate) alone: usize,
    /// Messages of each kind with [`UNDER_WAY`] under way.
    pub(crate) together: usize,
    /// Connections that idle.
    pub(crate) connections: usize,
}

/// Messages that are under way at a time, each in a room of its own.
pub(crate) const UNDER_WAY: usize = 16;

/// Connections that are being made at a time.
const AT_A_TIME: usize = 16;

/// Connections that are made and then joined before the next: a relay gives a
/// connection only so long until it joins.
const BATCH: usize = 1_000;

/// Rooms that are opened and left before anything is measured.
const WARM_UP: usize = 100;

/// Before the memory is read, so that what is being freed is free.
const SETTLE: Duration = Duration::from_secs(2);

/// Far beyond what a round takes: a defect must not make this wait for ever.
const PATIENCE: Duration = Duration::from_secs(180);

/// Each goes the other way.
const HANDSHAKE: [Payload; 4] =
    [Payload::WholeDescription, Payload::WholeDescription, Payload::Candidate, Payload::Candidate];

/// What is measured of a server, in the order of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Metric {
    IdleMemory,
    TalkedMemory,
    MemoryAfter,
    Latency(Payload),
    CpuAlone(Payload),
    CpuTogether(Payload),
    ConnectRate,
    ConnectCpu,
    JoinCpu,
}

/// What was measured in one round.
pub(crate) type Figures = Vec<(Metric, f64)>;

/// A round, and the processor time that its servers used.
#[derive(Debug, Default)]
pub(crate) struct Round {
    pub(crate) figures: Figures,
    pub(crate) cpu: Duration,
}

/// One round with one server.
pub(crate) async fn round(kind: &Kind, amount: Amount) -> Result<Round> {
    let what = async {
        let mut round = Round::default();
        messages(kind, amount, &mut round).await?;
        connections(kind, amount, &mut round).await?;
        Ok(round)
    };
    timeout(PATIENCE, what)
        .await
        .unwrap_or_else(|_| Err(anyhow!("it did not end in time")))
        .with_context(|| format!("{} could not be measured", kind.name()))
}

/// Latency, and processor time a message.
async fn messages(kind: &Kind, amount: Amount, round: &mut Round) -> Result<()> {
    let server = Server::start(kind)?;
    let mut pairs = Vec::new();
    for number in 0..UNDER_WAY {
        pairs.push(Pair::open(server.address, number).await?);
    }
    let figures = &mut round.figures;
    for payload in Payload::TIMED {
        together(&mut pairs, payload, amount.together / 4).await?;

        let before = server.cpu()?;
        let first = pairs.first_mut().context("there is a pair")?;
        let mut latencies = Vec::with_capacity(amount.alone);
        for _ in 0..amount.alone {
            let start = Instant::now();
            first.relay(payload).await?;
            latencies.push(micros(start.elapsed()));
        }
        let used = server.cpu()?.saturating_sub(before);
        figures.push((Metric::Latency(payload), Series::new(latencies).median()));
        figures.push((Metric::CpuAlone(payload), micros(used) / count(amount.alone)));

        let before = server.cpu()?;
        let sent = together(&mut pairs, payload, amount.together).await?;
        let used = server.cpu()?.saturating_sub(before);
        figures.push((Metric::CpuTogether(payload), micros(used) / count(sent)));
    }
    round.cpu += server.cpu()?;
    Ok(())
}

/// Sends messages in all pairs at once, one under way in each; how many.
async fn together(pairs: &mut [Pair], payload: Payload, messages: usize) -> Result<usize> {
    let each = messages.div_ceil(pairs.len().max(1));
    let all = pairs.len() * each;
    let one = async |pair: &mut Pair| {
        for _ in 0..each {
            pair.relay(payload).await?;
        }
        Ok::<_, anyhow::Error>(())
    };
    try_join_all(pairs.iter_mut().map(one)).await?;
    Ok(all)
}

/// What connecting costs, and what connections keep.
async fn connections(kind: &Kind, amount: Amount, round: &mut Round) -> Result<()> {
    let mut server = Server::start(kind)?;
    // What a server needs once, whoever connects, doesn't count.
    for number in 0..WARM_UP {
        Pair::open(server.address, number).await?.relay(Payload::Description).await?;
    }
    let before = settled(&mut server, kind).await?;

    let (mut connecting, mut connect_cpu) = (Duration::ZERO, Duration::ZERO);
    let mut join_cpu = Duration::ZERO;
    let mut pairs: Vec<Pair> = Vec::with_capacity(amount.connections / 2);
    while pairs.len() * 2 < amount.connections {
        let batch = BATCH.min(amount.connections - pairs.len() * 2);
        let (start, cpu) = (Instant::now(), server.cpu()?);
        let mut clients = connect(&server, batch).await?.into_iter();
        connecting += start.elapsed();
        connect_cpu += server.cpu()?.saturating_sub(cpu);

        let cpu = server.cpu()?;
        while let (Some(sender), Some(receiver)) = (clients.next(), clients.next()) {
            pairs.push(Pair::join(sender, receiver, pairs.len()).await?);
        }
        join_cpu += server.cpu()?.saturating_sub(cpu);
    }
    let made = count(pairs.len() * 2);
    let idle = settled(&mut server, kind).await?;

    // All of them are still there, and negotiate: an offer, an answer, a candidate each.
    for pair in &mut pairs {
        for payload in HANDSHAKE {
            pair.relay(payload).await?;
        }
        pair.rest();
    }
    let talked = settled(&mut server, kind).await?;
    drop(pairs);
    let after = settled(&mut server, kind).await?;

    round.cpu += server.cpu()?;
    round.figures.extend([
        (Metric::IdleMemory, (idle - before) / made),
        (Metric::TalkedMemory, (talked - before) / made),
        (Metric::MemoryAfter, (after - before) / made),
        (Metric::ConnectRate, made / connecting.as_secs_f64()),
        (Metric::ConnectCpu, micros(connect_cpu) / made),
        (Metric::JoinCpu, micros(join_cpu) / made),
    ]);
    Ok(())
}

async fn connect(server: &Server, connections: usize) -> Result<Vec<Client>> {
    let connecting = (0..connections).map(|_| Client::connect(server.address));
    stream::iter(connecting).buffer_unordered(AT_A_TIME).try_collect().await
}

/// The server's memory in bytes, when it has come to rest.
async fn settled(server: &mut Server, kind: &Kind) -> Result<f64> {
    sleep(SETTLE).await;
    server.collect_garbage(kind)?;
    server.memory()
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

#[allow(clippy::cast_precision_loss, reason = "counts are far from 2^52")]
fn count(number: usize) -> f64 {
    number as f64
}
