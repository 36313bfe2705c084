//! The registration's mails as a technical contact gets them: the file opens in 7-Zip with the
//! mailed password.

use std::{
    fs,
    path::Path,
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

const PATIENCE: Duration = Duration::from_mins(2);

#[tokio::test]
async fn the_mailed_file_opens_in_7_zip_with_the_mailed_password_only() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let (_demo, report) = start_demo(directory.path())?;
    let token = text(&report, "/receiving/bearer_token")?;
    // Another test of this process may have been first.
    rustls::crypto::aws_lc_rs::default_provider().install_default().ok();
    let http = reqwest::Client::builder().no_proxy().build()?;
    let get = |url: String| http.get(url).bearer_auth(&token);

    let outbox = get(text(&report, "/receiving/outbox_url")?).send().await?.error_for_status()?;
    let outbox: Value = serde_json::from_slice(&outbox.bytes().await?)?;
    let mails = outbox["messages"].as_array().context("a list of mails")?;
    let file = mails.iter().find(|mail| mail["attachment"].is_object()).context("a file")?;
    let url = text(file, "/attachment/url")?;
    let archive = directory.path().join("registration.zip");
    fs::write(&archive, get(url).send().await?.error_for_status()?.bytes().await?)?;

    let wrong = unpack(&archive, "not-the-password")?;
    ensure!(!wrong.status.success(), "a wrong password opens nothing");
    let passwords = mails
        .iter()
        .filter(|mail| mail["attachment"].is_null() && mail["to"] == file["to"])
        .filter_map(|mail| mail["body"].as_str())
        .flat_map(str::lines)
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.contains(' '));
    for password in passwords {
        let opened = unpack(&archive, password)?;
        if opened.status.success() {
            let json: Value = serde_json::from_slice(&opened.stdout)?;
            ensure!(json["clientId"].as_str().is_some_and(|id| !id.is_empty()), "a client id");
            ensure!(
                json["clientSecret"].as_str().is_some_and(|s| s.starts_with("slcs_")),
                "a secret"
            );
            return Ok(());
        }
    }
    anyhow::bail!("no mailed password opens the file")
}

fn unpack(archive: &Path, password: &str) -> Result<Output> {
    let run = |program: &str| {
        Command::new(program)
            .args(["x", "-so", &format!("-p{password}")])
            .arg(archive)
            .arg("registration.json")
            .stdin(Stdio::null())
            .output()
    };
    run("7z").or_else(|_| run("7zz")).context("7-Zip; `cargo xtask test` brings it")
}

/// Ends with the test, whatever happens in it.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        if self.0.kill().is_ok() {
            self.0.wait().ok();
        }
    }
}

fn start_demo(directory: &Path) -> Result<(Running, Value)> {
    let people = directory.join("people.csv");
    fs::write(
        &people,
        "userName,givenName,familyName,email\nli@example.com,伟,李,li@example.com\n",
    )?;
    let report = directory.join("report.json");
    let child = Command::new(env!("CARGO_BIN_EXE_seatlink"))
        .args(["demo", "--listen", "127.0.0.1:0", "--sending-listen", "127.0.0.1:0", "--people"])
        .arg(people)
        .arg("--report")
        .arg(&report)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let running = Running(child);
    let until = Instant::now() + PATIENCE;
    while !report.exists() {
        ensure!(Instant::now() < until, "the demo never got to its report");
        thread::sleep(Duration::from_millis(50));
    }
    let report = serde_json::from_str(&fs::read_to_string(&report)?)?;
    Ok((running, report))
}

fn text(value: &Value, pointer: &str) -> Result<String> {
    value.pointer(pointer).and_then(Value::as_str).map(str::to_owned).context(pointer.to_owned())
}
