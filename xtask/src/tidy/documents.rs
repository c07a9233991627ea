//! What documents promise: links that lead somewhere, every word of the protocol
//! described, and the link by which Trunk finds its settings.

use std::fs;
use std::path::Path;

use anyhow::Result;

use super::{Findings, Text};
use crate::project::Project;

const PROTOCOL: &str = "docs/protocol.md";
/// The enums whose variants are words on the wire.
const WIRE_ENUMS: [&str; 4] = ["ClientMessage", "RelayMessage", "Signal", "ErrorCode"];

pub(super) fn check(project: &Project, findings: &mut Findings) -> Result<()> {
    let exists = |path: &Path| project.root.join(path).exists();
    for file in super::texts(project, &["md"]) {
        links(&file, exists, findings);
    }

    let sources = super::texts(project, &["rs"]);
    let of_protocol = |file: &&Text| file.path.starts_with("crates/protocol/src/");
    let source: String =
        sources.iter().filter(of_protocol).map(|file| file.text.as_str()).collect();
    match fs::read_to_string(project.root.join(PROTOCOL)) {
        Ok(document) => words(&source, &document, findings),
        Err(_) => findings.error(format!("{PROTOCOL}, which describes every message, is missing.")),
    }

    // Trunk reads either name where the file system tells them apart.
    let link = fs::read_link(project.root.join(".trunk.toml"));
    if link.ok().as_deref() != Some(Path::new("trunk.toml")) {
        findings.error(
            "`.trunk.toml` is not a link to trunk.toml: run `ln -sf trunk.toml .trunk.toml`.",
        );
    }
    Ok(())
}

/// Relative links have to lead to a file of the repository.
fn links(file: &Text, exists: impl Fn(&Path) -> bool, findings: &mut Findings) {
    let folder = Path::new(&file.path).parent().unwrap_or(Path::new(""));
    for target in targets(&file.text) {
        let path = target.split(['#', '?']).next().unwrap_or_default();
        let elsewhere = target.contains("://") || target.starts_with("mailto:");
        if path.is_empty() || elsewhere {
            continue;
        }
        let place = match path.strip_prefix('/') {
            Some(path) => Path::new(path).to_owned(),
            None => folder.join(path),
        };
        if !exists(&place) {
            findings.error(format!("{} links to {target}, which does not exist.", file.path));
        }
    }
}

/// What `[text](target)`, `[text]: target` and `src="target"` name, outside of code.
fn targets(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut code = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            code = !code;
        }
        if code {
            continue;
        }
        // Every other piece between backticks is code.
        for piece in line.split('`').step_by(2) {
            for (start, end) in [("](", ')'), ("src=\"", '"'), ("href=\"", '"')] {
                let starts = piece.split(start).skip(1);
                // A title may follow the target after a space.
                found.extend(starts.filter_map(|rest| rest.split([end, ' ']).next()));
            }
        }
        if let Some((name, target)) = line.split_once("]: ")
            && name.starts_with('[')
        {
            found.extend(target.split_whitespace().next());
        }
    }
    found
}

/// Every variant has to stand in the document, as it is on the wire, in quotation
/// marks or backticks.
fn words(source: &str, document: &str, findings: &mut Findings) {
    for name in WIRE_ENUMS {
        let variants = variants(source, name);
        if variants.is_empty() {
            findings.error(format!("crates/protocol has no `pub enum {name}` with variants."));
        }
        for word in variants {
            let there = [format!("\"{word}\""), format!("`{word}`")];
            if !there.iter().any(|quoted| document.contains(quoted)) {
                findings.error(format!("{PROTOCOL} does not describe `{word}` of {name}."));
            }
        }
    }
}

/// The names of an enum's variants as serde writes them in camel case. One with
/// `#[serde(other)]` is never written, and left out.
fn variants(source: &str, name: &str) -> Vec<String> {
    let head = format!("pub enum {name}");
    let mut lines = source.lines();
    let is_head =
        |line: &str| line.strip_prefix(&head).is_some_and(|rest| rest.starts_with([' ', '<', '{']));
    if !lines.by_ref().any(is_head) {
        return Vec::new();
    }
    let mut variants = Vec::new();
    let mut other = false;
    for line in lines.take_while(|line| !line.starts_with('}')) {
        // rustfmt indents variants by four, their fields by more.
        let Some(line) = line.strip_prefix("    ") else { continue };
        other |= line.starts_with("#[serde(other");
        if line.starts_with(|c: char| c.is_ascii_uppercase()) {
            let variant: String = line.chars().take_while(char::is_ascii_alphanumeric).collect();
            if !other {
                variants.push(camel_case(&variant));
            }
            other = false;
        }
    }
    variants
}

fn camel_case(variant: &str) -> String {
    let mut chars = variant.chars();
    chars.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(chars).collect()
}

#[cfg(test)]
mod tests {
    use super::super::errors_of;
    use super::*;

    #[test]
    fn links_lead_somewhere() {
        let text = "See [a](a.md), [b](../b.md#part), [c](/docs/c.md \"C\"), \
            [far](https://example.org/x) and [here](#here), not `[code](code.md)`.\n\
            ```\n[block](block.md)\n```\n[ref]: ref.md\n<img src=\"shot.png\">\n";
        let file = Text { path: "docs/x.md".to_owned(), text: text.to_owned() };
        let asked = std::cell::RefCell::new(Vec::new());
        let exists = |path: &Path| {
            asked.borrow_mut().push(path.display().to_string());
            path != Path::new("docs/ref.md")
        };
        let errors = errors_of(|findings| links(&file, exists, findings));
        assert_eq!(errors, ["docs/x.md links to ref.md, which does not exist."]);
        let expected = ["docs/a.md", "docs/../b.md", "docs/c.md", "docs/ref.md", "docs/shot.png"];
        assert_eq!(*asked.borrow(), expected);
    }

    const SOURCE: &str = "pub enum SignalError {\n    Wrong,\n}\n\
        pub enum Signal<P = X> {\n    /// Doc.\n    CreateOffer {\n        Sdp: String,\n    },\n    \
        #[serde(rename = \"x\")]\n    Leave,\n    Pair(u8),\n    #[serde(other)]\n    Unknown,\n}\n";

    #[test]
    fn variants_are_found() {
        assert_eq!(variants(SOURCE, "Signal"), ["createOffer", "leave", "pair"]);
        assert_eq!(variants(SOURCE, "SignalError"), ["wrong"]);
        assert_eq!(variants(SOURCE, "Sig"), [""; 0]);
    }

    #[test]
    fn every_word_is_described() {
        let enums = WIRE_ENUMS.map(|name| format!("pub enum {name} {{\n    Go{name},\n}}\n"));
        let document = "`goClientMessage` {\"type\": \"goRelayMessage\"} `goSignal` goErrorCode";
        let errors = errors_of(|findings| words(&enums.concat(), document, findings));
        assert_eq!(errors, ["docs/protocol.md does not describe `goErrorCode` of ErrorCode."]);
    }
}
