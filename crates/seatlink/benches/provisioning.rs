//! What the product promises about provisioning, measured on the real binary: people per second end
//! to end over HTTP with OAuth and durable commits, resident memory, and the time from start to the
//! first answer.
//!
//! The disk decides much of it, so the same run also counts how often it can write 4 KiB durably,
//! and the rate is quoted as a ratio to that.

mod common;

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use common::Section;

const PEOPLE: &str = "10000";
const PATIENCE: Duration = Duration::from_mins(5);

fn main() -> Result<()> {
    let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let machine = common::machine(directory.path())?;
    let syncs = machine["durable_writes_per_second"].as_f64().context("the disk's rate")?;
    let (rate, memory) = provision(directory.path())?;
    let start = first_answer(directory.path())?;
    let rows = vec![
        json!({
            "what": "people provisioned from end to end over HTTP with OAuth, both sides in one process",
            "per_second": rate.round(),
            "resident_mib": memory >> 20,
            "ratio": (rate / syncs * 100.0).round() / 100.0,
            "to": "of durable 4 KiB writes",
        }),
        json!({ "what": "start of the server to its first answer", "p50_ms": start.as_millis() }),
    ];
    let settings = BTreeMap::from([("people", PEOPLE.to_owned())]);
    Section { machine, settings, figures: Vec::<Value>::new(), rows }.publish("provisioning")
}

fn seatlink() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_seatlink"));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// The rate that the demo reports for the creation of everybody, and the memory it took at most.
fn provision(directory: &Path) -> Result<(f64, u64)> {
    let people = directory.join("people.csv");
    let sample = seatlink()
        .args(["people", "sample", "--count", PEOPLE])
        .stdout(File::create(&people)?)
        .status()?;
    ensure!(sample.success(), "no people were made up");
    let report = directory.join("report.json");
    let mut demo = seatlink()
        .args(["demo", "--listen", "127.0.0.1:0", "--sending-listen", "127.0.0.1:0", "--people"])
        .arg(&people)
        .arg("--report")
        .arg(&report)
        .spawn()?;
    let until = Instant::now() + PATIENCE;
    while !report.exists() && Instant::now() < until {
        thread::sleep(Duration::from_millis(20));
    }
    let memory = common::resident_at_most(demo.id());
    demo.kill()?;
    demo.wait()?;
    let report: Value = serde_json::from_str(&fs::read_to_string(&report)?)?;
    let steps = report["steps"].as_array().context("steps")?;
    let assigned = steps.iter().find(|step| step["step"] == "assigned").context("the step")?;
    let evidence = assigned["evidence"].as_str().context("evidence")?;
    let rate = evidence
        .split_once('(')
        .and_then(|(_, rest)| rest.split(' ').next()?.parse().ok())
        .with_context(|| format!("a rate in “{evidence}”"))?;
    Ok((rate, memory?))
}

fn first_answer(directory: &Path) -> Result<Duration> {
    let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let begin = Instant::now();
    let mut server = seatlink()
        .arg("serve")
        .arg("--data")
        .arg(directory.join("fresh"))
        .args(["--listen", &address.to_string()])
        .spawn()?;
    let until = begin + PATIENCE;
    let answered = loop {
        if let Ok(mut stream) = TcpStream::connect(address) {
            stream.write_all(
                b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
            )?;
            let mut answer = [0; 12];
            stream.read_exact(&mut answer)?;
            break begin.elapsed();
        }
        ensure!(Instant::now() < until, "the server never answered");
        thread::sleep(Duration::from_millis(1));
    };
    server.kill()?;
    server.wait()?;
    Ok(answered)
}
