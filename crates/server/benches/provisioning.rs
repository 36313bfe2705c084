//! What the product promises about provisioning, measured on the real binary: people per second end to end over
//! HTTP with OAuth and durable commits, resident memory, and the time from start to the first answer.
//!
//! The disk decides much of it, so the same run also counts how often it can write 4 KiB durably, and the rate is
//! quoted as a ratio to that.

use std::{
    fs::{self, File},
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

const PEOPLE: &str = "10000";
const PATIENCE: Duration = Duration::from_mins(5);

fn main() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let syncs = durable_writes_per_second(directory.path())?;
    let (rate, memory) = provision(directory.path())?;
    let start = first_answer(directory.path())?;
    println!("durable writes of 4 KiB      {syncs:>8.0} /s");
    println!("people provisioned           {rate:>8.0} /s   {:.2} per durable write", rate / syncs);
    println!("resident at most             {memory:>8} MiB");
    println!("start to first answer        {:>8} ms", start.as_millis());
    Ok(())
}

fn durable_writes_per_second(directory: &Path) -> Result<f64> {
    let mut file = File::create(directory.join("syncs"))?;
    let page = [7; 4_096];
    let begin = Instant::now();
    let mut count = 0_u32;
    while begin.elapsed() < Duration::from_secs(1) {
        file.write_all(&page)?;
        file.sync_data()?;
        count += 1;
    }
    Ok(f64::from(count) / begin.elapsed().as_secs_f64())
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
    let memory = resident_at_most(demo.id());
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

/// In MiB, from what Linux says of the process.
fn resident_at_most(process: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).context("VmHWM")?;
    let kib: u64 = line.split_whitespace().nth(1).context("a number")?.parse()?;
    Ok(kib / 1_024)
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
