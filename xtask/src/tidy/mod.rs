//! `cargo xtask tidy`: the rules of the code base that no compiler checks.
//!
//! Each check looks at texts and returns what is wrong, a sentence for each finding,
//! so that it can be tried on small samples.

mod dependencies;
mod documents;
mod sources;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::project::Project;

/// What is not of this repository, or is built.
const LEFT_OUT: [&str; 5] = [".git", ".tools", "target", "dist", "node_modules"];

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// What has to be mended.
    errors: Vec<String>,
    /// What is worth a look.
    notes: Vec<String>,
}

impl Findings {
    fn error(&mut self, sentence: impl Into<String>) {
        self.errors.push(sentence.into());
    }

    fn note(&mut self, sentence: impl Into<String>) {
        self.notes.push(sentence.into());
    }
}

/// A file of the repository: its path from the root, with `/`, and its text.
pub(crate) struct Text {
    path: String,
    text: String,
}

/// `cargo xtask tidy`.
pub(crate) fn tidy(project: &Project) -> Result<ExitCode> {
    check(project)?;
    println!("Tidy.");
    Ok(ExitCode::SUCCESS)
}

/// All checks.
///
/// # Errors
/// Where one found something that has to be mended.
pub(crate) fn check(project: &Project) -> Result<()> {
    let mut findings = Findings::default();
    dependencies::check(project, &mut findings)?;
    sources::check(&texts(project, &["rs"]), &mut findings);
    documents::check(project, &mut findings)?;
    for note in &findings.notes {
        println!("  note: {note}");
    }
    for error in &findings.errors {
        println!("  error: {error}");
    }
    match findings.errors.len() {
        0 => Ok(()),
        1 => bail!("One thing is not tidy."),
        n => bail!("{n} things are not tidy."),
    }
}

/// The files below a folder whose names end so, in order.
pub(crate) fn files(dir: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            // A link is looked at where it leads to, if that is ours.
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() && !LEFT_OUT.iter().any(|left_out| name == *left_out) {
                folders.push(path);
            } else if kind.is_file()
                && path.extension().is_some_and(|end| extensions.iter().any(|one| end == *one))
            {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The texts of the repository's files whose names end so.
fn texts(project: &Project, extensions: &[&str]) -> Vec<Text> {
    let read = |file: PathBuf| {
        let path = file.strip_prefix(&project.root).ok()?.to_string_lossy().replace('\\', "/");
        Some(Text { path, text: fs::read_to_string(&file).ok()? })
    };
    files(&project.root, extensions).into_iter().filter_map(read).collect()
}

#[cfg(test)]
fn errors_of(check: impl FnOnce(&mut Findings)) -> Vec<String> {
    let mut findings = Findings::default();
    check(&mut findings);
    findings.errors
}
