//! Every command of the README and of the pages in `docs/` runs. A command that is added there
//! without being added here fails.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead as _, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;
use tempfile::TempDir;

/// Longer than any of this takes on a busy machine.
const PATIENCE: Duration = Duration::from_mins(2);

#[test]
fn every_command_of_the_readme_works() -> Result<()> {
    let mut reader = Reader::new()?;
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut pages = vec![root.join("README.md")];
    pages.extend(pages_below(&root.join("docs"))?);
    for page in pages {
        for command in commands(&page)? {
            reader.run(&command).with_context(|| format!("{}: {command}", page.display()))?;
        }
    }
    ensure!(reader.address.is_some(), "the README starts the demo");
    Ok(())
}

/// The pages of a directory in the order of their names, then those of its directories.
fn pages_below(directory: &Path) -> Result<Vec<PathBuf>> {
    let mut pages = Vec::new();
    let mut directories = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            directories.push(path);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            pages.push(path);
        }
    }
    pages.sort();
    directories.sort();
    for directory in directories {
        pages.extend(pages_below(&directory)?);
    }
    Ok(pages)
}

/// The lines of a page's shell blocks.
fn commands(page: &Path) -> Result<Vec<String>> {
    let text = fs::read_to_string(page).with_context(|| page.display().to_string())?;
    let mut commands = Vec::new();
    let mut shell = false;
    for line in text.lines() {
        match line {
            "```sh" => shell = true,
            "```" => shell = false,
            _ if shell => commands.push(line.to_owned()),
            _ => {}
        }
    }
    Ok(commands)
}

/// Somebody who follows the pages from top to bottom, on ports that are free.
struct Reader {
    directory: TempDir,
    environment: BTreeMap<String, String>,
    running: Vec<Child>,
    /// Where the demo of the README listens here.
    address: Option<String>,
}

impl Reader {
    fn new() -> Result<Self> {
        let directory = tempfile::tempdir()?;
        let people = "userName,givenName,familyName,email\n\
                      li@example.com,伟,李,li@example.com\nzoe@example.com,Zoë,Müller,zoe@example.com\n";
        fs::write(directory.path().join("people.csv"), people)?;
        Ok(Self { directory, environment: BTreeMap::new(), running: Vec::new(), address: None })
    }

    fn run(&mut self, command: &str) -> Result<()> {
        match command {
            "cargo run --release -- demo" => self.start_demo(),
            // This test is part of it.
            "cargo xtask test" => Ok(()),
            // Benchmarks take hours.
            _ if command.starts_with("cargo xtask bench") => Ok(()),
            _ if command.starts_with("curl ") => self.curl(command),
            _ if command.starts_with("cargo run --release -- demo --people") => {
                self.demo_once(command)
            }
            _ if command.starts_with("seatlink serve") => self.serve(command),
            _ if command.starts_with("seatlink ") => self.seatlink(command),
            _ => bail!("no test knows how to run this"),
        }
    }

    fn start_demo(&mut self) -> Result<()> {
        let report = self.directory.path().join("started.json");
        let mut demo = self.program();
        demo.args([
            "demo",
            "--listen",
            "127.0.0.1:0",
            "--sending-listen",
            "127.0.0.1:0",
            "--report",
        ]);
        demo.arg(&report).stdout(Stdio::null()).stderr(Stdio::null());
        self.running.push(demo.spawn()?);
        let until = Instant::now() + PATIENCE;
        while !report.exists() {
            ensure!(Instant::now() < until, "the demo never got to its report");
            thread::sleep(Duration::from_millis(50));
        }
        let report: Value = serde_json::from_str(&fs::read_to_string(&report)?)?;
        let text =
            |pointer: &str| report.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        self.address = text("/receiving/base_url");
        let token = text("/receiving/bearer_token").context("the report holds a token")?;
        self.environment.insert(String::from("TOKEN"), token);
        Ok(())
    }

    fn curl(&mut self, command: &str) -> Result<()> {
        let address = self.address.as_deref().context("the demo runs")?;
        let command = command.replace("http://127.0.0.1:8080", address);
        let output = self.shell(&format!("{command} --silent --fail"))?;
        let answer: Value = serde_json::from_slice(&output.stdout)?;
        ensure!(answer["totalResults"].as_u64() > Some(0), "{answer}");
        Ok(())
    }

    fn demo_once(&mut self, command: &str) -> Result<()> {
        let arguments = command.strip_prefix("cargo run --release -- ").context("a cargo run")?;
        let program = env!("CARGO_BIN_EXE_seatlink");
        let ports = "--listen 127.0.0.1:0 --sending-listen 127.0.0.1:0";
        self.shell(&format!("{program} {arguments} {ports}"))?;
        ensure!(self.directory.path().join("report.json").exists(), "the report is written");
        Ok(())
    }

    fn seatlink(&mut self, command: &str) -> Result<()> {
        let output =
            self.shell(&command.replacen("seatlink", env!("CARGO_BIN_EXE_seatlink"), 1))?;
        let answer: Value = serde_json::from_slice(&output.stdout)?;
        let tenant = if command.starts_with("seatlink tenant ") { "id" } else { "tenant_id" };
        for (key, variable) in [(tenant, "TENANT"), ("token", "SERVED_TOKEN")] {
            if let Some(value) = answer[key].as_str() {
                self.environment.insert(variable.to_owned(), value.to_owned());
            }
        }
        Ok(())
    }

    fn serve(&mut self, command: &str) -> Result<()> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let command = command.replace(":8080", &format!(":{port}"));
        let mut serve = self.program();
        serve.args(command.split_whitespace().skip(1)).stderr(Stdio::piped());
        let mut child = serve.spawn()?;
        let said = child.stderr.take().context("the server's standard error")?;
        self.running.push(child);
        let mut lines = BufReader::new(said).lines();
        let first = lines.next().context("the server says where it listens")??;
        ensure!(first.contains(&port.to_string()), "{first}");
        let token = self.environment.get("SERVED_TOKEN").context("a token was made")?.clone();
        let url = format!("http://127.0.0.1:{port}/scim/v2/Users");
        self.shell(&format!("curl --silent --fail -H 'Authorization: Bearer {token}' {url}"))?;
        Ok(())
    }

    fn program(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_seatlink"));
        command.current_dir(self.directory.path()).stdin(Stdio::null());
        command
    }

    fn shell(&self, line: &str) -> Result<Output> {
        let output = Command::new("sh")
            .args(["-c", line])
            .current_dir(self.directory.path())
            .envs(&self.environment)
            .stdin(Stdio::null())
            .output()?;
        ensure!(
            output.status.success(),
            "{line}: {}\n{}{}",
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(output)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        for child in &mut self.running {
            // One that ended by itself is what was wanted.
            if child.kill().is_ok() {
                child.wait().ok();
            }
        }
    }
}
