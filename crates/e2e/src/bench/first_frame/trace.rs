//! What a browser says of the video that it sends over a path that changes, second by second:
//! recorded for the tests of what the session concludes from it.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use sightline_e2e::{Journey, Setup, until};

use super::link::Pages;
use super::stage::{Kind, Stage};

/// A path: its name, and what the uplink carries (in kilobits a second) for how many seconds.
const PATHS: [(&str, &[(u32, u64)]); 5] = [
    ("1-mbit", &[(1_000, 40)]),
    ("2-mbit", &[(2_000, 40)]),
    ("5-mbit", &[(5_000, 30)]),
    ("falls-and-returns", &[(5_000, 12), (400, 30), (5_000, 45)]),
    ("comes-and-goes", &[(5_000, 8), (700, 8), (5_000, 8), (700, 8), (5_000, 8), (700, 8)]),
];

/// Records each of them into a file of that folder.
pub(crate) async fn record(folder: &Path, journey: &Journey, setup: Setup) -> Result<()> {
    let stage = Stage::new(Kind::Hosts, journey, setup).await?;
    for (name, steps) in PATHS {
        let first = steps.first().context("a path has a beginning")?;
        stage.limit(first.0)?;
        let sender = stage.ready(Pages::Sightline, &format!("trace-{name}")).await?;
        sender.script(include_str!("trace.js"), vec![]).await?;
        sender.click("#go-live").await?;
        until("the first sample", async || {
            let count = sender.script("return trace.length", vec![]).await?;
            Ok(if count.as_u64() > Some(0) { Ok(()) } else { Err(count.to_string()) })
        })
        .await?;
        for (kilobits, seconds) in steps {
            stage.limit(*kilobits)?;
            tokio::time::sleep(Duration::from_secs(*seconds)).await;
        }
        let trace = sender.script("return trace.join('\\n')", vec![]).await?;
        let trace = trace.as_str().context("a trace is text")?;
        let about: Vec<String> =
            steps.iter().map(|(kbps, seconds)| format!("{kbps} kbit/s for {seconds} s")).collect();
        let file = folder.join(format!("{name}.txt"));
        fs::write(&file, format!("# An uplink of {}.\n{trace}\n", about.join(", then ")))?;
        println!("{}: {} samples", file.display(), trace.lines().count());
        stage.clear().await?;
    }
    Ok(())
}
