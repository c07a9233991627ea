//! What depends on what, as the layers in docs/architecture.md want it, and what every
//! manifest has.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::Result;

use super::Findings;
use crate::project::Project;
use crate::setup::locked_version;

/// What one crate may link. (What its tests use is free.)
enum Rule {
    /// These and no others. A name that ends in `*` stands for all that begin so.
    Only(&'static [&'static str]),
    /// Anything but these.
    Never(&'static [&'static str]),
}

const RULES: &[(&str, Rule)] = &[
    ("sightline-protocol", Rule::Only(&["serde", "thiserror"])),
    ("sightline-session", Rule::Only(&["sightline-protocol", "thiserror"])),
    (
        "sightline-web",
        Rule::Only(&[
            "futures-channel",
            "futures-util",
            "gloo-*",
            "js-sys",
            "serde",
            "serde_json",
            "sightline-protocol",
            "thiserror",
            "wasm-bindgen",
            "wasm-bindgen-futures",
            "web-sys",
        ]),
    ),
    ("sightline-client", Rule::Only(&["sightline-protocol", "sightline-session", "sightline-web"])),
    ("sightline-app", Rule::Never(&["js-sys", "sightline-relay", "tokio", "web-sys"])),
    ("sightline-relay", Rule::Never(&["sightline-app", "sightline-session", "sightline-web"])),
    ("sightline-e2e", Rule::Never(&["sightline-app", "sightline-session", "sightline-web"])),
];

/// Where the version of wasm-bindgen may be written. Trunk and our set-up read it there.
const LOCK_FILE: &str = "Cargo.lock";

/// A package's name and what it depends on.
type Graph<'a> = BTreeMap<&'a str, Vec<&'a str>>;

pub(super) fn check(project: &Project, findings: &mut Findings) -> Result<()> {
    let graph: Graph<'_> =
        project.packages().map(|package| (package.name, package.dependencies())).collect();
    rules(&graph, findings);

    for package in project.packages() {
        let manifest = fs::read_to_string(package.dir.join("Cargo.toml"))?;
        if !takes_workspace_lints(&manifest) {
            findings.error(format!(
                "{} does not take the workspace's lints: its Cargo.toml needs `[lints]` with \
                 `workspace = true`.",
                package.name
            ));
        }
    }

    let version = locked_version(&project.root, "wasm-bindgen")?;
    let kinds = ["toml", "rs", "md", "yml", "yaml", "json", "html", "sh"];
    for file in super::texts(project, &kinds) {
        if has_number(&file.text, &version) {
            findings.error(format!(
                "{} names wasm-bindgen's version {version}, which has to be written in \
                 {LOCK_FILE} alone.",
                file.path
            ));
        }
    }
    Ok(())
}

fn rules(graph: &Graph<'_>, findings: &mut Findings) {
    for (name, rule) in RULES {
        let Some(direct) = graph.get(name) else {
            findings.error(format!("There is no crate {name} that the rule of tidy is about."));
            continue;
        };
        match rule {
            Rule::Only(allowed) => {
                for dependency in direct.iter().filter(|one| !matches(allowed, one)) {
                    findings.error(format!(
                        "{name} depends on {dependency}; it may depend on {} only.",
                        allowed.join(", ")
                    ));
                }
            }
            Rule::Never(forbidden) => {
                for dependency in direct.iter().filter(|one| matches(forbidden, one)) {
                    findings.error(format!("{name} depends on {dependency}, which it never may."));
                }
                // By way of another of our crates a crate of ours is no better.
                let ours = |one: &&&str| graph.contains_key(**one) && !direct.contains(*one);
                for dependency in reached(graph, name).iter().filter(ours) {
                    if matches(forbidden, dependency) {
                        findings.error(format!(
                            "{name} depends on {dependency} by way of another crate, which it \
                             never may."
                        ));
                    }
                }
            }
        }
    }
}

fn matches(patterns: &[&str], name: &str) -> bool {
    patterns.iter().any(|pattern| match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == *pattern,
    })
}

fn reached<'a>(graph: &Graph<'a>, name: &str) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<&str> = graph.get(name).cloned().unwrap_or_default();
    while let Some(one) = next.pop() {
        if reached.insert(one) {
            next.extend(graph.get(one).into_iter().flatten());
        }
    }
    reached
}

fn takes_workspace_lints(manifest: &str) -> bool {
    let mut lines = manifest.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.any(|line| line == "[lints]") && lines.next() == Some("workspace = true")
}

/// Whether a version stands there, not as a part of a longer one.
fn has_number(text: &str, version: &str) -> bool {
    let part = |c: char| c.is_ascii_digit() || c == '.';
    text.match_indices(version).any(|(at, _)| {
        let (before, after) = text.split_at(at);
        let after = after.strip_prefix(version).unwrap_or_default();
        // A full stop ends a sentence unless a digit follows.
        let goes_on = after.starts_with(|c: char| c.is_ascii_digit())
            || after
                .strip_prefix('.')
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        !before.ends_with(part) && !goes_on
    })
}

#[cfg(test)]
mod tests {
    use super::super::errors_of;
    use super::*;

    fn tidy() -> Graph<'static> {
        BTreeMap::from([
            ("sightline-protocol", vec!["serde", "thiserror"]),
            ("sightline-session", vec!["sightline-protocol"]),
            ("sightline-web", vec!["web-sys", "gloo-net", "sightline-protocol"]),
            ("sightline-client", vec!["sightline-session", "sightline-web"]),
            ("sightline-app", vec!["sightline-client", "leptos"]),
            ("sightline-relay", vec!["sightline-protocol", "tokio"]),
            ("sightline-e2e", vec!["tokio"]),
        ])
    }

    #[test]
    fn the_intended_graph_is_tidy() {
        assert_eq!(errors_of(|findings| rules(&tidy(), findings)), [""; 0]);
    }

    #[test]
    fn each_column_is_held() {
        for (name, dependency, says) in [
            ("sightline-protocol", "tokio", "sightline-protocol depends on tokio; it may"),
            ("sightline-session", "web-sys", "sightline-session depends on web-sys; it may"),
            ("sightline-web", "sightline-session", "sightline-web depends on sightline-session"),
            ("sightline-client", "leptos", "sightline-client depends on leptos; it may"),
            ("sightline-app", "tokio", "sightline-app depends on tokio, which it never may"),
            ("sightline-relay", "sightline-web", "depends on sightline-web, which it never may"),
        ] {
            let mut graph = tidy();
            graph.get_mut(name).unwrap().push(dependency);
            let errors = errors_of(|findings| rules(&graph, findings));
            assert!(errors.len() == 1 && errors[0].contains(says), "{errors:?}");
        }
    }

    #[test]
    fn a_detour_is_found() {
        let mut graph = tidy();
        graph.insert("sightline-extra", vec!["sightline-session"]);
        graph.get_mut("sightline-relay").unwrap().push("sightline-extra");
        let errors = errors_of(|findings| rules(&graph, findings));
        assert!(errors.len() == 1 && errors[0].contains("by way of"), "{errors:?}");
    }

    #[test]
    fn lints_are_taken_only_as_a_section() {
        assert!(takes_workspace_lints("[package]\n\n[lints]\nworkspace = true\n"));
        assert!(!takes_workspace_lints("[package]\nversion.workspace = true\n"));
        assert!(!takes_workspace_lints("[lints]\n[dependencies]\n"));
    }

    #[test]
    fn a_version_is_not_part_of_another() {
        for (text, found) in [
            ("is 1.2.3.", true),
            ("\"1.2.3\"", true),
            ("1.2.30", false),
            ("11.2.3", false),
            ("1.2.3.4", false),
        ] {
            assert_eq!(has_number(text, "1.2.3"), found, "{text}");
        }
    }
}
