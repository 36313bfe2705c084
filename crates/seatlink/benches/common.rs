//! What every bench needs: how fast this disk is, how much a process took, and where the figures
//! go.

use std::{
    collections::BTreeMap,
    env,
    fmt::Display,
    fs::{self, File},
    io::Write as _,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// The file that collects the figures of several benches; `cargo xtask bench` sets it.
const RESULTS: &str = "SEATLINK_BENCH_RESULTS";

/// What one bench found out.
#[derive(Serialize)]
pub(crate) struct Section<Figure> {
    pub(crate) machine: Value,
    /// How it was measured, as words and values.
    pub(crate) settings: BTreeMap<&'static str, String>,
    /// The promises, and what became of them.
    pub(crate) figures: Vec<Figure>,
    /// Measured values without a promise: one object per row, the same keys in each.
    pub(crate) rows: Vec<Value>,
}

impl<Figure: Serialize + Display> Section<Figure> {
    /// Prints the figures, and keeps them where `cargo xtask bench publish` looks.
    pub(crate) fn publish(&self, name: &str) -> Result<()> {
        println!();
        for row in &self.rows {
            println!("{row}");
        }
        println!();
        for figure in &self.figures {
            println!("{figure}");
        }
        let Some(file) = env::var_os(RESULTS) else { return Ok(()) };
        let mut sections: Map<String, Value> = match fs::read_to_string(&file) {
            Ok(text) => serde_json::from_str(&text).context("the results so far")?,
            Err(_) => Map::new(),
        };
        sections.insert(name.to_owned(), json!(self));
        fs::write(&file, serde_json::to_string_pretty(&sections)?).context("the results")
    }
}

/// What decides the figures of this machine, without saying which machine it is.
pub(crate) fn machine(directory: &Path) -> Result<Value> {
    let memory = fs::read_to_string("/proc/meminfo")?;
    let kib = line_value(&memory, "MemTotal:").context("MemTotal")?;
    Ok(json!({
        "cores": thread::available_parallelism()?.get(),
        "memory_gib": (kib + (1 << 19)) >> 20,
        "durable_writes_per_second": durable_writes_per_second(directory)?.round(),
    }))
}

/// How often the disk can keep 4 KiB in a second: what one commit costs at least.
pub(crate) fn durable_writes_per_second(directory: &Path) -> Result<f64> {
    let path = directory.join("syncs");
    let mut file = File::create(&path)?;
    let page = [7; 4_096];
    let begin = Instant::now();
    let mut count = 0_u32;
    while begin.elapsed() < Duration::from_secs(1) {
        file.write_all(&page)?;
        file.sync_data()?;
        count += 1;
    }
    let rate = f64::from(count) / begin.elapsed().as_secs_f64();
    fs::remove_file(path)?;
    Ok(rate)
}

/// The most memory a process ever had, in bytes, as Linux says it.
pub(crate) fn resident_at_most(process: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    Ok(line_value(&status, "VmHWM:").context("VmHWM")? << 10)
}

fn line_value(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
