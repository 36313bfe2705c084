//! Clients that were not written here, against a server of our own: `cargo xtask conformance`.
//!
//! schemathesis reads the OpenAPI document of a running server and asks it everything that follows from it, right and
//! wrong: no answer may be a 5xx or one that the document does not have. It is a Python program; a virtual environment
//! below the target directory holds it, in the version named here.

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::cargo::{self, Cargo};

const SCHEMATHESIS: &str = "schemathesis==4.32.5";
/// In a run of all tests; `cargo xtask conformance SECONDS` for longer ones.
const SHORT: u64 = 40;

/// Runs schemathesis against a new server with a tenant of its own.
pub(crate) fn schemathesis(root: &Path, seconds: Option<u64>) -> Result<()> {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    let target = root.join(target);
    let program = environment(&target, "schemathesis", SCHEMATHESIS)?;
    let server = Server::start(root, &target)?;
    let settings = root.join("xtask/conformance");
    let seconds = seconds.unwrap_or(SHORT);
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
        .args(["--max-time", &seconds.to_string(), "--workers", "2", "--no-color"]);
    if seconds == SHORT {
        // The same questions in every run of all tests.
        command.args(["--seed", "1"]);
    }
    let outcome = cargo::succeed(&mut command);
    drop(server);
    outcome
}

/// A program of the Python package index in an environment of its own.
fn environment(target: &Path, program: &str, requirement: &str) -> Result<PathBuf> {
    let directory = target.join("conformance").join(program);
    let installed = directory.join("installed");
    if std::fs::read_to_string(&installed).is_ok_and(|text| text == requirement) {
        return Ok(directory.join("bin").join(program));
    }
    cargo::succeed(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&directory))
        .context("python3 with its module venv is needed (Debian: python3-venv)")?;
    let pip = directory.join("bin/pip");
    cargo::succeed(Command::new(pip).args([
        "install",
        "--quiet",
        "--disable-pip-version-check",
        requirement,
    ]))?;
    std::fs::write(&installed, requirement).context("the environment is not writable")?;
    Ok(directory.join("bin").join(program))
}

/// A server with one tenant of the standard profile and a token for everything; it ends with this value.
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
    fn start(root: &Path, target: &Path) -> Result<Self> {
        Cargo::new(root).run("build", &["--package", "seatlink"])?;
        let program = target.join("debug").join("seatlink");
        let data = target.join("conformance").join(format!("data-{}", std::process::id()));
        let ask = |arguments: &[&str]| -> Result<Value> {
            let output = Command::new(&program)
                .arg("--data")
                .arg(&data)
                .arg("--json")
                .args(arguments)
                .stdin(Stdio::null())
                .output()?;
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
        // The document says what the RFC says; a forgiving connection takes more.
        ask(&["connection", "set", &text(&token, "token_id"), "--strict"])?;
        let mut process = Command::new(&program)
            .arg("--data")
            .arg(&data)
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
