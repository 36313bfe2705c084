//! The edges between crates, which are the architecture.
//!
//! The table below is the one in ARCHITECTURE.md. A new edge is a change of this table, with its
//! reason in the commit. Development dependencies are free: a test may look at what its crate may
//! not.

use anyhow::{Context as _, Result};
use toml::{Table, Value};

use super::Finding;

struct Rule {
    /// The directory, under `crates/` except for `xtask` and `fuzz`.
    directory: &'static str,
    package: &'static str,
    /// Crates of this workspace it may depend on.
    may: &'static [&'static str],
    /// Groups of other crates it must never see.
    never: &'static [Group],
}

type Group = (&'static str, &'static [&'static str]);

const ASYNC: Group = (
    "async",
    &["tokio", "tokio-util", "async-trait", "futures", "futures-util", "async-std", "smol"],
);
const HTTP_SERVER: Group =
    ("an HTTP server", &["axum", "axum-extra", "hyper", "hyper-util", "tower", "tower-http"]);
const HTTP_CLIENT: Group = ("an HTTP client", &["reqwest", "ureq", "isahc", "lettre"]);
const DATABASE: Group = (
    "a database driver",
    &[
        "rusqlite",
        "libsqlite3-sys",
        "tokio-postgres",
        "postgres",
        "deadpool",
        "deadpool-postgres",
        "sqlx",
    ],
);
const CLOCK: Group = ("a clock", &["chrono", "time", "jiff"]);
const RANDOMNESS: Group = ("randomness", &["rand", "getrandom", "fastrand", "uuid"]);
const LOGGING: Group = ("logging", &["tracing", "tracing-subscriber", "log"]);

const PURE: &[Group] = &[ASYNC, HTTP_SERVER, HTTP_CLIENT, DATABASE, CLOCK, RANDOMNESS, LOGGING];

const RULES: [Rule; 12] = [
    Rule { directory: "scim", package: "seatlink-scim", may: &[], never: PURE },
    Rule { directory: "oauth", package: "seatlink-oauth", may: &[], never: PURE },
    // Times are shown in the reader's zone, which takes the zones' rules; the clock stays the
    // caller's.
    Rule {
        directory: "texts",
        package: "seatlink-texts",
        may: &[],
        never: &[ASYNC, HTTP_SERVER, HTTP_CLIENT, DATABASE, RANDOMNESS, LOGGING],
    },
    Rule {
        directory: "store",
        package: "seatlink-store",
        may: &["seatlink-scim"],
        never: &[HTTP_SERVER, HTTP_CLIENT],
    },
    Rule {
        directory: "domain",
        package: "seatlink-domain",
        may: &["seatlink-store", "seatlink-scim", "seatlink-oauth"],
        never: &[HTTP_SERVER, HTTP_CLIENT, DATABASE],
    },
    Rule {
        directory: "provision",
        package: "seatlink-provision",
        may: &["seatlink-domain", "seatlink-scim"],
        never: &[HTTP_SERVER, DATABASE],
    },
    Rule {
        directory: "edge",
        package: "seatlink-edge",
        may: &[
            "seatlink-provision",
            "seatlink-domain",
            "seatlink-scim",
            "seatlink-oauth",
            "seatlink-texts",
        ],
        never: &[DATABASE],
    },
    Rule {
        directory: "console",
        package: "seatlink-console",
        may: &[
            "seatlink-edge",
            "seatlink-provision",
            "seatlink-domain",
            "seatlink-scim",
            "seatlink-oauth",
            "seatlink-texts",
        ],
        never: &[DATABASE],
    },
    Rule {
        directory: "seatlink",
        package: "seatlink",
        may: &[
            "seatlink-console",
            "seatlink-edge",
            "seatlink-provision",
            "seatlink-domain",
            "seatlink-scim",
            "seatlink-oauth",
            "seatlink-texts",
        ],
        never: &[DATABASE],
    },
    // Makes throwaway databases, which takes a driver; what is tested it reaches as a user does.
    Rule {
        directory: "testkit",
        package: "seatlink-testkit",
        may: &["seatlink-scim", "seatlink-oauth"],
        never: &[],
    },
    Rule {
        directory: "xtask",
        package: "xtask",
        may: &[],
        never: &[ASYNC, HTTP_SERVER, HTTP_CLIENT, DATABASE],
    },
    // A workspace of its own: cargo-fuzz builds it with flags that no other crate wants.
    Rule { directory: "fuzz", package: "seatlink-fuzz", may: &["seatlink-scim"], never: PURE },
];

/// One `Cargo.toml`.
pub(super) struct Manifest<'text> {
    path: &'text str,
    text: &'text str,
    content: Table,
}

impl<'text> Manifest<'text> {
    pub(super) fn parse(path: &'text str, text: &'text str) -> Result<Self> {
        let content = text.parse().with_context(|| format!("{path} is no TOML"))?;
        Ok(Self { path, text, content })
    }

    fn directory(&self) -> Option<&'text str> {
        let directory = self.path.strip_suffix("/Cargo.toml")?;
        Some(directory.strip_prefix("crates/").unwrap_or(directory))
    }

    /// What the crate is built from on any platform: the key and the package behind it.
    fn dependencies(&self, shared: Option<&Table>) -> Vec<(String, String)> {
        let platforms = table(&self.content, "target").into_iter().flatten();
        std::iter::once(&self.content)
            .chain(platforms.filter_map(|(_, platform)| platform.as_table()))
            .flat_map(|place| [table(place, "dependencies"), table(place, "build-dependencies")])
            .flatten()
            .flatten()
            .map(|(key, value)| (key.clone(), package_of(key, value, shared)))
            .collect()
    }

    fn line_of(&self, key: &str) -> usize {
        let mentions = |line: &str| {
            let named = line
                .trim_start()
                .strip_prefix(key)
                .is_some_and(|rest| rest.starts_with([' ', '.', '=']));
            named || line.trim_end().ends_with(&format!("dependencies.{key}]"))
        };
        self.text.lines().position(mentions).map_or(1, |index| index + 1)
    }
}

fn table<'value>(parent: &'value Table, key: &str) -> Option<&'value Table> {
    parent.get(key)?.as_table()
}

/// A dependency may go by another name, given where it is used or where the workspace declares it.
fn package_of(key: &str, value: &Value, shared: Option<&Table>) -> String {
    let declared = |value: &Value| value.get("package").and_then(Value::as_str).map(str::to_owned);
    declared(value)
        .or_else(|| shared.and_then(|shared| shared.get(key)).and_then(declared))
        .unwrap_or_else(|| key.to_owned())
}

pub(super) fn check(manifests: &[Manifest<'_>]) -> Vec<Finding> {
    let shared = manifests
        .iter()
        .filter_map(|manifest| table(&manifest.content, "workspace"))
        .find_map(|workspace| table(workspace, "dependencies"));
    manifests
        .iter()
        .filter(|manifest| manifest.content.contains_key("package"))
        .flat_map(|manifest| check_one(manifest, shared))
        .collect()
}

fn check_one(manifest: &Manifest<'_>, shared: Option<&Table>) -> Vec<Finding> {
    let Some(rule) = manifest
        .directory()
        .and_then(|directory| RULES.iter().find(|rule| rule.directory == directory))
    else {
        let message = "this crate is not in the table of crates: a new one needs a reason a module cannot meet";
        return vec![Finding::error(manifest.path, 1, message)];
    };
    let mut findings = Vec::new();
    for (key, package) in manifest.dependencies(shared) {
        if let Some(message) = verdict(rule, &package) {
            findings.push(Finding::error(manifest.path, manifest.line_of(&key), message));
        }
    }
    findings
}

fn verdict(rule: &Rule, package: &str) -> Option<String> {
    let Rule { directory, may, never, .. } = rule;
    if RULES.iter().any(|other| other.package == package) {
        if may.contains(&package) {
            return None;
        }
        let allowed =
            if may.is_empty() { "no crate of the workspace".to_owned() } else { may.join(", ") };
        return Some(format!("`{directory}` must not depend on `{package}` (it may on {allowed})"));
    }
    never
        .iter()
        .find(|(_, members)| members.contains(&package))
        .map(|(what, _)| format!("`{directory}` must never see {what}: `{package}`"))
}

#[cfg(test)]
mod tests;
