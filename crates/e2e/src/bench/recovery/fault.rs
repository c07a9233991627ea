//! The faults, each with what is measured after it.

use std::time::Duration;

use anyhow::{Context, Result};
use clap::ValueEnum;
use sightline_e2e::{Fault as Outage, Host, Relaying, largest_gap, now};
use tokio::time::sleep;

use super::call::Call;

/// For so long a host has no network.
const UNPLUGGED: Duration = Duration::from_secs(3);
/// For so long the path is cut: more than the browsers take for a pause.
const CUT: Duration = Duration::from_secs(6);
/// After signalling is back the picture is looked at for so long still.
const AFTER: Duration = Duration::from_secs(1);

/// What happens in the middle of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Fault {
    RelayKilled,
    RelayStopped,
    RelayForgotten,
    PathCut,
    LinkFlap,
    ReceiverMoves,
    SenderMoves,
    ReceiverReload,
    SenderReload,
}

/// What was measured once, in milliseconds.
pub(crate) struct Outcome {
    /// Until what [`Fault::awaited`] names.
    pub(crate) back: f64,
    /// The longest time between two frames, where they should go on.
    pub(crate) gap: Option<f64>,
}

impl Fault {
    /// Whether it takes a network of its own.
    pub(crate) const fn is_of_network(self) -> bool {
        matches!(self, Self::PathCut | Self::LinkFlap | Self::ReceiverMoves | Self::SenderMoves)
    }

    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::RelayKilled => "relay killed (SIGKILL) and started again",
            Self::RelayStopped => "relay stopped (SIGTERM) and started again",
            Self::RelayForgotten => "connections to the relay open, but dead",
            Self::PathCut => "path between the two cut for 6 s",
            Self::LinkFlap => "receiver's network away for 3 s",
            Self::ReceiverMoves => "receiver in another network after 3 s",
            Self::SenderMoves => "sender in another network after 3 s",
            Self::ReceiverReload => "receiver loaded again",
            Self::SenderReload => "sender loaded again (`autostart=1`)",
        }
    }

    /// From when to when is measured.
    pub(crate) const fn awaited(self) -> &'static str {
        match self {
            Self::RelayKilled | Self::RelayStopped => "from the signal to both pages joined",
            Self::RelayForgotten => "from the last byte to both pages joined",
            Self::PathCut => "from the path's return to a frame",
            Self::LinkFlap => "from the network's return to a frame",
            Self::ReceiverMoves | Self::SenderMoves => "from the new network to a frame",
            Self::ReceiverReload => "from the command to the first frame",
            Self::SenderReload => "from the command to the new camera's first frame",
        }
    }

    /// Makes it happen, and waits for the end of it.
    pub(crate) async fn happens(self, call: &Call) -> Result<Outcome> {
        match self {
            Self::RelayKilled => {
                let start = now();
                call.relay.kill().await?;
                call.relay.start_again().await?;
                signalling(call, start).await
            }
            Self::RelayStopped => {
                let start = now();
                call.relay.stop().await?;
                call.relay.start_again().await?;
                signalling(call, start).await
            }
            Self::RelayForgotten => {
                let start = now();
                let front = call.front.as_ref().context("nothing is in front of the relay")?;
                front.relaying(Relaying::Forgotten);
                signalling(call, start).await
            }
            Self::PathCut => {
                let network = &call.hosts()?.network;
                network.suffer(Outage::NoPath)?;
                sleep(CUT).await;
                let start = now();
                network.mend()?;
                picture(call, start).await
            }
            Self::LinkFlap => {
                let host = &call.hosts()?.receiver;
                host.unplug()?;
                sleep(UNPLUGGED).await;
                let start = now();
                host.plug()?;
                picture(call, start).await
            }
            Self::ReceiverMoves => moves(call, &call.hosts()?.receiver).await,
            Self::SenderMoves => moves(call, &call.hosts()?.sender).await,
            Self::ReceiverReload => {
                let start = now();
                call.receiver.reload().await?;
                picture(call, start).await
            }
            Self::SenderReload => {
                let start = now();
                call.sender.reload().await?;
                after_the_break(call, start).await
            }
        }
    }
}

async fn moves(call: &Call, host: &Host) -> Result<Outcome> {
    host.unplug()?;
    sleep(UNPLUGGED).await;
    let start = now();
    host.plug_elsewhere()?;
    picture(call, start).await
}

/// Both pages have joined again; the picture goes on meanwhile.
async fn signalling(call: &Call, start: f64) -> Result<Outcome> {
    let sender = call.sender.wait_welcome(start).await?;
    let receiver = call.receiver.wait_welcome(start).await?;
    sleep(AFTER).await;
    let mut frames = call.receiver.frames(start).await?;
    frames.push(now());
    Ok(Outcome { back: sender.max(receiver) - start, gap: Some(largest_gap(&frames)) })
}

/// The first frame after a time at which there was none.
async fn picture(call: &Call, start: f64) -> Result<Outcome> {
    Ok(Outcome { back: call.receiver.wait_frame(start).await? - start, gap: None })
}

/// The first frame after the longest break: what was on its way before still came.
async fn after_the_break(call: &Call, start: f64) -> Result<Outcome> {
    call.sender.wait_state("live").await?;
    sleep(AFTER).await;
    let frames = call.receiver.frames(start).await?;
    let breaks = frames.iter().zip(frames.iter().skip(1));
    let longest = breaks.max_by(|one, other| (one.1 - one.0).total_cmp(&(other.1 - other.0)));
    let (_, first) = longest.context("no frames came")?;
    Ok(Outcome { back: first - start, gap: None })
}
