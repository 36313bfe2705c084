//! The demo as a person runs it: the real binary, real sockets, both databases, and a hard death in
//! between.

use std::{
    fmt::Write as _,
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use seatlink_testkit::{TestDatabase, databases};
use serde_json::Value;

const PEOPLE: usize = 120;

#[tokio::test]
async fn the_demo_walks_the_whole_guide_on_each_database() -> Result<()> {
    for database in databases().await? {
        let report = run_once(&database).with_context(|| database.name())?;
        for step in steps(&report) {
            ensure!(step["ok"] == true, "{}: {step}", database.name());
            ensure!(step["evidence"].as_str().is_some_and(|text| !text.is_empty()), "{step}");
        }
        for expected in ["A1", "A2", "A3", "A4", "B", "C", "D", "E", "F", "compared"] {
            ensure!(steps(&report).any(|step| step["step"] == expected), "no step {expected}");
        }
        let people = &report["provisioned"];
        assert_eq!(people["created"], PEOPLE, "{}: {people}", database.name());
        assert_eq!(people["failed"], 0, "{}: {people}", database.name());
        let away = number(people, "deactivated")? - number(people, "reactivated")?;
        ensure!(away >= 1, "somebody stays inactive: {people}");
    }
    Ok(())
}

#[tokio::test]
async fn a_demo_killed_at_any_moment_converges_with_nobody_lost_or_twice() -> Result<()> {
    for database in databases().await? {
        // From before the first table to the middle of the course; the run itself takes longer than
        // any.
        for milliseconds in [30, 150, 400, 900] {
            let mut child = demo(&database, &["--people", &people(&database)?])
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()?;
            thread::sleep(Duration::from_millis(milliseconds));
            kill(&mut child)?;
        }
        let report = run_once(&database).with_context(|| database.name())?;
        let people = &report["provisioned"];
        assert_eq!(people["created"], PEOPLE, "{}: {people}", database.name());
        assert_eq!(people["failed"], 0, "{}: {people}", database.name());
        for step in steps(&report) {
            ensure!(step["ok"] == true, "{}: {step}", database.name());
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_file_with_bad_rows_is_refused_with_their_lines_before_anything_starts() -> Result<()> {
    let database = databases().await?.swap_remove(0);
    let file = database.directory().join("bad.csv");
    fs::write(
        &file,
        "userName,givenName,familyName,email\na@example.com,A,B,a@example.com\n,C,D,c@example.com\n",
    )?;
    let output = demo(&database, &["--once", "--people"]).arg(&file).output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(!output.status.success(), "a bad file is not a success");
    ensure!(said.contains("line 3"), "{said}");
    ensure!(!database.file().exists(), "nothing was started");
    Ok(())
}

#[cfg(unix)]
#[test]
fn an_interrupted_demo_without_a_directory_leaves_none_behind() -> Result<()> {
    // Once at the beginning, once in the middle of its steps.
    for milliseconds in [0, 700] {
        let scratch = tempfile::tempdir()?;
        let mut child = Command::new(env!("CARGO_BIN_EXE_seatlink"))
            .args(["demo", "--listen", "127.0.0.1:0", "--sending-listen", "127.0.0.1:0"])
            .env("TMPDIR", scratch.path())
            .env_remove("SEATLINK_DATA")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        // It has begun when it says where it listens.
        let mut said = std::io::BufReader::new(child.stderr.take().context("standard error")?);
        let mut line = String::new();
        std::io::BufRead::read_line(&mut said, &mut line)?;
        ensure!(scratch.path().read_dir()?.next().is_some(), "it has a directory: {line}");
        thread::sleep(Duration::from_millis(milliseconds));
        let pid = child.id().to_string();
        ensure!(Command::new("kill").args(["-INT", &pid]).status()?.success());
        let status = child.wait()?;
        ensure!(status.code() == Some(1), "{status}");
        let left: Vec<_> = scratch.path().read_dir()?.collect();
        ensure!(left.is_empty(), "{left:?}");
    }
    Ok(())
}

/// SIGKILL: nothing in the process gets to tidy up.
fn kill(child: &mut Child) -> Result<()> {
    child.kill()?;
    child.wait()?;
    Ok(())
}

fn run_once(database: &TestDatabase) -> Result<Value> {
    let report = database.directory().join("report.json");
    let people = people(database)?;
    let output =
        demo(database, &["--once", "--people", &people, "--report"]).arg(&report).output()?;
    let said = format!(
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    ensure!(output.status.success(), "the demo ended with {}:\n{said}", output.status);
    Ok(serde_json::from_str(&fs::read_to_string(&report)?)?)
}

fn demo(database: &TestDatabase, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_seatlink"));
    command.arg("demo").args(["--listen", "127.0.0.1:0", "--sending-listen", "127.0.0.1:0"]);
    command.arg("--data").arg(database.directory().join("data"));
    if let Some(url) = database.url() {
        command.args(["--database-url", url]);
    }
    command.args(arguments);
    command.stdin(Stdio::null());
    command
}

/// A file as somebody's spreadsheet writes it: with a byte order mark, quoted commas and Chinese
/// names.
fn people(database: &TestDatabase) -> Result<String> {
    let path = database.directory().join("people.csv");
    if !path.exists() {
        write_people(&path)?;
    }
    Ok(path.to_string_lossy().into_owned())
}

fn write_people(path: &Path) -> Result<()> {
    let mut text = String::from(
        "\u{feff}userName,givenName,familyName,email,title,\"phoneNumbers[type eq \"\"mobile\"\"].value\",groups\r\n",
    );
    for index in 0..PEOPLE {
        let (given, family) = match index % 3 {
            0 => ("伟", "王"),
            1 => ("Zoë", "Müller"),
            _ => ("Kate", "O'Malley"),
        };
        write!(
            text,
            "p{index}@example.com,{given},{family},p{index}@example.com,\"Agent, senior\",+1555{index:04},Team {};All\r\n",
            index % 4
        )?;
    }
    Ok(fs::write(path, text)?)
}

fn steps(report: &Value) -> impl Iterator<Item = &Value> {
    report["steps"].as_array().into_iter().flatten()
}

fn number(value: &Value, key: &str) -> Result<i64> {
    value[key].as_i64().with_context(|| format!("{key} is a number"))
}
