//! The rules that the compiler and clippy cannot check.
//!
//! Each rule is a function from text to findings and knows nothing of the file system, so that a
//! test of a rule is a string. This module walks the tree and feeds them. A finding is one line,
//! `path:line: what is wrong`, and says what to do. A warning does not fail the run: it announces
//! an error that is still cheap to avoid.

mod edges;
mod migrations;
mod rust;
mod source;
mod sql;
mod todos;

use std::fmt;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::tidy::edges::Manifest;
use crate::tidy::source::Source;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Severity {
    Error,
    Warning,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    path: String,
    line: usize,
    severity: Severity,
    message: String,
}

impl Finding {
    fn error(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, path, line, message.into())
    }

    fn warning(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, path, line, message.into())
    }

    fn new(severity: Severity, path: &str, line: usize, message: String) -> Self {
        Self { path: path.to_owned(), line, severity, message }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, line, severity, message } = self;
        let prefix = match severity {
            Severity::Error => "",
            Severity::Warning => "warning: ",
        };
        write!(formatter, "{path}:{line}: {prefix}{message}")
    }
}

/// A text file of the tree; its path is relative to the root and uses `/`.
struct File {
    path: String,
    text: String,
}

/// Checks the whole tree, prints what it finds, and fails if any of it is an error.
pub(crate) fn run(root: &Path) -> Result<()> {
    let mut files = Vec::new();
    collect(root, "", &mut files)?;
    let mut findings = check(&files)?;
    findings.sort();
    for finding in &findings {
        println!("{finding}");
    }
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    let warnings = findings.len() - errors;
    if errors > 0 {
        bail!("tidy: {errors} errors, {warnings} warnings in {} files", files.len());
    }
    println!("tidy: {} files, no errors, {warnings} warnings", files.len());
    Ok(())
}

fn check(files: &[File]) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let mut manifests = Vec::new();
    for file in files {
        let extension = file.path.rsplit_once('.').map_or("", |(_, extension)| extension);
        if extension == "rs" {
            let source = Source::new(&file.path, &file.text);
            findings.extend(rust::check(&source));
            findings.extend(sql::check(&source));
            findings.extend(todos::check_rust(&source));
        } else {
            findings.extend(todos::check_text(&file.path, &file.text));
        }
        if file.path.ends_with("Cargo.toml") {
            manifests.push(Manifest::parse(&file.path, &file.text)?);
        }
    }
    findings.extend(edges::check(&manifests));
    findings.extend(migrations::check(files.iter().map(|file| file.path.as_str())));
    Ok(findings)
}

/// Reads every text file that a person of this project writes.
fn collect(directory: &Path, relative: &str, files: &mut Vec<File>) -> Result<()> {
    let entries = std::fs::read_dir(directory)
        .with_context(|| format!("could not list {}", directory.display()))?;
    for entry in entries {
        let entry = entry.with_context(|| format!("could not list {}", directory.display()))?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        let path = if relative.is_empty() { name.to_owned() } else { format!("{relative}/{name}") };
        let kind = entry.file_type().with_context(|| format!("could not look at {path}"))?;
        if kind.is_dir() {
            if is_ours(name) {
                collect(&entry.path(), &path, files)?;
            }
        } else if kind.is_file() && is_written_text(&path) {
            let text = std::fs::read_to_string(entry.path())
                .with_context(|| format!("could not read {path}"))?;
            files.push(File { path, text });
        }
    }
    Ok(())
}

/// Neither what is built or fetched, nor what others wrote and we only carry along.
fn is_ours(directory: &str) -> bool {
    match directory {
        ".ci" | ".cargo" | ".github" => true,
        "target" | "data" | "vendor" | "node_modules" => false,
        hidden => !hidden.starts_with('.'),
    }
}

fn is_written_text(path: &str) -> bool {
    const EXTENSIONS: [&str; 11] =
        ["rs", "toml", "sql", "html", "css", "js", "ftl", "md", "sh", "yml", "yaml"];
    path == ".ci/run"
        || path.rsplit_once('.').is_some_and(|(_, extension)| EXTENSIONS.contains(&extension))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop where its assumption fails")]

    use super::{File, Finding, check, is_ours, is_written_text};

    #[test]
    fn a_finding_is_one_line_that_an_editor_can_follow() {
        assert_eq!(Finding::error("a/b.rs", 3, "no").to_string(), "a/b.rs:3: no");
        assert_eq!(Finding::warning("a/b.rs", 3, "soon").to_string(), "a/b.rs:3: warning: soon");
    }

    #[test]
    fn built_and_vendored_files_are_not_read() {
        for directory in ["target", "vendor", ".git", "data"] {
            assert!(!is_ours(directory), "{directory}");
        }
        assert!(is_ours("crates") && is_ours(".ci"));
        assert!(is_written_text(".ci/run") && is_written_text("a/b.sql"));
        assert!(!is_written_text("Cargo.lock") && !is_written_text("logo.png"));
    }

    #[test]
    fn every_rule_is_applied_to_the_tree() {
        let file = |path: &str, text: &str| File { path: path.to_owned(), text: text.to_owned() };
        let files = [
            file(
                "crates/scim/Cargo.toml",
                "[package]\nname = \"s\"\n[dependencies]\ntokio = \"1\"\n",
            ),
            file("crates/domain/src/a.rs", "const A: &str = \"SELECT 1\";\n"),
            file(
                "crates/store/src/b.rs",
                "//! B.\n#[allow(dead_code)]\nconst B: &str = \"now()\";\n",
            ),
            file("crates/store/migrations/sqlite/0001_a.sql", concat!("-- TO", "DO\n")),
        ];
        let found: Vec<(String, usize)> = check(&files)
            .unwrap()
            .into_iter()
            .map(|finding| (finding.path, finding.line))
            .collect();
        for expected in [
            ("crates/scim/Cargo.toml", 4),
            ("crates/domain/src/a.rs", 1),
            ("crates/store/src/b.rs", 2),
            ("crates/store/src/b.rs", 3),
            ("crates/store/migrations/sqlite/0001_a.sql", 1),
        ] {
            assert!(
                found.contains(&(expected.0.to_owned(), expected.1)),
                "{expected:?} in {found:?}"
            );
        }
        assert_eq!(found.len(), 7, "{found:?}");
    }
}
