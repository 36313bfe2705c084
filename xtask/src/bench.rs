//! `cargo xtask bench`: the figures of `docs/performance.md`, measured again and published.
//!
//! The measuring is done by the benches of the server; each adds its section to one file of results
//! below `target`. Publishing renders that file as the table and the drawing of the document, so
//! that neither is written by hand.

mod drawing;
mod figures;
mod page;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use serde_json::{Map, Value};

use crate::cargo::{self, Cargo};
use crate::postgres::{Cluster, Durability};
use crate::{DATABASE_URL, programs};

/// What the benches read to know where their results belong; the same names stand there.
const RESULTS: &str = "SEATLINK_BENCH_RESULTS";
const POSTGRES_PROGRAMS: &str = "SEATLINK_BENCH_POSTGRES";

const PARTS: [&str; 4] = ["scim", "postgres", "provisioning", "size"];

pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<()> {
    match arguments.split_first() {
        Some((part, options)) if PARTS.contains(&part.as_str()) => measure(root, part, options),
        Some((word, [])) if word == "publish" => publish(root),
        Some((word, _)) if !word.starts_with('-') => {
            anyhow::bail!("there is no bench `{word}`: {}, or publish", PARTS.join(", "))
        }
        _ => PARTS.into_iter().try_for_each(|part| measure(root, part, arguments)),
    }
}

fn measure(root: &Path, part: &str, options: &[String]) -> Result<()> {
    programs::ensure(programs::Wanted::Bench)?;
    let bench = if part == "provisioning" { part } else { "scim" };
    let arguments = ["-p", "seatlink", "--bench", bench, "--"].map(str::to_owned);
    let mut command = Cargo::new(root).command("bench", &arguments);
    if bench == "scim" {
        command.arg(part).args(size_option(part, options));
    }
    let results = results(root);
    if let Some(directory) = results.parent() {
        std::fs::create_dir_all(directory).context("could not make the directory of results")?;
    }
    command.env(RESULTS, results);
    if part == "postgres" { with_postgres(&mut command) } else { cargo::succeed(&mut command) }
}

/// `size` is mostly asked with one number, so the number may stand alone.
fn size_option(part: &str, options: &[String]) -> Vec<String> {
    match options.split_first() {
        Some((users, rest)) if part == "size" && users.parse::<u32>().is_ok() => {
            [&["--users".to_owned(), users.clone()], rest].concat()
        }
        _ => options.to_vec(),
    }
}

fn with_postgres(command: &mut Command) -> Result<()> {
    if let Some(programs) = programs::postgres_binaries() {
        command.env(POSTGRES_PROGRAMS, programs);
    }
    if std::env::var_os(DATABASE_URL).is_some_and(|url| !url.is_empty()) {
        eprintln!("xtask: using the PostgreSQL of {DATABASE_URL}");
        return cargo::succeed(command);
    }
    // A write that does not wait for the disk would measure something no installation runs.
    let mut cluster = Cluster::start(Durability::Full)?;
    command.env(DATABASE_URL, cluster.url());
    let outcome = cluster.run(command);
    let stopped = cluster.stop();
    outcome.and(stopped)
}

fn results(root: &Path) -> PathBuf {
    root.join("target/performance.json")
}

/// Takes what was measured last over into the document; what was not measured again stays.
fn publish(root: &Path) -> Result<()> {
    let docs = root.join("docs");
    let kept = docs.join("performance.json");
    let mut sections = read(&kept)?.unwrap_or_default();
    let measured = read(&results(root))?
        .with_context(|| "nothing was measured yet: run `cargo xtask bench` first")?;
    sections.extend(measured);
    let page = docs.join("performance.md");
    let text = std::fs::read_to_string(&page)
        .with_context(|| format!("could not read {}", page.display()))?;
    let text = page::with_figures(&text, &sections)?;
    let figures = figures::of(&sections)?;
    for (path, content) in [
        (kept, serde_json::to_string_pretty(&sections)? + "\n"),
        (docs.join("performance.svg"), drawing::draw(&figures)),
        (page, text),
    ] {
        std::fs::write(&path, content)
            .with_context(|| format!("could not write {}", path.display()))?;
        println!("{}", path.display());
    }
    Ok(())
}

fn read(path: &Path) -> Result<Option<Map<String, Value>>> {
    let Ok(text) = std::fs::read_to_string(path) else { return Ok(None) };
    let sections = serde_json::from_str(&text);
    sections.map(Some).with_context(|| format!("{} is no file of results", path.display()))
}

#[cfg(test)]
mod tests {
    use super::size_option;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn the_number_of_users_may_stand_alone_after_size() {
        let options = size_option("size", &words("5000 --rounds 2"));
        assert_eq!(options, words("--users 5000 --rounds 2"));
        assert_eq!(size_option("size", &words("--rounds 2")), words("--rounds 2"));
        assert_eq!(size_option("scim", &words("5000")), words("5000"));
    }
}
