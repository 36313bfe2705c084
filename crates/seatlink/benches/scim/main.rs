//! What the product promises about its SCIM service, measured on the real binary with wrk on the
//! same cores.
//!
//! `cargo xtask bench` runs the parts of it: `scim` (SQLite against a static handler and raw
//! inserts), `postgres` (against pgbench) and `size` (many users against few). Every request is
//! authenticated and every change is logged and durable.

#[path = "../common.rs"]
mod common;

mod client;
mod figure;
mod load;
mod people;
mod postgres;
mod reference;
mod scim;
mod series;
mod server;
mod size;

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use tempfile::TempDir;

use crate::load::Effort;

const USAGE: &str = "\
cargo xtask bench scim|postgres|size [options]

  --users N         how many users there are [scim, postgres: 100000; size: 1000000]
  --seconds N       how long each run takes [4]
  --rounds N        how many runs of each kind [5]
  --connections N   [16]
  --directory DIR   where the data is made, on the disk to be measured [the build directory]
";

/// What to measure, and how much of it.
pub(crate) struct Options {
    pub(crate) users: Option<u32>,
    pub(crate) effort: Effort,
    directory: PathBuf,
}

fn main() -> Result<()> {
    // Cargo says `--bench` to every bench.
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let part = arguments.next().unwrap_or_default();
    let options = Options::parse(arguments)?;
    match part.as_str() {
        "scim" => scim::measure(&options),
        "postgres" => postgres::measure(&options),
        "size" => size::measure(&options),
        reference::STATIC => reference::serve_static(),
        // A plain `cargo bench` is about minutes, and each part of this takes many.
        "" => {
            print!("{USAGE}");
            Ok(())
        }
        unknown => bail!("there is no part `{unknown}`\n\n{USAGE}"),
    }
}

impl Options {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
        let effort = Effort { connections: 16, duration: Duration::from_secs(4), rounds: 5 };
        let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        let mut options = Self { users: None, effort, directory };
        while let Some(name) = arguments.next() {
            let value = arguments.next().with_context(|| format!("{name} needs a value"))?;
            let number = || -> Result<u32> {
                let number: u32 =
                    value.parse().with_context(|| format!("{name} must be a number"))?;
                if number == 0 {
                    bail!("{name} must be 1 or more");
                }
                Ok(number)
            };
            match name.as_str() {
                "--users" => options.users = Some(number()?),
                "--seconds" => options.effort.duration = Duration::from_secs(number()?.into()),
                "--rounds" => options.effort.rounds = number()?,
                "--connections" => options.effort.connections = number()?,
                "--directory" => options.directory = PathBuf::from(value),
                _ => bail!("there is no option `{name}`\n\n{USAGE}"),
            }
        }
        Ok(options)
    }

    /// A directory that goes away, on the disk that is measured.
    pub(crate) fn workspace(&self) -> Result<TempDir> {
        std::fs::create_dir_all(&self.directory)?;
        tempfile::tempdir_in(&self.directory).context("a directory to work in")
    }

    pub(crate) fn settings(&self, users: u32) -> BTreeMap<&'static str, String> {
        BTreeMap::from([
            ("users", users.to_string()),
            ("connections", self.effort.connections.to_string()),
            ("seconds", self.effort.duration.as_secs().to_string()),
            ("rounds", self.effort.rounds.to_string()),
        ])
    }
}

/// A row that is one value.
pub(crate) fn value(what: &str, per_second: f64) -> Value {
    serde_json::json!({ "what": what, "per_second": series::rounded(per_second, 0) })
}
