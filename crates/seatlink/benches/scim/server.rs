//! The real binary: the process that is measured, and the commands that prepare its data.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::client::Client;

/// Linux counts processor time for programs in hundredths of a second.
const TICKS_PER_SECOND: f64 = 100.0;

/// A tenant with nobody in it, and what is needed to fill and serve it.
pub(crate) struct Installation {
    pub(crate) data: PathBuf,
    database_url: Option<String>,
    token: String,
}

impl Installation {
    pub(crate) fn create(data: PathBuf, database_url: Option<String>) -> Result<Self> {
        let mut installation = Self { data, database_url, token: String::new() };
        let tenant = ["tenant", "create", "--business-unit", "1", "--name", "Load"];
        installation.command(&tenant).args(["--profile", "standard"]).run()?;
        let token = installation.command(&["token", "create", "--json"]).run()?;
        let token: Value = serde_json::from_str(&token)?;
        token["token"].as_str().context("a token")?.clone_into(&mut installation.token);
        Ok(installation)
    }

    pub(crate) fn import(&self, people: &Path) -> Result<()> {
        self.command(&["people", "import"]).arg(people).run().map(drop)
    }

    pub(crate) fn serve(&self) -> Result<Server> {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        Server::start(command, self.token.clone())
    }

    /// Everything in the data directory.
    pub(crate) fn bytes(&self) -> Result<u64> {
        let mut bytes = 0;
        for entry in fs::read_dir(&self.data)? {
            bytes += entry?.metadata()?.len();
        }
        Ok(bytes)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = seatlink();
        command.args(arguments).arg("--data").arg(&self.data);
        if let Some(url) = &self.database_url {
            command.args(["--database-url", url]);
        }
        command
    }
}

/// The product, untouched by the settings of whoever measures it.
pub(crate) fn seatlink() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_seatlink"));
    command.env_remove("SEATLINK_DATABASE_URL").env_remove("SEATLINK_CONFIG");
    command.env_remove("SEATLINK_LOG").env_remove("SEATLINK_TENANT").stdin(Stdio::null());
    command
}

/// Running a command to its end, for what it prints.
pub(crate) trait Run {
    fn run(&mut self) -> Result<String>;
}

impl Run for Command {
    fn run(&mut self) -> Result<String> {
        let name = self.get_program().display().to_string();
        let output = self.output().with_context(|| format!("{name} could not be started"))?;
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{name} failed: {}", errors.trim());
        String::from_utf8(output.stdout).context("output that is no text")
    }
}

/// A process that answers HTTP, killed when it is no longer needed.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    pub(crate) token: String,
}

impl Server {
    /// Starts a command that prints `{"listening": address}` as its first line.
    pub(crate) fn start(mut command: Command, token: String) -> Result<Self> {
        let mut child = command.spawn().context("a server")?;
        let output = child.stdout.take().context("its output")?;
        let mut line = String::new();
        let read = BufReader::new(output).read_line(&mut line).map_err(anyhow::Error::from);
        let address = read.and_then(|_| {
            let line: Value = serde_json::from_str(&line).context("the server did not start")?;
            Ok(line["listening"].as_str().context("an address")?.parse()?)
        });
        match address {
            Ok(address) => Ok(Self { child, address, token }),
            Err(error) => {
                child.kill()?;
                child.wait()?;
                Err(error)
            }
        }
    }

    pub(crate) fn client(&self) -> Result<Client> {
        Client::connect(self.address, &self.token)
    }

    /// Seconds of processor time so far, its own and the kernel's for it.
    pub(crate) fn processor_seconds(&self) -> Result<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        processor_seconds(&stat, 11..13)
    }

    /// In MiB.
    pub(crate) fn resident(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).context("VmRSS")?;
        let kib: u32 = line.split_whitespace().nth(1).context("a number")?.parse()?;
        Ok(f64::from(kib) / 1_024.0)
    }

    pub(crate) fn resident_at_most(&self) -> Result<u64> {
        crate::common::resident_at_most(self.child.id())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A process that is gone already is what is wanted.
        let _gone = self.child.kill();
        let _ended = self.child.wait();
        // Its port and its files are free only when the kernel says so.
        thread::sleep(Duration::from_millis(50));
    }
}

/// Processor time of the children that have ended and were waited for.
pub(crate) fn processor_seconds_of_children() -> Result<f64> {
    processor_seconds(&fs::read_to_string("/proc/self/stat")?, 13..15)
}

/// Fields are counted after the name, which may contain anything but ends with the last
/// parenthesis.
fn processor_seconds(stat: &str, fields: std::ops::Range<usize>) -> Result<f64> {
    let (_, rest) = stat.rsplit_once(") ").context("the process has no name")?;
    let mut ticks = 0;
    for field in rest.split(' ').skip(fields.start).take(fields.len()) {
        ticks += field.parse::<u32>()?;
    }
    Ok(f64::from(ticks) / TICKS_PER_SECOND)
}
