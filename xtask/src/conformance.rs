//! Clients that were not written here, against a server of our own: `cargo xtask conformance`.
//!
//! schemathesis reads the OpenAPI document of a running server and asks it everything that follows
//! from it, right and wrong: no answer may be a 5xx or one that the document does not have.
//! scim2-tester checks the SCIM service by the letter of the RFCs. Both do so on both databases;
//! scim-sanity looks at a strict connection. They are Python programs; virtual environments below
//! the target directory hold them, in the versions named here.

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::{
    cargo::{self, Cargo},
    postgres::{Cluster, Durability},
};

const SCHEMATHESIS: &[&str] = &["schemathesis==4.32.5"];
const SCIM2_TESTER: &[&str] =
    &["scim2-tester==0.5.2", "scim2-client[httpx2]==0.13.2", "scim2-models==0.12.3"];
const SCIM_SANITY: &[&str] = &["scim-sanity==0.7.4"];

/// Which questions schemathesis asks.
#[derive(Clone, Copy)]
enum Questions {
    /// The same ones in each run, however fast the machine is: a run of all tests fails for a
    /// reason or not at all.
    Fixed,
    /// Others each time, for so many seconds.
    New(u64),
}

/// Runs schemathesis against a new server with a tenant of its own, once on SQLite and once on a
/// throwaway PostgreSQL; each has half of the time, if there is a time.
pub(crate) fn schemathesis(root: &Path, seconds: Option<u64>) -> Result<()> {
    let questions = match seconds {
        None => Questions::Fixed,
        Some(seconds) => Questions::New(seconds.div_ceil(2)),
    };
    on_each_database(|database| ask_everything(root, database, questions))
}

fn ask_everything(root: &Path, database: Option<&str>, questions: Questions) -> Result<()> {
    let target = target_directory(root);
    let program = environment(&target, "schemathesis", SCHEMATHESIS)?.join("schemathesis");
    let server = Server::start(root, &target, database, Reading::Strict)?;
    let settings = root.join("xtask/conformance");
    let mut command = Command::new(program);
    command
        // It keeps notes where it runs.
        .current_dir(target.join("conformance"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("SEATLINK_TOKEN", &server.token)
        .env("SCHEMATHESIS_HOOKS", settings.join("hooks.py"))
        .arg("--config-file")
        .arg(settings.join("schemathesis.toml"))
        .arg("run")
        .arg(format!("{}/openapi.json", server.origin))
        // With two it dies of "AST constructor recursion depth mismatch" every other minute:
        // releases of Python up to 3.11 count the depth of their parser for all threads together.
        .args(["--workers", "1", "--no-color"]);
    match questions {
        // The seed decides all but the order of Python's sets.
        Questions::Fixed => command.args(["--seed", "1"]).env("PYTHONHASHSEED", "0"),
        Questions::New(seconds) => command.args(["--max-time", &seconds.to_string()]),
    };
    let outcome = cargo::succeed(&mut command);
    drop(server);
    outcome
}

/// Runs all checks of scim2-tester against a new tenant, on SQLite and on a throwaway PostgreSQL.
pub(crate) fn scim2_tester(root: &Path) -> Result<()> {
    let target = target_directory(root);
    let python = environment(&target, "scim2-tester", SCIM2_TESTER)?.join("python");
    let script = root.join("xtask/conformance/check_scim.py");
    let check = |database: Option<&str>| -> Result<()> {
        let server = Server::start(root, &target, database, Reading::AsCreated)?;
        let mut command = Command::new(&python);
        command
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("SCIM_TOKEN", &server.token)
            .arg(&script)
            .arg(format!("{}/scim/v2", server.origin));
        cargo::succeed(&mut command)
    };
    on_each_database(check)
}

/// SQLite first, then a throwaway PostgreSQL.
fn on_each_database(check: impl Fn(Option<&str>) -> Result<()>) -> Result<()> {
    check(None)?;
    let cluster = Cluster::start(Durability::Relaxed)?;
    let outcome = check(Some(cluster.url()));
    let stopped = cluster.stop();
    outcome.and(stopped)
}

/// Lets scim-sanity look at a new tenant through a strict connection.
pub(crate) fn scim_sanity(root: &Path) -> Result<()> {
    let target = target_directory(root);
    let python = environment(&target, "scim-sanity", SCIM_SANITY)?.join("python");
    let server = Server::start(root, &target, None, Reading::Strict)?;
    cargo::succeed(
        Command::new(python)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("SCIM_TOKEN", &server.token)
            .arg(root.join("xtask/conformance/probe_scim.py"))
            .arg(format!("{}/scim/v2", server.origin)),
    )
}

pub(crate) fn target_directory(root: &Path) -> PathBuf {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    root.join(target)
}

/// The programs of packages from the Python package index, in an environment of their own.
pub(crate) fn environment(target: &Path, name: &str, requirements: &[&str]) -> Result<PathBuf> {
    let directory = target.join("conformance").join(name);
    let installed = directory.join("installed");
    let wanted = requirements.join(" ");
    if std::fs::read_to_string(&installed).is_ok_and(|text| text == wanted) {
        return Ok(directory.join("bin"));
    }
    cargo::succeed(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&directory))
        .context("python3 with its module venv is needed (Debian: python3-venv)")?;
    let pip = directory.join("bin/pip");
    cargo::succeed(
        Command::new(pip)
            .args(["install", "--quiet", "--disable-pip-version-check"])
            .args(requirements),
    )?;
    std::fs::write(&installed, wanted).context("the environment is not writable")?;
    Ok(directory.join("bin"))
}

/// How the connection of the run reads requests.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// As a new token does.
    AsCreated,
    /// Strictly only.
    Strict,
}

/// A server with one tenant of the standard profile and a token for everything; it ends with this
/// value.
struct Server {
    process: Child,
    origin: String,
    token: String,
    data: PathBuf,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself, which the run has noticed.
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.data);
    }
}

impl Server {
    fn start(root: &Path, target: &Path, database: Option<&str>, reading: Reading) -> Result<Self> {
        // The program that the tests of it run, which is there after a run of all tests. `cargo
        // build` would make another one: features of a dependency are those that the packages of a
        // build ask for, and tests ask for more.
        Cargo::new(root).run("test", &["--workspace", "--test", "it", "--no-run"])?;
        let program = target.join("debug").join("seatlink");
        let data = target.join("conformance").join(format!("data-{}", std::process::id()));
        let seatlink = || {
            let mut command = Command::new(&program);
            command.arg("--data").arg(&data);
            if let Some(url) = database {
                command.args(["--database-url", url]);
            }
            command
        };
        let ask = |arguments: &[&str]| -> Result<Value> {
            let output = seatlink().arg("--json").args(arguments).stdin(Stdio::null()).output()?;
            let said = String::from_utf8_lossy(&output.stderr);
            ensure!(output.status.success(), "seatlink {}: {said}", arguments.join(" "));
            Ok(serde_json::from_slice(&output.stdout)?)
        };
        ask(&[
            "tenant",
            "create",
            "--business-unit",
            "1",
            "--name",
            "Conformance",
            "--profile",
            "standard",
        ])?;
        let token = ask(&["token", "create", "--scope", "admin"])?;
        let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
        if reading == Reading::Strict {
            // The document says what the RFC says; a forgiving connection takes more.
            ask(&["connection", "set", &text(&token, "id"), "--strict"])?;
        }
        let mut process = seatlink()
            .args(["serve", "--listen", "127.0.0.1:0"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("could not start the server")?;
        let mut first = String::new();
        let output = process.stdout.take().context("its output is piped")?;
        let read = BufReader::new(output).read_line(&mut first);
        let ready: Value = serde_json::from_str(&first).unwrap_or_default();
        let server = Self {
            process,
            origin: format!("http://{}", text(&ready, "listening")),
            token: text(&token, "token"),
            data,
        };
        read.context("the server said nothing")?;
        ensure!(ready["listening"].is_string(), "the server did not start: {first}");
        Ok(server)
    }
}
