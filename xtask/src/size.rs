//! `cargo xtask size`: what a first load of `/receiver` transfers.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::app;
use crate::project::Project;
use crate::setup;
use crate::sh;
use crate::steps::step;

/// Bytes of a whole first load, compressed with brotli.
const LIMIT: u64 = 250_000;

/// One file that the relay embeds.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Asset {
    path: String,
    raw: u64,
    brotli: u64,
}

/// Builds as `run` does, and shows the sizes.
pub(crate) fn size(project: &Project) -> Result<ExitCode> {
    setup::for_app(project)?;
    step("build the app", || app::build_app(project))?;
    let relay = step("build the relay", || app::build_relay(project))?;
    check(project, &relay)?;
    Ok(ExitCode::SUCCESS)
}

/// Asks the relay what it would send, and holds that to the limit.
pub(crate) fn check(project: &Project, relay: &Path) -> Result<()> {
    let list = sh::output(Command::new(relay).arg("--list-assets"))?;
    let assets = list.lines().map(asset).collect::<Result<Vec<_>>>()?;
    let read = |path: &str| {
        let bytes = fs::read(project.dist().join(path.trim_start_matches('/'))).ok()?;
        String::from_utf8(bytes).ok()
    };
    let load = first_load(&assets, read)?;
    let total: u64 = load.iter().map(|asset| asset.brotli).sum();
    print!("\nA first load of /receiver, in bytes with brotli (and without):\n\n{}", table(&load));
    println!("\nlimit {LIMIT}");
    if total > LIMIT {
        bail!("A first load is {} bytes over the limit.", total.saturating_sub(LIMIT));
    }
    println!("{} to spare", LIMIT.saturating_sub(total));
    Ok(())
}

/// A line `PATH<TAB>RAW<TAB>GZIP<TAB>BROTLI`. What is not worth compressing is
/// sent as it is: its columns are empty or `-`.
fn asset(line: &str) -> Result<Asset> {
    let columns: Vec<&str> = line.split('\t').collect();
    let [path, raw, _gzip, brotli] = columns.as_slice() else {
        bail!("`sightline --list-assets` printed a line that is not understood: {line}");
    };
    let raw = raw.parse().with_context(|| format!("not a size: {line}"))?;
    let brotli = match brotli.trim() {
        "" | "-" => raw,
        number => number.parse().with_context(|| format!("not a size: {line}"))?,
    };
    Ok(Asset { path: (*path).to_owned(), raw, brotli })
}

/// The page, and every file whose name stands in a file that is loaded already.
/// What the page loads only later has to be named by none of them to be left out.
fn first_load(assets: &[Asset], read: impl Fn(&str) -> Option<String>) -> Result<Vec<Asset>> {
    let name = |asset: &Asset| asset.path.rsplit('/').next().unwrap_or_default().to_owned();
    let page = assets.iter().find(|asset| name(asset) == "index.html");
    let page = page.context("The relay has no index.html in it: was it built without the app?")?;
    let mut load = vec![page.clone()];
    let mut loaded = BTreeSet::from([page.path.clone()]);
    let mut next = 0;
    while let Some(asset) = load.get(next) {
        next += 1;
        // What is not text names nothing.
        let Some(text) = read(&asset.path) else { continue };
        for other in assets {
            if text.contains(&name(other)) && loaded.insert(other.path.clone()) {
                load.push(other.clone());
            }
        }
    }
    load.sort_by_key(|asset| std::cmp::Reverse(asset.brotli));
    Ok(load)
}

fn table(load: &[Asset]) -> String {
    let total = Asset {
        path: "in total".to_owned(),
        raw: load.iter().map(|asset| asset.raw).sum(),
        brotli: load.iter().map(|asset| asset.brotli).sum(),
    };
    let rows = load.iter().chain([&total]);
    rows.map(|row| format!("{:>9} {:>9}  {}\n", row.brotli, format!("({})", row.raw), row.path))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_relay_are_read() {
        let small = Asset { path: "/a.js".to_owned(), raw: 100, brotli: 40 };
        assert_eq!(asset("/a.js\t100\t50\t40").unwrap(), small);
        assert_eq!(asset("/a.png\t100\t-\t-").unwrap().brotli, 100);
        assert!(asset("/a.js 100").is_err());
        assert!(asset("/a.js\tx\t1\t1").is_err());
    }

    #[test]
    fn a_first_load_is_what_the_page_leads_to() {
        let asset = |path: &str, brotli| Asset { path: path.to_owned(), raw: brotli * 3, brotli };
        let assets = [
            asset("/index.html", 1),
            asset("/app-1.js", 2),
            asset("/app-1_bg.wasm", 30),
            asset("/snippets/x/inline0.js", 4),
            asset("/later-2.js", 500),
        ];
        let read = |path: &str| match path {
            "/index.html" => Some("import '/app-1.js'; '/app-1_bg.wasm'".to_owned()),
            "/app-1.js" => Some("import './snippets/x/inline0.js'".to_owned()),
            _ => None,
        };
        let load = first_load(&assets, read).unwrap();
        let paths: Vec<&str> = load.iter().map(|asset| asset.path.as_str()).collect();
        assert_eq!(paths, ["/app-1_bg.wasm", "/snippets/x/inline0.js", "/app-1.js", "/index.html"]);
        assert!(table(&load).ends_with("       37     (111)  in total\n"), "{}", table(&load));
    }

    #[test]
    fn a_relay_without_the_app_is_told() {
        assert!(first_load(&[], |_| None).unwrap_err().to_string().contains("no index.html"));
    }
}
