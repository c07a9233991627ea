//! docs/benchmarks.md: each benchmark rewrites its own section, between two comments
//! that nobody sees in the rendered page.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result, anyhow};

/// Where this crate's files are. Cargo sets the variable for what it runs; the value at
/// compile time is another checkout's where two share a target folder.
pub(crate) fn crate_folder() -> PathBuf {
    env::var("CARGO_MANIFEST_DIR")
        .ok()
        .filter(|folder| folder.ends_with("e2e"))
        .unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").to_owned())
        .into()
}

/// Puts a section's new text into the document.
///
/// # Errors
/// Where the document can't be read or written, or lacks the section's marks.
pub(crate) fn rewrite(section: &str, text: &str) -> Result<PathBuf> {
    let path = crate_folder().join("../../docs/benchmarks.md");
    let shown = || path.display().to_string();
    let old = fs::read_to_string(&path).with_context(|| format!("{} can't be read", shown()))?;
    let new = replaced(&old, section, text).ok_or_else(|| {
        let (begin, end) = marks(section);
        anyhow!("{} has no lines `{begin}` and, after it, `{end}`", shown())
    })?;
    fs::write(&path, new).with_context(|| format!("{} can't be written", shown()))?;
    Ok(path)
}

fn marks(section: &str) -> (String, String) {
    (
        format!("<!-- begin: written by `cargo xtask bench {section}` -->"),
        format!("<!-- end: written by `cargo xtask bench {section}` -->"),
    )
}

/// The document with another text between the section's marks.
fn replaced(document: &str, section: &str, text: &str) -> Option<String> {
    let (begin, end) = marks(section);
    let (before, rest) = document.split_once(&begin)?;
    let (_, after) = rest.split_once(&end)?;
    Some(format!("{before}{begin}\n\n{}\n\n{end}{after}", text.trim()))
}

/// A table in Markdown.
pub(crate) struct Table {
    text: String,
}

impl Table {
    pub(crate) fn new(heads: &[&str]) -> Self {
        let mut table = Self { text: String::new() };
        table.row(heads);
        // What is compared stands on the right of its name.
        let lines: Vec<&str> =
            heads.iter().enumerate().map(|(i, _)| if i == 0 { "---" } else { "---:" }).collect();
        table.row(&lines);
        table
    }

    pub(crate) fn row<T: AsRef<str>>(&mut self, cells: &[T]) {
        for cell in cells {
            let _ = write!(self.text, "| {} ", cell.as_ref());
        }
        self.text.push_str("|\n");
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

/// The file that a variable names.
///
/// # Errors
/// A sentence that says how the benchmark is meant to be started.
pub(crate) fn need_file(variable: &str) -> Result<PathBuf> {
    let path = env::var_os(variable).map(PathBuf::from);
    path.filter(|path| Path::is_file(path)).with_context(|| {
        format!("{variable} does not name a file; `cargo xtask bench` sets it: start it that way")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_replaced_and_nothing_else() {
        let (begin, end) = marks("relay");
        let document = format!("# A\n\n{begin}\nold\n{end}\n\n## B\n");
        let once = replaced(&document, "relay", "\nnew\n").unwrap();
        assert_eq!(once, format!("# A\n\n{begin}\n\nnew\n\n{end}\n\n## B\n"));
        assert_eq!(replaced(&once, "relay", "new").unwrap(), once, "again changes nothing");
        assert_eq!(replaced(&document, "first-frame", "new"), None);
        assert_eq!(replaced(&format!("{end}{begin}"), "relay", "new"), None);
    }

    #[test]
    fn a_table_is_markdown() {
        let mut table = Table::new(&["what", "ours"]);
        table.row(&["memory", "1"]);
        assert_eq!(table.text(), "| what | ours |\n| --- | ---: |\n| memory | 1 |\n");
    }
}
